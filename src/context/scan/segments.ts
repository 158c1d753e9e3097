/** Cuts a file into pieces worth showing: whole definitions where they are short, parts otherwise. */
import type { CodeSymbol } from '../search.ts';
import type { ScannedFile } from './text-cache.ts';

/** A longer definition is cut into its members, or into windows where it has none. */
const MAX_SEGMENT_LINES = 60;
/** Text outside of definitions is cut into windows of this many lines. */
const WINDOW_LINES = 40;
const MAX_COMMENT_LINES = 30;

export interface Segment {
  /** From 1, both ends in. A comment right above a definition belongs to it. */
  readonly startLine: number;
  readonly endLine: number;
  readonly symbol?: CodeSymbol;
}

/** The segments of a file in order; every line that is not blank is in one of them. */
export function segmentFile(file: ScannedFile): readonly Segment[] {
  const lines = file.lines();
  const segments: Segment[] = [];
  let covered = 0;
  const fillUpTo = (endLine: number) => {
    segments.push(...windows({ startLine: covered + 1, endLine }, lines));
    covered = Math.max(covered, endLine);
  };
  for (const symbol of partsOf(file.symbols())) {
    if (symbol.endLine <= covered) continue;
    const start = Math.max(startWithComment(lines, symbol.startLine), covered + 1);
    if (start > covered + 1) fillUpTo(start - 1);
    if (symbol.endLine - symbol.startLine < MAX_SEGMENT_LINES) {
      segments.push({ startLine: start, endLine: symbol.endLine, symbol });
      covered = symbol.endLine;
    } else {
      const head = headEnd(file, symbol);
      segments.push({ startLine: start, endLine: head, symbol });
      covered = head;
    }
  }
  fillUpTo(lines.length);
  return segments;
}

/** A heading's own part ends where the next heading begins, even one below it. */
function partsOf(symbols: readonly CodeSymbol[]): readonly CodeSymbol[] {
  return symbols.map((symbol, index) => {
    const next = symbols[index + 1];
    const isHeading = symbol.kind === 'heading' && next !== undefined;
    return isHeading
      ? { ...symbol, endLine: Math.min(symbol.endLine, next.startLine - 1) }
      : symbol;
  });
}

/** A long definition's first segment: up to its first member, or one window. */
function headEnd(file: ScannedFile, symbol: CodeSymbol): number {
  const limit = Math.min(symbol.startLine + WINDOW_LINES - 1, symbol.endLine);
  const inner = file
    .symbols()
    .find((other) => other.startLine > symbol.startLine && other.startLine <= limit);
  if (inner === undefined) return limit;
  const start = startWithComment(file.lines(), inner.startLine);
  return Math.max(symbol.startLine, start - 1);
}

function windows(
  range: { startLine: number; endLine: number },
  lines: readonly string[],
): readonly Segment[] {
  const found: Segment[] = [];
  for (let start = range.startLine; start <= range.endLine; start += WINDOW_LINES) {
    const segment = trimBlank(
      { startLine: start, endLine: Math.min(start + WINDOW_LINES - 1, range.endLine) },
      lines,
    );
    if (segment !== undefined) found.push(segment);
  }
  return found;
}

function trimBlank(segment: Segment, lines: readonly string[]): Segment | undefined {
  let { startLine, endLine } = segment;
  const isBlank = (number: number) => (lines[number - 1] ?? '').trim() === '';
  while (startLine <= endLine && isBlank(startLine)) startLine++;
  while (endLine >= startLine && isBlank(endLine)) endLine--;
  return startLine > endLine ? undefined : { startLine, endLine };
}

/** Where the comment or decorator lines right above a definition begin. */
export function startWithComment(lines: readonly string[], startLine: number): number {
  let start = startLine;
  while (start > 1 && startLine - start < MAX_COMMENT_LINES) {
    const above = (lines[start - 2] ?? '').trim();
    if (!/^(?:\/\/|\/\*|\*|#(?!include|define|if|endif|else|pragma)|--|;;|@|"""|%%)/.test(above))
      break;
    start--;
  }
  return start;
}
