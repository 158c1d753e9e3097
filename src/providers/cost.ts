/** What an answer cost, from its usage and the catalogue's price: an estimate, never a bill. */
import type { ModelPrice, Usage } from './contract.ts';

const TOKENS_PER_MILLION = 1_000_000;

/**
 * US dollars for `usage`: what the host itself says, else tokens times price. Cached and
 * cache-write tokens are part of the input and priced on their own; where the table has no price
 * for them they cost the full input price. Undefined where price or token counts are unknown.
 */
export function estimateCostUsd(usage: Usage, price: ModelPrice | undefined): number | undefined {
  if (usage.costUsd !== undefined) return usage.costUsd;
  if (price === undefined) return undefined;
  if (usage.inputTokens === undefined && usage.outputTokens === undefined) return undefined;
  const cached = usage.cachedTokens ?? 0;
  const written = usage.cacheWriteTokens ?? 0;
  const fresh = Math.max(0, (usage.inputTokens ?? 0) - cached - written);
  const total =
    fresh * price.input +
    cached * (price.cachedInput ?? price.input) +
    written * (price.cacheWrite ?? price.input) +
    (usage.outputTokens ?? 0) * price.output;
  return total / TOKENS_PER_MILLION;
}
