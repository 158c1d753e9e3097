/** Usage of an OpenAI chat completion, in the contract's sense. */
import type { Usage } from '../contract.ts';
import { readNumber, readRecord, type UnknownRecord } from '../json.ts';

/** The usage object as the contract counts; undefined where the host sent none. */
export function toUsage(value: unknown): Usage | undefined {
  const usage = readRecord(value);
  if (usage === undefined) return undefined;
  const input = readRecord(usage.prompt_tokens_details);
  const output = readRecord(usage.completion_tokens_details);
  const reasoningTokens =
    readNumber(output?.reasoning_tokens) ?? readNumber(usage.reasoning_tokens);
  const fields = {
    inputTokens: readNumber(usage.prompt_tokens),
    outputTokens: outputWithReasoning(usage, reasoningTokens ?? 0),
    cachedTokens: readNumber(input?.cached_tokens) ?? readNumber(usage.prompt_cache_hit_tokens),
    cacheWriteTokens: readNumber(input?.cache_write_tokens),
    reasoningTokens,
    costUsd: readNumber(usage.cost_usd) ?? readNumber(usage.cost),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, count]) => count !== undefined));
}

/**
 * Most hosts count reasoning as output. xAI and the Gemini models behind some gateways do not:
 * there the total is larger by just the reasoning, or the reasoning alone is larger than the
 * output. The contract's output includes it, because it is paid for as output.
 */
function outputWithReasoning(usage: UnknownRecord, reasoningTokens: number): number | undefined {
  const outputTokens = readNumber(usage.completion_tokens);
  if (outputTokens === undefined || reasoningTokens === 0) return outputTokens;
  const inputTokens = readNumber(usage.prompt_tokens) ?? 0;
  const isApart =
    reasoningTokens > outputTokens ||
    readNumber(usage.total_tokens) === inputTokens + outputTokens + reasoningTokens;
  return isApart ? outputTokens + reasoningTokens : outputTokens;
}
