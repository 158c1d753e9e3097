/** The fenced code blocks of a Markdown text, as CommonMark has them. Pure. */

import { isDiffFence } from './read-diff.ts';

export interface Fence {
  /** The first word after the opening fence, lower case; '' where there is none. */
  readonly language: string;
  /** Index of the opening line, and of the closing one (or of the last line where none closes). */
  readonly start: number;
  readonly end: number;
  readonly lines: readonly string[];
  readonly isClosed: boolean;
}

/** In so many lines a code block shows that it is a diff. */
const SIGNED_LOOK = 20;
const OPENING = /^( {0,3})(`{3,}|~{3,})([^`]*)$/;

export function listFences(lines: readonly string[]): readonly Fence[] {
  const fences: Fence[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const opening = OPENING.exec(lines[at] ?? '');
    if (opening === null) continue;
    const [, indent = '', mark = '', info = ''] = opening;
    const language = info.trim().split(/\s+/, 1)[0]?.toLowerCase() ?? '';
    // Each line of a diff has a sign before it: ` ``` ` in one is a line of the file.
    const isSigned = isDiffFence(language, lines.slice(at + 1, at + 1 + SIGNED_LOOK));
    const end = findClosing(lines, at + 1, { mark, indent: isSigned ? indent : undefined });
    const isClosed = end < lines.length;
    const inside = lines.slice(at + 1, end).map((line) => unindent(line, indent.length));
    fences.push({
      language,
      start: at,
      end: Math.min(end, lines.length - 1),
      lines: inside,
      isClosed,
    });
    at = end;
  }
  return fences;
}

/** With `indent` the closing fence stands exactly as far in as the opening one. */
function findClosing(
  lines: readonly string[],
  from: number,
  { mark, indent }: { readonly mark: string; readonly indent: string | undefined },
): number {
  for (let at = from; at < lines.length; at += 1) {
    const whole = lines[at] ?? '';
    const line = whole.trim();
    const isMark = line.length >= mark.length && line === (mark[0] ?? '').repeat(line.length);
    const isInPlace =
      indent === undefined ? /^ {0,3}\S/.test(whole) : whole.trimEnd() === indent + line;
    if (isMark && isInPlace) return at;
  }
  return lines.length;
}

/** A fence that stands three columns in takes as many off its lines. */
function unindent(line: string, columns: number): string {
  let spaces = 0;
  while (spaces < columns && line[spaces] === ' ') spaces += 1;
  return line.slice(spaces);
}
