/** The fenced code blocks of a Markdown text, as CommonMark has them. Pure. */

export interface Fence {
  /** The first word after the opening fence, lower case; '' where there is none. */
  readonly language: string;
  /** Index of the opening line, and of the closing one (or of the last line where none closes). */
  readonly start: number;
  readonly end: number;
  readonly lines: readonly string[];
  readonly isClosed: boolean;
}

const OPENING = /^( {0,3})(`{3,}|~{3,})([^`]*)$/;

export function listFences(lines: readonly string[]): readonly Fence[] {
  const fences: Fence[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const opening = OPENING.exec(lines[at] ?? '');
    if (opening === null) continue;
    const [, indent = '', mark = '', info = ''] = opening;
    const end = findClosing(lines, at + 1, mark);
    const isClosed = end < lines.length;
    const inside = lines.slice(at + 1, end).map((line) => unindent(line, indent.length));
    const language = info.trim().split(/\s+/, 1)[0]?.toLowerCase() ?? '';
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

function findClosing(lines: readonly string[], from: number, mark: string): number {
  for (let at = from; at < lines.length; at += 1) {
    const line = (lines[at] ?? '').trim();
    const isMark = line.length >= mark.length && line === (mark[0] ?? '').repeat(line.length);
    if (isMark && /^ {0,3}\S/.test(lines[at] ?? '')) return at;
  }
  return lines.length;
}

/** A fence that stands three columns in takes as many off its lines. */
function unindent(line: string, columns: number): string {
  let spaces = 0;
  while (spaces < columns && line[spaces] === ' ') spaces += 1;
  return line.slice(spaces);
}
