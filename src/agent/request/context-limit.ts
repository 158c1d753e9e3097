/** Does a request fit into the model? Estimated before it is sent, and explained when it does not. */
import { estimateTokens } from '../../context/budget.ts';
import type { ChatRequest, Message, ModelInfo } from '../../providers/contract.ts';

export interface Overflow {
  /** About what the request needs. */
  readonly neededTokens: number;
  /** What the model holds in all. */
  readonly contextTokens: number;
  /** What of it is kept for the answer. */
  readonly answerTokens: number;
}

/** What vendors count for an image of the usual size. */
const IMAGE_TOKENS = 1_600;
/** A digit, or a letter that begins a word, with some room. */
const MOST_TOKENS_OF_A_CHARACTER = 1.35;
/** Kept for an answer whose length nobody limited. */
const USUAL_ANSWER_TOKENS = 8_192;
/** A small model must not be left without room for the question. */
const MAX_ANSWER_SHARE = 0.25;
/**
 * The estimate may be a fifth too high. A request that would have fitted must not be refused, and a
 * host that gets one that does not fit says so itself.
 */
const FIRST_RATIO = 0.9;
const LOWEST_RATIO = 0.6;
const HIGHEST_RATIO = 1.3;

/** About how many tokens the request is, images at a flat rate. */
export function estimateRequestTokens(request: ChatRequest): number {
  const tools = request.tools === undefined ? '' : JSON.stringify(request.tools);
  const messages = request.messages.reduce((sum, message) => sum + messageTokens(message), 0);
  return estimateTokens(request.system ?? '') + estimateTokens(tools) + messages;
}

/** No estimate is higher than this, and it costs nothing. */
function mostTokens(request: ChatRequest): number {
  const tools = request.tools === undefined ? 0 : JSON.stringify(request.tools).length;
  let characters = (request.system ?? '').length + tools;
  let images = 0;
  for (const message of request.messages) {
    for (const part of message.content) {
      if (part.type === 'image') images += 1;
      else if (part.type === 'tool-result') characters += part.output.length;
      else if (part.type === 'tool-call') characters += JSON.stringify(part.input).length;
      else characters += part.text.length;
    }
  }
  return (characters * MOST_TOKENS_OF_A_CHARACTER + images * IMAGE_TOKENS) * HIGHEST_RATIO;
}

function messageTokens(message: Message): number {
  let tokens = 0;
  for (const part of message.content) {
    if (part.type === 'image') tokens += IMAGE_TOKENS;
    else if (part.type === 'tool-result') tokens += estimateTokens(part.output);
    else if (part.type === 'tool-call') tokens += estimateTokens(JSON.stringify(part.input));
    else tokens += estimateTokens(part.text);
  }
  return tokens;
}

/** How far the estimate is off for each model, learned from what hosts count. */
export class TokenRatios {
  readonly #ratios = new Map<string, number>();

  /** Takes in what a host counted for a request. */
  learn(modelRef: string, estimatedTokens: number, countedTokens: number): void {
    if (estimatedTokens <= 0 || countedTokens <= 0) return;
    const ratio = countedTokens / estimatedTokens;
    this.#ratios.set(modelRef, Math.min(HIGHEST_RATIO, Math.max(LOWEST_RATIO, ratio)));
  }

  /** What to multiply an estimate with. */
  ratioOf(modelRef: string): number {
    return this.#ratios.get(modelRef) ?? FIRST_RATIO;
  }
}

/** By how much the request is too large; undefined where it fits, or nobody knows the model's size. */
export function findOverflow(
  request: ChatRequest,
  info: ModelInfo | undefined,
  ratio: number,
): Overflow | undefined {
  const contextTokens = info?.contextTokens;
  if (contextTokens === undefined) return undefined;
  const usual = Math.min(info?.maxOutputTokens ?? USUAL_ANSWER_TOKENS, USUAL_ANSWER_TOKENS);
  const wanted = request.maxOutputTokens ?? usual;
  const answerTokens = Math.min(wanted, Math.floor(contextTokens * MAX_ANSWER_SHARE));
  // Most requests are far too small to be counted before they are sent.
  if (mostTokens(request) <= contextTokens - answerTokens) return undefined;
  const neededTokens = Math.ceil(estimateRequestTokens(request) * ratio);
  if (neededTokens <= contextTokens - answerTokens) return undefined;
  return { neededTokens, contextTokens, answerTokens };
}

/** What happened in numbers, and what to do. `hasEarlier`: there are turns that could be summarised. */
export function explainOverflow(modelRef: string, overflow: Overflow, hasEarlier: boolean): string {
  const { neededTokens, contextTokens, answerTokens } = overflow;
  const what = hasEarlier ? 'The conversation is' : 'This message is';
  const size = `${what} about ${count(neededTokens)} tokens; ${modelRef} holds ${count(contextTokens)}`;
  return `${size}, of which ${count(answerTokens)} are kept for the answer. ${advice(hasEarlier)}`;
}

/** The same for a host that said no. */
export function explainRefusal(
  said: string,
  request: ChatRequest,
  facts: { readonly info: ModelInfo | undefined; readonly hasEarlier: boolean },
): string {
  const holds = facts.info?.contextTokens;
  const limit = holds === undefined ? '' : ` and the model holds ${count(holds)}`;
  const size = `The request was about ${count(estimateRequestTokens(request))} tokens${limit}.`;
  return `${said} ${size} ${advice(facts.hasEarlier)}`;
}

function advice(hasEarlier: boolean): string {
  return hasEarlier
    ? 'Use /compact to replace the earlier turns by a summary, then send this again (retry); or choose a larger model with /model.'
    : 'Send less at once: fewer or shorter files; or choose a larger model with /model.';
}

function count(tokens: number): string {
  return String(tokens).replace(/\B(?=(?:\d{3})+$)/g, ',');
}
