/** Counts what an answer cost, for the user's limit and for the journal. */
import type { ChatRequest, Usage } from '../../providers/contract.ts';
import { estimateCostUsd } from '../../providers/cost.ts';
import type { ResolvedModel } from '../engine.ts';
import { estimateRequestTokens } from '../request/context-limit.ts';
import type { TurnWork } from './turn-work.ts';

/** Of what a model holds. */
const LEARN_FROM_SHARE = 0.3;

interface Answered {
  readonly resolved: ResolvedModel;
  readonly request: ChatRequest;
}

/** Tells the session what the host counted for a request, and learns from it. */
export function recordUsage(work: TurnWork, { resolved, request }: Answered, usage: Usage): void {
  const { provider, info } = resolved;
  const { memory, record, turnRun } = work;
  const costUsd = provider.isFree ? 0 : (usage.costUsd ?? estimateCostUsd(usage, info?.price));
  memory.spending.costUsd += costUsd ?? 0;
  const counted = usage.inputTokens ?? 0;
  // Only where it may soon matter: counting a long conversation takes its time.
  if (counted > (info?.contextTokens ?? Infinity) * LEARN_FROM_SHARE) {
    memory.ratios.learn(turnRun.turn.model, estimateRequestTokens(request), counted);
  }
  record.emit({
    type: 'usage',
    turnId: turnRun.turn.id,
    inputTokens: counted,
    outputTokens: usage.outputTokens ?? 0,
    cachedTokens: usage.cachedTokens ?? 0,
    reasoningTokens: usage.reasoningTokens ?? 0,
    costUsd: costUsd ?? null,
  });
  work.deps.onSpent?.({
    at: Date.now(),
    model: turnRun.turn.model,
    purpose: 'chat',
    sessionId: turnRun.state.sessionId,
    inputTokens: counted,
    outputTokens: usage.outputTokens ?? 0,
    costUsd: costUsd ?? null,
  });
}
