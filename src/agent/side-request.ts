/** A request beside the conversation (an edit, a completion): one question, one answer, its cost. */
import { estimateTokens } from '../context/budget.ts';
import { ZekeError } from '../platform/errors.ts';
import type {
  ChatRequest,
  FillRequest,
  ModelInfo,
  Provider,
  ReasoningEffort,
  StreamPart,
  Usage,
} from '../providers/contract.ts';
import { estimateCostUsd } from '../providers/cost.ts';
import { outputAllowance } from './spending.ts';

/** The model that is asked, and how. */
export interface SideModel {
  readonly provider: Provider;
  /** The vendor's model id. */
  readonly model: string;
  readonly info: ModelInfo | undefined;
  readonly reasoningEffort: ReasoningEffort | undefined;
}
export interface SideLimits {
  /** US dollars for this one request; undefined: no limit. */
  readonly maxCostUsd: number | undefined;
}
export interface SideRequest {
  /** What it is for, in the metadata: `edit`, `complete` … */
  readonly intent: string;
  readonly system: string;
  /** May hold no secret: whoever writes it hides them (propose/placeholders.ts). */
  readonly text: string;
  readonly maxOutputTokens?: number;
  readonly stop?: readonly string[];
}
export interface SideAnswer {
  readonly text: string;
  /** It ended at the limit of tokens. */
  readonly isCut: boolean;
  readonly usage: Usage;
  /** US dollars; null where no price is known. */
  readonly costUsd: number | null;
  /** It ended before it was whole: of what the host did not tell by then, usage and cost are estimates. */
  readonly isCancelled?: true;
}
export interface SideRun {
  readonly signal: AbortSignal;
  /** All of the answer so far. */
  readonly onText?: (text: string) => void;
  /**
   * The answer, whatever becomes of it: it is paid for. One that was cancelled too, where requests cost
   * anything: most vendors charge for what they read, and for what they wrote until then.
   */
  readonly onAnswer?: (answer: SideAnswer) => void;
}

/** Asks and waits for the end. Rejects with a ZekeError in the provider's words, also when aborted. */
export async function askBeside(
  model: SideModel,
  asked: SideRequest,
  { maxCostUsd, ...run }: SideRun & SideLimits,
): Promise<SideAnswer> {
  const request = limited(model, toChatRequest(model, asked), maxCostUsd);
  const parts = model.provider.stream(request, { signal: run.signal });
  return await collect(model, { parts, shown: asked.system + asked.text }, run);
}

/** As `askBeside`, for what belongs between two texts; undefined where the model has to be asked in words. */
export async function fillBeside(
  model: SideModel,
  asked: Omit<FillRequest, 'model'>,
  { maxCostUsd, ...run }: SideRun & SideLimits,
): Promise<SideAnswer | undefined> {
  const text = asked.prefix + asked.suffix;
  const { maxOutputTokens: wanted } = asked;
  const like = { intent: 'complete', system: '', text, maxOutputTokens: wanted };
  const { maxOutputTokens = wanted } = limited(model, toChatRequest(model, like), maxCostUsd);
  const request = { ...asked, model: model.model, maxOutputTokens };
  const parts = await model.provider.fill?.(request, { signal: run.signal });
  return parts === undefined ? undefined : await collect(model, { parts, shown: text }, run);
}

interface Asked {
  readonly parts: AsyncIterable<StreamPart>;
  /** The text that the model reads. */
  readonly shown: string;
}

async function collect(
  model: SideModel,
  { parts, shown }: Asked,
  { signal, onText, onAnswer }: SideRun,
): Promise<SideAnswer> {
  let text = '';
  let usage: Usage = {};
  let isCut = false;
  // Where somebody gave up before this, nothing is sent.
  let isSent = !signal.aborted;
  for await (const part of parts) {
    if (part.type === 'text-delta') {
      text += part.text;
      onText?.(text);
    } else if (part.type === 'usage') usage = { ...usage, ...part.usage };
    else if (part.type === 'error') {
      // A refusal costs nothing.
      isSent &&= part.error.kind === 'cancelled' || text !== '';
      if (isSent && model.provider.isFree !== true) {
        const known = estimateRest(usage, { shown, text });
        onAnswer?.({ text, isCut: true, ...priced(model, known), isCancelled: true });
      }
      throw new ZekeError('provider', part.error.message);
    } else if (part.type === 'end') isCut = part.reason === 'length';
  }
  const answer = { text, isCut, ...priced(model, usage) };
  onAnswer?.(answer);
  return answer;
}

function priced(
  { provider, info }: SideModel,
  usage: Usage,
): Pick<SideAnswer, 'usage' | 'costUsd'> {
  if (provider.isFree === true) return { usage, costUsd: 0 };
  return { usage, costUsd: estimateCostUsd(usage, info?.price) ?? null };
}

/** Hosts tell what was read at the begin of an answer or at its end, and what was written at its end. */
function estimateRest(
  usage: Usage,
  { shown, text }: { readonly shown: string; readonly text: string },
): Usage {
  const { inputTokens = estimateTokens(shown), outputTokens = 0 } = usage;
  return { ...usage, inputTokens, outputTokens: Math.max(outputTokens, estimateTokens(text)) };
}

function toChatRequest(model: SideModel, asked: SideRequest): ChatRequest {
  const { intent, system, text, maxOutputTokens, stop } = asked;
  return {
    model: model.model,
    system,
    messages: [{ role: 'user', content: [{ type: 'text', text }] }],
    metadata: { intent },
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(stop === undefined ? {} : { stop }),
    ...(model.reasoningEffort === undefined ? {} : { reasoningEffort: model.reasoningEffort }),
  };
}

function limited(
  { provider, info }: SideModel,
  request: ChatRequest,
  maxCostUsd: number | undefined,
): ChatRequest {
  const isFree = provider.isFree === true;
  const allowance = outputAllowance({ request, info, isFree, maxCostUsd, spentUsd: 0 });
  if (allowance.kind === 'refused') throw new ZekeError('usage', allowance.message);
  const { maxOutputTokens } = allowance;
  return maxOutputTokens === undefined ? request : { ...request, maxOutputTokens };
}
