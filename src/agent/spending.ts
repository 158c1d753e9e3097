/** Keeps a conversation within the user's cost limit, before the money is spent. */
import type { ChatRequest, ModelInfo } from '../providers/contract.ts';
import { estimateRequestTokens } from './request/context-limit.ts';

/** What this process has spent so far. */
export interface Spending {
  costUsd: number;
}

export interface AllowanceInput {
  readonly request: ChatRequest;
  readonly info: ModelInfo | undefined;
  readonly isFree: boolean;
  readonly maxCostUsd: number | undefined;
  readonly spentUsd: number;
}
export type Allowance =
  | { readonly kind: 'allowed'; readonly maxOutputTokens: number | undefined }
  | { readonly kind: 'refused'; readonly message: string };

/** An answer shorter than this is not worth paying its question for. */
const MIN_OUTPUT_TOKENS = 16;
const TOKENS_PER_MILLION = 1_000_000;

/**
 * How many output tokens the next request may have so that it cannot pass the limit, counting its
 * input at the full price. Refused when the limit is reached or the price is unknown.
 */
export function outputAllowance(input: AllowanceInput): Allowance {
  const wanted = input.request.maxOutputTokens;
  if (input.maxCostUsd === undefined || input.isFree) {
    return { kind: 'allowed', maxOutputTokens: wanted };
  }
  const price = input.info?.price;
  if (price === undefined) {
    const message = `The price of ${input.request.model} is not known, so a cost limit cannot be kept. Leave out --max-cost, or choose a model that "zeke models" lists with a price.`;
    return { kind: 'refused', message };
  }
  const inputTokens = estimateRequestTokens(input.request);
  const leftUsd =
    input.maxCostUsd - input.spentUsd - (inputTokens * price.input) / TOKENS_PER_MILLION;
  const affordable = Math.floor((leftUsd * TOKENS_PER_MILLION) / price.output);
  if (!(affordable >= MIN_OUTPUT_TOKENS)) {
    const message = `The cost limit of $${input.maxCostUsd} is reached ($${input.spentUsd.toFixed(4)} spent). Raise --max-cost to go on.`;
    return { kind: 'refused', message };
  }
  const ceiling = wanted ?? input.info?.maxOutputTokens ?? Number.MAX_SAFE_INTEGER;
  const isTight = affordable < ceiling;
  return { kind: 'allowed', maxOutputTokens: isTight ? affordable : wanted };
}
