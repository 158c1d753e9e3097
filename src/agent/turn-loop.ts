/**
 * One turn: ask the model, run the tools it calls, ask again, until it is done. Everything that
 * happens is emitted as events; the loop itself keeps nothing that the journal does not have.
 */
import type { ChatRequest, EndReason, StreamPart, ToolCallEnd } from '../providers/contract.ts';
import type { TurnEndReason } from '../session/events.ts';
import type { EngineDeps, ResolvedModel } from './engine.ts';
import { systemPrompt } from './prompts/system.ts';
import {
  explainOverflow,
  explainRefusal,
  findOverflow,
  type Overflow,
} from './request/context-limit.ts';
import { createImageGate, type ImageGate } from './request/images.ts';
import { toldConversation } from './request/told-turns.ts';
import { toModelRequest } from './to-model-request.ts';
import { compactFirst } from './turns/compaction.ts';
import { guardRequest, type Prepared } from './turns/guard-request.ts';
import { recordUsage } from './turns/record-usage.ts';
import { runTools } from './turns/run-tools.ts';
import { stopFor, type TurnWork } from './turns/turn-work.ts';

/** Requests within one turn. Past this a model is going in circles; the user can say "go on". */
const MAX_STEPS = 40;

/** Runs the turn to its end. Rejects only for faults that are not the model host's. */
export async function runTurnLoop(work: TurnWork): Promise<TurnEndReason> {
  const { deps, turnRun, record } = work;
  const resolved = await deps.resolveModel(turnRun.turn.model);
  const asking = { work, resolved, images: imagesFor(work, resolved) };
  const notice = asking.images.notice();
  if (notice !== undefined) record.emit({ type: 'notice', level: 'warning', text: notice });
  for (let step = 1; step <= MAX_STEPS; step += 1) {
    record.emit({ type: 'step-start', turnId: turnRun.turn.id, step });
    const prepared = await prepareStep(asking);
    if (prepared === 'cancelled') return 'cancelled';
    if (prepared.problem !== undefined) return stopFor(prepared.problem, work);
    const outcome = await streamStep({ ...asking, request: prepared.request });
    if (outcome.reason !== 'tool_calls') return outcome.reason;
    const canGoOn = await runTools(work, outcome.calls);
    if (turnRun.signal.aborted) return 'cancelled';
    if (!canGoOn) return 'tool_calls';
  }
  return 'max_steps';
}

/** Whom the turn asks, and with what. */
interface Asking {
  readonly work: TurnWork;
  readonly resolved: ResolvedModel;
  readonly images: ImageGate;
}

function imagesFor({ deps, turnRun }: TurnWork, { info }: ResolvedModel): ImageGate {
  const { turn } = turnRun;
  return createImageGate({ contents: deps.contents, info, modelRef: turn.model, running: turn });
}

/** The next request, after a summary where it would not fit and the user wants that. */
async function prepareStep(asking: Asking): Promise<Prepared | 'cancelled'> {
  const { work, resolved } = asking;
  let draft = draftRequest(asking);
  let overflow = overflowOf(asking, draft);
  if (overflow !== undefined && work.deps.options.compactsByItself === true && hasEarlier(work)) {
    const outcome = await compactFirst(work, resolved, overflow);
    if (outcome === 'cancelled') return 'cancelled';
    draft = draftRequest(asking);
    overflow = overflowOf(asking, draft);
  }
  if (overflow === undefined) return guardRequest(work, resolved, draft);
  const message = explainOverflow(work.turnRun.turn.model, overflow, hasEarlier(work));
  return { problem: { reason: 'error', kind: 'context-overflow', message, retryable: true } };
}

function draftRequest({ work, resolved, images }: Asking): ChatRequest {
  const { deps, memory, record } = work;
  const takesTools = resolved.info?.capabilities?.tools ?? true;
  const turn = record.turn();
  return toModelRequest({
    state: record.state(),
    turn,
    modelRef: turn.model,
    model: resolved.model,
    system: deps.options.system ?? defaultSystem(deps, takesTools),
    tools: deps.tools.map((tool) => tool.definition),
    takesTools,
    reasoningEffort: deps.options.reasoningEffort,
    maxOutputTokens: deps.options.maxOutputTokens,
    border: memory.border,
    images,
  });
}

function overflowOf({ work, resolved }: Asking, draft: ChatRequest): Overflow | undefined {
  return findOverflow(draft, resolved.info, work.memory.ratios.ratioOf(work.turnRun.turn.model));
}

/** Whether there is something that a summary could take the place of. */
function hasEarlier({ record }: TurnWork): boolean {
  return toldConversation(record.state()).turns.length > 0;
}

function defaultSystem(deps: EngineDeps, hasTools: boolean): string {
  const projectName = deps.root.split(/[\\/]/).at(-1) ?? deps.root;
  const effects = deps.tools.map((tool) => ('effect' in tool ? tool.effect : undefined));
  return systemPrompt({
    projectName,
    platform: deps.platform,
    hasTools,
    canEdit: effects.includes('edit'),
    canRun: effects.includes('command'),
  });
}

interface StepInput extends Asking {
  readonly request: ChatRequest;
}
interface StepOutcome {
  readonly reason: TurnEndReason;
  readonly calls: readonly ToolCallEnd[];
}

async function streamStep(step: StepInput): Promise<StepOutcome> {
  const { signal } = step.work.turnRun;
  const calls: ToolCallEnd[] = [];
  for await (const part of step.resolved.provider.stream(step.request, { signal })) {
    const reason = recordPart(part, step);
    if (part.type === 'tool-call-end') calls.push(part);
    if (reason !== undefined) return { reason: withCalls(reason, calls), calls };
  }
  throw new Error(
    `The provider ${step.resolved.provider.id} ended its stream without an end part.`,
  );
}

/** Calls that came whole are run whatever reason the host gave with them, unless it was cut. */
function withCalls(reason: TurnEndReason, calls: readonly ToolCallEnd[]): TurnEndReason {
  const isNormal = reason === 'stop' || reason === 'other';
  return isNormal && calls.length > 0 ? 'tool_calls' : reason;
}

/** Emits what a part means; returns the turn's reason when the stream is over. */
function recordPart(
  part: StreamPart,
  step: StepInput,
): EndReason | 'error' | 'cancelled' | undefined {
  const { record, turnRun } = step.work;
  const turnId = turnRun.turn.id;
  switch (part.type) {
    case 'text-delta':
      record.emit({ type: 'text-delta', turnId, text: part.text });
      return undefined;
    case 'reasoning-delta':
      record.emit({ type: 'reasoning-delta', turnId, text: part.text });
      return undefined;
    case 'reasoning-end': {
      const signed = part.signature === undefined ? {} : { signature: part.signature };
      record.emit({ type: 'reasoning-end', turnId, ...signed });
      return undefined;
    }
    case 'tool-call-end': {
      const { id, name, input = {}, signature } = part;
      const signed = signature === undefined ? {} : { signature };
      record.emit({ type: 'tool-call', turnId, id, name, input, ...signed });
      return undefined;
    }
    case 'usage':
      recordUsage(step.work, step, part.usage);
      return undefined;
    case 'end':
      return part.reason;
    case 'error': {
      if (part.error.kind === 'cancelled') return 'cancelled';
      record.emit({ type: 'error', turnId, ...failureOf(part.error, step) });
      return 'error';
    }
    default:
      return undefined;
  }
}

/** A conversation that grew too large is not lost: the user is told what can be done. */
function failureOf(
  { kind, message, retryable }: Extract<StreamPart, { type: 'error' }>['error'],
  { work, resolved, request }: StepInput,
) {
  if (kind !== 'context-overflow') return { kind, message, retryable };
  const facts = { info: resolved.info, hasEarlier: hasEarlier(work) };
  return { kind, message: explainRefusal(message, request, facts), retryable: true };
}
