/** Puts a model's finding where it belongs, or nowhere: a wrong line is worse than no finding. */
import type { DiffLine, FileDiff, Hunk } from './diff/diff.ts';
import type { Finding } from './finding.ts';
import type { RawFinding } from './parse-answer.ts';

/** The part of a diff that a model was shown. */
export interface ShownFile {
  readonly file: FileDiff;
  readonly hunks: readonly Hunk[];
}

/** A shorter quote, such as `}` or `end`, stands everywhere. */
const SHORTEST_QUOTE = 4;

/**
 * The finding on lines of the diff's new side. Where the quoted code stands elsewhere in the file's
 * diff than the line number says, the quote wins; undefined when neither can be believed.
 */
export function anchorFinding(raw: RawFinding, shown: readonly ShownFile[]): Finding | undefined {
  const target = findFile(raw.path, shown);
  if (target === undefined) return undefined;
  const lines = newSideLines(target.hunks);
  const start = anchorLine(raw, lines, target.hunks);
  if (start === undefined) return undefined;
  const { code: _, ...rest } = raw;
  const wanted = start + (raw.endLine - raw.startLine);
  return { ...rest, path: target.path, startLine: start, endLine: lastShown(lines, start, wanted) };
}

interface TargetFile {
  readonly path: string;
  readonly hunks: readonly Hunk[];
}

/** Models drop folders or keep git's prefixes: an ending that fits one file alone is that file. */
function findFile(path: string, shown: readonly ShownFile[]): TargetFile | undefined {
  const plain = path.replace(/^\.\//, '');
  const names = new Set([plain, plain.replace(/^[ab]\//, '')]);
  const paths = [...new Set(shown.map(({ file }) => file.path))];
  const exact = paths.find((candidate) => names.has(candidate));
  const endings = paths.filter((candidate) =>
    [...names].some((name) => candidate.endsWith(`/${name}`)),
  );
  const found = exact ?? (endings.length === 1 ? endings[0] : undefined);
  if (found === undefined) return undefined;
  const hunks = shown.filter(({ file }) => file.path === found).flatMap((entry) => entry.hunks);
  return { path: found, hunks };
}

type NewSideLine = Exclude<DiffLine, { kind: 'removed' }>;

function newSideLines(hunks: readonly Hunk[]): ReadonlyMap<number, NewSideLine> {
  const lines = new Map<number, NewSideLine>();
  for (const hunk of hunks) {
    for (const line of hunk.lines) if (line.kind !== 'removed') lines.set(line.newLine, line);
  }
  return lines;
}

function anchorLine(
  raw: RawFinding,
  lines: ReadonlyMap<number, NewSideLine>,
  hunks: readonly Hunk[],
): number | undefined {
  const quote = normalize(raw.code?.split('\n').find((line) => line.trim() !== '') ?? '');
  const claimed = lines.get(raw.startLine);
  if (quote.length < SHORTEST_QUOTE) {
    // Without a quote only a line that the diff adds is a claim that can be believed.
    return claimed?.kind === 'added' ? raw.startLine : undefined;
  }
  if (claimed !== undefined && isQuoted(claimed.text, quote)) return raw.startLine;
  const places = [...lines.values()].filter((line) => isQuoted(line.text, quote));
  const nearest = nearestTo(raw.startLine, places);
  if (nearest !== undefined) return nearest;
  return lineAfterRemoved(quote, hunks);
}

/** A finding about removed code stands on the line that took its place. */
function lineAfterRemoved(quote: string, hunks: readonly Hunk[]): number | undefined {
  for (const hunk of hunks) {
    const at = hunk.lines.findIndex(
      (line) => line.kind === 'removed' && isQuoted(line.text, quote),
    );
    if (at === -1) continue;
    const isNewSide = (line: DiffLine): line is NewSideLine => line.kind !== 'removed';
    const line =
      hunk.lines.slice(at).find(isNewSide) ?? hunk.lines.slice(0, at).findLast(isNewSide);
    return line?.newLine;
  }
  return undefined;
}

/** Added lines first: a finding is about the change. */
function nearestTo(line: number, places: readonly NewSideLine[]): number | undefined {
  const added = places.filter((place) => place.kind === 'added');
  const candidates = added.length > 0 ? added : places;
  let best: number | undefined;
  for (const { newLine } of candidates) {
    if (best === undefined || Math.abs(newLine - line) < Math.abs(best - line)) best = newLine;
  }
  return best;
}

function isQuoted(text: string, quote: string): boolean {
  const line = normalize(text);
  if (line === quote) return true;
  // Models cut long lines, and quote the mark and number that they were shown.
  const isPart = quote.length >= 12 && (line.includes(quote) || quote.endsWith(line));
  return isPart && line.length >= SHORTEST_QUOTE;
}

function normalize(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** The range goes on as long as every line of it is shown. */
function lastShown(lines: ReadonlyMap<number, NewSideLine>, start: number, wanted: number): number {
  let end = start;
  while (end < wanted && lines.has(end + 1)) end += 1;
  return end;
}
