/**
 * The context window to ask Ollama for. Its default is small and longer prompts are cut without a
 * word, but the model's full window can take more memory than the machine has. So: a power of two
 * that holds the request and its answer, never below what the model was set up with.
 */
import type { OllamaModel } from './wire.ts';

const MIN_CONTEXT_TOKENS = 8192;
/** Room for the answer where the request sets no limit. */
const ANSWER_TOKENS = 4096;
/** Code and JSON have about 3 characters a token in common tokenizers; low is the safe side. */
const CHARACTERS_PER_TOKEN = 3;

export interface ContextNeed {
  readonly requestCharacters: number;
  readonly maxOutputTokens: number | undefined;
  readonly model: OllamaModel;
  /** What the last request asked for: a change makes the server load the model again. */
  readonly lastTokens: number | undefined;
}

/** Tokens for `num_ctx`, or undefined where the model's own limit is not known. */
export function contextSize(need: ContextNeed): number | undefined {
  const { contextTokens, ownContextTokens } = need.model;
  if (contextTokens === undefined) return undefined;
  const promptTokens = Math.ceil(need.requestCharacters / CHARACTERS_PER_TOKEN);
  const neededTokens = promptTokens + (need.maxOutputTokens ?? ANSWER_TOKENS);
  const roundedTokens = 2 ** Math.ceil(Math.log2(Math.max(neededTokens, MIN_CONTEXT_TOKENS)));
  const atLeast = Math.max(roundedTokens, ownContextTokens ?? 0, need.lastTokens ?? 0);
  return Math.min(atLeast, contextTokens);
}
