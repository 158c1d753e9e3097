/** Finds credentials by the prefix or mark that their vendor gave them. */
import { hasTokenEntropy, isPlaceholder, looksRandom } from './randomness.ts';
import type { SecretMatch } from './secret-match.ts';
import { MIDDLE_ROWS, TOKEN_ROWS } from './token-shapes.ts';

interface Shape {
  readonly rule: string;
  readonly start: string;
  /** Source of the expression for the rest: compiled when a start is met, which is seldom. */
  readonly tail: string;
  readonly isBordered: boolean;
  readonly isWeak: boolean;
  readonly isPublic: boolean;
}

const SHAPES: readonly Shape[] = TOKEN_ROWS.flatMap(([rule, starts, tail, traits]) =>
  starts.split(' ').map((start) => ({
    rule,
    start,
    tail: `${tail}(?![0-9A-Za-z_])`,
    isBordered: traits?.isBordered === true || traits?.isWeak === true,
    isWeak: traits?.isWeak === true,
    isPublic: traits?.isPublic === true,
  })),
);

/** Only the shortest of nested starts is searched for: `sk-` also leads to `sk-ant-`. */
const SHAPES_BY_ANCHOR = groupByAnchor(SHAPES);
const ANCHORS = [...SHAPES_BY_ANCHOR.keys()];

const MIDDLES = MIDDLE_ROWS.map(([rule, head, mark, tail]) => ({
  rule,
  mark,
  head: `(?<![0-9A-Za-z_])${head}$`,
  tail: `${tail}(?![0-9A-Za-z_])`,
}));
const LONGEST_HEAD = 48;

/** Adds every vendor token of `text` to `found`. Linear in the length of the text. */
export function findTokens(text: string, found: SecretMatch[]): void {
  const anchors = new RegExp(`\\b(?:${ANCHORS.map(escapeRegExp).join('|')})`, 'g');
  for (let hit = anchors.exec(text); hit !== null; hit = anchors.exec(text)) {
    const match = matchAt(text, hit.index, hit[0]);
    if (match === undefined) continue;
    found.push(match);
    anchors.lastIndex = match.end;
  }
  const marks = new RegExp(MIDDLES.map(({ mark }) => escapeRegExp(mark)).join('|'), 'g');
  for (let hit = marks.exec(text); hit !== null; hit = marks.exec(text)) {
    const match = matchAround(text, hit.index, hit[0]);
    if (match !== undefined) found.push(match);
  }
}

function matchAt(text: string, start: number, anchor: string): SecretMatch | undefined {
  for (const shape of SHAPES_BY_ANCHOR.get(anchor) ?? []) {
    if (shape.start !== anchor && !text.startsWith(shape.start, start)) continue;
    const tail = matchSticky(shape.tail, text, start + shape.start.length);
    if (tail === undefined) continue;
    const end = start + shape.start.length + tail.length;
    if (shape.isBordered && !standsAlone(text, start, end)) continue;
    if (isPlaceholder(tail) || !hasTokenEntropy(tail)) continue;
    if (shape.isWeak && !looksRandom(tail)) continue;
    return { rule: shape.rule, start, end, severity: shape.isPublic ? 'minor' : 'critical' };
  }
  return undefined;
}

function matchAround(text: string, at: number, mark: string): SecretMatch | undefined {
  for (const shape of MIDDLES) {
    if (shape.mark !== mark) continue;
    const before = text.slice(Math.max(0, at - LONGEST_HEAD), at);
    const head = new RegExp(shape.head).exec(before)?.[0];
    if (head === undefined) continue;
    const tail = matchSticky(shape.tail, text, at + mark.length);
    if (tail === undefined) continue;
    const [start, end] = [at - head.length, at + mark.length + tail.length];
    const value = text.slice(start, end);
    if (isPlaceholder(value) || !hasTokenEntropy(value)) continue;
    return { rule: shape.rule, start, end, severity: 'critical' };
  }
  return undefined;
}

/** What `source` matches exactly at `index`. Node keeps what it compiled, by source. */
function matchSticky(source: string, text: string, index: number): string | undefined {
  const expression = new RegExp(source, 'y');
  expression.lastIndex = index;
  return expression.exec(text)?.[0];
}

/** Shorter starts first, so that a start is met after the one that it begins with. */
function groupByAnchor(shapes: readonly Shape[]): ReadonlyMap<string, readonly Shape[]> {
  const groups = new Map<string, Shape[]>();
  const lengths = new Set<number>();
  for (const shape of [...shapes].sort((a, b) => a.start.length - b.start.length)) {
    const length = [...lengths].find((one) => groups.has(shape.start.slice(0, one)));
    const anchor = shape.start.slice(0, length);
    lengths.add(anchor.length);
    groups.set(anchor, [...(groups.get(anchor) ?? []), shape]);
  }
  // The longest start first: the more special rule names the finding.
  for (const group of groups.values()) group.sort((a, b) => b.start.length - a.start.length);
  return groups;
}

/** Short prefixes turn up by chance inside base64 and hashes; a token has clean borders. */
function standsAlone(text: string, start: number, end: number): boolean {
  return !/[\w+/=%-]/.test(text[start - 1] ?? ' ') && !/[\w+/%-]/.test(text[end] ?? ' ');
}

function escapeRegExp(literal: string): string {
  return literal.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
