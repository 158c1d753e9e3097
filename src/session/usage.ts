/** Sums of tokens and money. */
import type { TokenUsage } from './events.ts';

export const NO_USAGE: TokenUsage = {
  inputTokens: 0,
  outputTokens: 0,
  cachedTokens: 0,
  reasoningTokens: 0,
  costUsd: null,
};

/** Both together; the cost is that of the priced ones, null while none is. */
export function addUsage(left: TokenUsage, right: TokenUsage): TokenUsage {
  const isPriced = left.costUsd !== null || right.costUsd !== null;
  return {
    inputTokens: left.inputTokens + right.inputTokens,
    outputTokens: left.outputTokens + right.outputTokens,
    cachedTokens: left.cachedTokens + right.cachedTokens,
    reasoningTokens: left.reasoningTokens + right.reasoningTokens,
    costUsd: isPriced ? (left.costUsd ?? 0) + (right.costUsd ?? 0) : null,
  };
}
