/** Takes the last thing the user said apart: their words, and the data that came with them. */
import type { ChatRequest } from '../../providers/contract.ts';

export interface UserMessageParts {
  /** The user's own words. */
  readonly text: string;
  readonly data: readonly DataBlock[];
}
export interface DataBlock {
  /** `instructions`, `mention`, `attachment` … */
  readonly source: string;
  readonly title: string;
  readonly text: string;
}

/** As written by to-model-request.ts: the border is random, so that no data can close its block. */
const DATA_BLOCK = /<data (\S+) source="([^"]*)" title="([^"]*)">\n([\s\S]*?)\n<\/data \1>/g;

/** The last user message of a request; empty where there is none. */
export function lastUserMessage(request: ChatRequest): UserMessageParts {
  const message = request.messages.findLast(({ role }) => role === 'user');
  if (message?.role !== 'user') return { text: '', data: [] };
  const texts = message.content.flatMap((part) => (part.type === 'text' ? [part.text] : []));
  return takeApart(texts.at(-1) ?? '');
}

/** A user's text as their own words and the blocks of data in it. */
export function takeApart(whole: string): UserMessageParts {
  const data = [...whole.matchAll(DATA_BLOCK)].map(([, , source, title, text]) => ({
    source: source ?? '',
    title: title ?? '',
    text: text ?? '',
  }));
  return { text: whole.replace(DATA_BLOCK, '').trim(), data };
}

/** True for a text that holds a unified diff. */
export function looksLikeDiff(text: string): boolean {
  return /^diff --git /m.test(text) || /^--- .+\r?\n\+\+\+ .+\r?\n@@ -\d/m.test(text);
}
