/**
 * Replaces what was said so far by a summary of it: asked for with `/compact`, or, where the user
 * chose so in the settings, before a message that would not fit any more.
 */
import type { ChatRequest } from '../../providers/contract.ts';
import type { TurnEndReason } from '../../session/events.ts';
import type { ResolvedModel } from '../engine.ts';
import { SUMMARY_SYSTEM_PROMPT } from '../prompts/compact.ts';
import { explainRefusal, findOverflow, type Overflow } from '../request/context-limit.ts';
import { shrinkTurns } from '../request/shrink-turns.ts';
import { type ToldConversation, toldConversation } from '../request/told-turns.ts';
import { toModelRequest } from '../to-model-request.ts';
import { guardRequest } from './guard-request.ts';
import { recordUsage } from './record-usage.ts';
import { type Problem, stopFor, type TurnWork } from './turn-work.ts';

/** Carries out a `/compact`: the summary is the turn's text. */
export async function runCompactTurn(work: TurnWork): Promise<TurnEndReason> {
  const { record, turnRun, deps } = work;
  const told = toldConversation(turnRun.state);
  if (told.turns.length === 0) {
    const message = 'There is nothing to summarise yet: the model is told no earlier turn.';
    return stopFor({ reason: 'error', kind: 'usage', message }, work);
  }
  const resolved = await deps.resolveModel(turnRun.turn.model);
  const turnId = turnRun.turn.id;
  record.emit({ type: 'step-start', turnId, step: 1 });
  const outcome = await summarize(work, resolved, (text) => {
    record.emit({ type: 'text-delta', turnId, text });
  });
  if (outcome === 'cancelled') return 'cancelled';
  if ('reason' in outcome) return stopFor(outcome, work);
  emitSummary(work, outcome.summary, told);
  return 'stop';
}

/** Whether a summary was made before the turn's own request, and if not, whether it was stopped. */
export type AutoOutcome = 'made' | 'cancelled' | 'failed';

/** Summarises because the next request would not fit. What the model was told to obey is told again. */
export async function compactFirst(
  work: TurnWork,
  resolved: ResolvedModel,
  { neededTokens, contextTokens }: Overflow,
): Promise<AutoOutcome> {
  const { record, turnRun } = work;
  const told = toldConversation(turnRun.state);
  const why = `The next request would be about ${neededTokens} tokens and the model holds ${contextTokens}`;
  const text = `${why}, so the earlier turns are summarised first (compact.auto).`;
  record.emit({ type: 'notice', level: 'info', text });
  const outcome = await summarize(work, resolved, () => undefined);
  if (outcome === 'cancelled') return 'cancelled';
  if ('reason' in outcome) {
    const failed = `The earlier turns could not be summarised. ${outcome.message}`;
    record.emit({ type: 'notice', level: 'warning', text: failed });
    return 'failed';
  }
  emitSummary(work, outcome.summary, told);
  const blocks = told.turns
    .flatMap((turn) => turn.context)
    .filter((block) => block.source === 'instructions');
  const latest = [...new Map(blocks.map((block) => [block.title, block])).values()];
  if (latest.length > 0) record.emit({ type: 'context', turnId: turnRun.turn.id, blocks: latest });
  return 'made';
}

function emitSummary(work: TurnWork, summary: string, told: ToldConversation): void {
  const { record, turnRun } = work;
  const turnCount = turnRun.state.turns.length;
  record.emit({ type: 'compact', turnId: turnRun.turn.id, summary, turnCount });
  const count = told.turns.length === 1 ? 'the turn' : `the ${told.turns.length} turns`;
  const text = `From now on the model is told this summary instead of ${count} before it. Nothing is deleted: /compact undo takes it back.`;
  record.emit({ type: 'notice', level: 'info', text });
}

type SummaryOutcome = 'cancelled' | Problem | { readonly summary: string };

/** Asks the model. Text is handed on as it comes; nothing else of the stream is kept. */
async function summarize(
  work: TurnWork,
  resolved: ResolvedModel,
  onText: (text: string) => void,
): Promise<SummaryOutcome> {
  const prepared = guardRequest(work, resolved, draftSummaryRequest(work, resolved));
  if (prepared.problem !== undefined) return prepared.problem;
  const { request } = prepared;
  let summary = '';
  for await (const part of resolved.provider.stream(request, { signal: work.turnRun.signal })) {
    if (part.type === 'text-delta') {
      summary += part.text;
      onText(part.text);
    } else if (part.type === 'usage') recordUsage(work, { resolved, request }, part.usage);
    else if (part.type === 'error') {
      const { kind, message, retryable } = part.error;
      if (kind === 'cancelled') return 'cancelled';
      const facts = { info: resolved.info, hasEarlier: false };
      const said = kind === 'context-overflow' ? explainRefusal(message, request, facts) : message;
      return { reason: 'error', kind, message: said, retryable };
    } else if (part.type === 'end') {
      if (work.turnRun.signal.aborted) return 'cancelled';
      return judge(summary.trim(), part.reason);
    }
  }
  throw new Error(`The provider ${resolved.provider.id} ended its stream without an end part.`);
}

/** A summary that is missing, or cut in the middle, must not take the place of a conversation. */
function judge(summary: string, reason: string): SummaryOutcome {
  const isWhole = reason === 'stop' || reason === 'other';
  if (isWhole && summary !== '') return { summary };
  const why =
    reason === 'length'
      ? 'was cut at the output limit'
      : summary === ''
        ? 'is empty'
        : 'was not finished';
  const message = `The summary ${why}, so nothing was replaced. Try again, or choose another model with /model.`;
  return { reason: 'error', kind: 'summary', message, retryable: true };
}

/** The whole conversation if it fits, else as much of it as does: what was printed is cut first. */
function draftSummaryRequest(work: TurnWork, resolved: ResolvedModel): ChatRequest {
  const { turnRun, memory } = work;
  const told = toldConversation(turnRun.state);
  const ratio = memory.ratios.ratioOf(turnRun.turn.model);
  let draft: ChatRequest | undefined;
  for (const turns of shrinkTurns(told.turns)) {
    draft = draftWith(work, resolved, { ...told, turns });
    if (findOverflow(draft, resolved.info, ratio) === undefined) break;
  }
  return draft ?? draftWith(work, resolved, told);
}

/** Tools are told as text: some vendors refuse calls in a request that offers no tools. */
function draftWith(work: TurnWork, resolved: ResolvedModel, told: ToldConversation): ChatRequest {
  const { deps, memory, turnRun } = work;
  const { turn, state } = turnRun;
  const { kind, text } = turn.message;
  const asking = { kind: 'compact' as const, text: kind === 'compact' ? text : '' };
  const request = toModelRequest({
    state,
    told,
    turn: { ...turn, message: asking, context: [], parts: [] },
    modelRef: turn.model,
    model: resolved.model,
    system: SUMMARY_SYSTEM_PROMPT,
    tools: [],
    takesTools: false,
    reasoningEffort: deps.options.reasoningEffort,
    border: memory.border,
  });
  return { ...request, metadata: { ...request.metadata, intent: 'summary' } };
}
