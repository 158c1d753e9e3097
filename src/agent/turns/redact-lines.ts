/** Takes secrets out of text that arrives in pieces, before the journal sees it. */
import type { Redactor } from '../../platform/secrets/redactor.ts';

export interface LineRedactor {
  readonly push: (text: string) => void;
  /** Hands on what was held back; no timer is left. */
  readonly flush: () => void;
}

/** A line without an end is shown after this long: it may be a question, or a bar that grows. */
const PATIENCE_MS = 150;
/** A line longer than this is data; holding all of it back would help nobody. */
const MAX_HELD_CHARACTERS = 64 * 1024;
const KEY_BEGIN = /-----BEGIN[ A-Z0-9_-]{0,60}PRIVATE KEY/;
const KEY_END = /-----END[ A-Z0-9_-]{0,60}PRIVATE KEY/;

/** Whole lines are handed on at once; a private key is held back until it is whole. */
export function createLineRedactor(
  redactor: Redactor,
  onText: (text: string) => void,
): LineRedactor {
  let held = '';
  let timer: NodeJS.Timeout | undefined;
  const release = (count: number): void => {
    const text = held.slice(0, count);
    held = held.slice(count);
    if (text !== '') onText(redactor.redact(text).text);
  };
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    release(held.length);
  };
  return {
    flush,
    push(text) {
      held += text;
      const isTooLong = held.length > MAX_HELD_CHARACTERS;
      const isKey = KEY_BEGIN.test(held) && !KEY_END.test(held);
      if (isTooLong) release(held.length);
      else if (!isKey) release(lastLineEnd(held));
      clearTimeout(timer);
      timer = held === '' || isKey ? undefined : setTimeout(flush, PATIENCE_MS);
    },
  };
}

function lastLineEnd(text: string): number {
  return Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1;
}
