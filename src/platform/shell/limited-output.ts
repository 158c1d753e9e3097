/** Keeps the beginning and the end of a long output, and says how much is missing between them. */

export interface LimitedOutput {
  /** Takes a piece; returns what of it may be shown at once. */
  push(text: string): string;
  /** What was held back: the end, after a line that says what was left out. */
  flush(): string;
}

/** An output of which about `maxCharacters` are kept, half from its beginning, half from its end. */
export function createLimitedOutput(maxCharacters: number): LimitedOutput {
  const half = Math.floor(maxCharacters / 2);
  let shown = 0;
  let tail = '';
  let dropped = 0;
  return {
    push(text) {
      const now = text.slice(0, Math.max(0, half - shown));
      shown += now.length;
      tail += text.slice(now.length);
      // Cut seldom, so that a flood of small pieces costs no copy each.
      if (tail.length > 2 * half) {
        dropped += tail.length - half;
        tail = tail.slice(-half);
      }
      return now;
    },
    flush() {
      const extra = Math.max(0, tail.length - half);
      dropped += extra;
      const end = tail.slice(extra);
      tail = '';
      return dropped === 0 ? end : `\n[… ${dropped} characters left out …]\n${end}`;
    },
  };
}

/** As above, for a text that is there already. */
export function keepEnds(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  const output = createLimitedOutput(maxCharacters);
  return output.push(text) + output.flush();
}
