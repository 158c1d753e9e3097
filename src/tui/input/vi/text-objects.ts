/** What `iw`, `a"`, `i(` and the like stand for. Pure. */
import {
  isSpace,
  lineEnd,
  lineStart,
  nextBorder,
  previousBorder,
  skipLeft,
  skipRight,
} from '../borders.ts';
import type { Range } from '../editor.ts';
import {
  bigWordClass,
  closingOf,
  openingOf,
  type Pair,
  skipClass,
  type WordClass,
  wordClass,
} from './motions.ts';

const BRACKETS: Readonly<Record<string, Pair>> = Object.fromEntries(
  [
    ['(', ')', 'b'],
    ['[', ']', ''],
    ['{', '}', 'B'],
    ['<', '>', ''],
  ].flatMap(([open = '', close = '', letter = '']) => {
    const pair = { open, close };
    return [open, close, ...(letter === '' ? [] : [letter])].map((key) => [key, pair] as const);
  }),
);

/** `object` is the key behind `i` or `a`; undefined where there is no such thing. */
export function objectRange(
  { text, cursor }: { readonly text: string; readonly cursor: number },
  object: string,
  isAround: boolean,
): Range | undefined {
  if (object === 'w') return wordRange(text, cursor, { classOf: wordClass, isAround });
  if (object === 'W') return wordRange(text, cursor, { classOf: bigWordClass, isAround });
  if (object === 'p') return paragraphRange(text, cursor, isAround);
  const pair = BRACKETS[object];
  if (pair !== undefined) return bracketRange({ text, cursor }, pair, isAround);
  return /^["'`]$/.test(object) ? quoteRange({ text, cursor }, object, isAround) : undefined;
}

function wordRange(
  text: string,
  cursor: number,
  { classOf, isAround }: { readonly classOf: WordClass; readonly isAround: boolean },
): Range | undefined {
  if (cursor >= text.length || text[cursor] === '\n') return undefined;
  const own = classOf(text.slice(cursor, nextBorder(text, cursor)));
  const isOwn = (character: string) => classOf(character) === own && character !== '\n';
  const start = skipLeft(text, cursor, isOwn);
  const end = skipRight(text, cursor, isOwn);
  if (!isAround) return { start, end };
  const isGap = (character: string) => isSpace(character) && character !== '\n';
  if (own === 0) return { start, end: end < text.length ? skipClass(text, end, classOf) : end };
  const behind = skipRight(text, end, isGap);
  return behind > end ? { start, end: behind } : { start: skipLeft(text, start, isGap), end };
}

function paragraphRange(text: string, cursor: number, isAround: boolean): Range {
  const before = text.lastIndexOf('\n\n', cursor);
  const start = before < 0 ? 0 : before + 2;
  const after = text.indexOf('\n\n', cursor);
  const end = after < 0 ? text.length : after;
  if (!isAround) return { start: Math.min(start, end), end };
  return { start: Math.min(start, end), end: skipRight(text, end, (one) => one === '\n') };
}

function bracketRange(
  { text, cursor }: { readonly text: string; readonly cursor: number },
  pair: Pair,
  isAround: boolean,
): Range | undefined {
  const start = text.startsWith(pair.open, cursor) ? cursor : enclosing(text, cursor, pair);
  const end = start === undefined ? undefined : closingOf(text, start, pair);
  if (start === undefined || end === undefined) return undefined;
  return isAround ? { start, end: end + 1 } : { start: start + 1, end };
}

/** The bracket that is open at the position. */
function enclosing(text: string, position: number, pair: Pair): number | undefined {
  if (text.startsWith(pair.close, position)) return openingOf(text, position, pair);
  let depth = 1;
  for (let at = position - 1; at >= 0; at -= 1) {
    const character = text.charAt(at);
    if (character === pair.close) depth += 1;
    else if (character === pair.open) depth -= 1;
    if (depth === 0) return at;
  }
  return undefined;
}

/** Quotes of the line, in pairs from its start; the pair at the cursor or the next one. */
function quoteRange(
  { text, cursor }: { readonly text: string; readonly cursor: number },
  quote: string,
  isAround: boolean,
): Range | undefined {
  const marks: number[] = [];
  for (let at = lineStart(text, cursor); at < lineEnd(text, cursor); at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === quote) marks.push(at);
  }
  for (let index = 0; index + 1 < marks.length; index += 2) {
    const open = marks[index] ?? 0;
    const close = marks[index + 1] ?? 0;
    if (close < cursor) continue;
    if (!isAround) return { start: open + 1, end: close };
    const end = skipRight(text, close + 1, (character) => character === ' ');
    const start = end > close + 1 ? open : skipLeft(text, open, (character) => character === ' ');
    return { start, end };
  }
  return undefined;
}

/** The last character of a range, where the cursor of a selection is. */
export function lastOf(text: string, { start, end }: Range): number {
  return Math.max(start, previousBorder(text, end));
}
