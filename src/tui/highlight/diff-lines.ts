/** Unified diffs in colours. What a line is can be read without them too: it keeps its mark. */
import { sanitizeText } from '../../platform/terminal-text.ts';
import { type Line, plainLine, type Style } from '../styled-text.ts';
import type { Theme } from '../theme/theme.ts';

/** Where in a diff the next line stands; plain data that can be copied. */
export interface DiffPlace {
  /** Lines that the open hunk still has, before and after the change. */
  readonly oldLeft: number;
  readonly newLeft: number;
}
export const DIFF_START: DiffPlace = { oldLeft: 0, newLeft: 0 };

/** The whole diff, one line each. */
export function diffLines(text: string, theme: Theme): readonly Line[] {
  const lines: Line[] = [];
  let place = DIFF_START;
  for (const line of sanitizeText(text).split('\n')) {
    const { style, next } = diffLine(line, place, theme);
    lines.push(plainLine(line, style));
    place = next;
  }
  if (lines.at(-1)?.length === 0) lines.pop();
  return lines;
}

/** The looks of one line, and where the one after it stands. */
export function diffLine(
  line: string,
  place: DiffPlace,
  theme: Theme,
): { readonly style: Style; readonly next: DiffPlace } {
  const hunk = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line);
  if (hunk !== null) {
    const next = { oldLeft: Number(hunk[1] ?? 1), newLeft: Number(hunk[2] ?? 1) };
    return { style: theme.hunk, next };
  }
  // Within a hunk `--- x` is the removed line `-- x`; outside it names a file.
  const isInside = place.oldLeft > 0 || place.newLeft > 0;
  if (!isInside && /^(?:--- |\+\+\+ )/.test(line)) return { style: theme.strong, next: place };
  const { oldLeft, newLeft } = place;
  switch (line[0]) {
    case '+':
      return { style: theme.added, next: { oldLeft, newLeft: Math.max(0, newLeft - 1) } };
    case '-':
      return { style: theme.removed, next: { oldLeft: Math.max(0, oldLeft - 1), newLeft } };
    case '@':
      return { style: theme.hunk, next: place };
    case '\\':
      return { style: theme.muted, next: place };
    case ' ':
    case undefined: {
      const next = { oldLeft: Math.max(0, oldLeft - 1), newLeft: Math.max(0, newLeft - 1) };
      return { style: '', next };
    }
    default:
      // `diff --git`, `index`, `rename from` … end the hunk that a wrong count left open.
      return { style: theme.muted, next: DIFF_START };
  }
}
