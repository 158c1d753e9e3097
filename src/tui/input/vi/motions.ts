/** Where the motions of vi lead. Pure. */
import {
  isLetterOrDigit,
  isSpace,
  lineEnd,
  lineStart,
  nextBorder,
  previousBorder,
  skipLeft,
  skipRight,
} from '../borders.ts';

export interface Find {
  readonly key: 'f' | 'F' | 't' | 'T';
  readonly character: string;
}
export interface Motion {
  readonly key: string;
  /** The character behind `f`, `F`, `t` and `T`. */
  readonly character?: string;
}
export interface Target {
  readonly to: number;
  /** What an operator takes: up to there, the character there as well, or whole lines. */
  readonly extent: 'exclusive' | 'inclusive' | 'lines';
}
export interface From {
  readonly text: string;
  readonly cursor: number;
  /** Undefined when none was given: `G` means the last line then. */
  readonly count: number | undefined;
  readonly lastFind: Find | undefined;
}

/** Undefined where the motion leads nowhere. Up and down are the editor's own. */
export function targetOf(motion: Motion, from: From): Target | undefined {
  const { text, cursor } = from;
  const lineMotion = LINE_MOTIONS[motion.key]?.(from);
  if (lineMotion !== undefined) return lineMotion;
  if ('fFtT;,'.includes(motion.key)) return findTarget(motion, from);
  if (motion.key === '%') return bracketTarget(text, cursor);
  const step = STEPS[motion.key];
  if (step === undefined) return undefined;
  let to = cursor;
  for (let turn = 0; turn < (from.count ?? 1); turn += 1) {
    const next = step(text, to);
    if (next === to) break;
    to = next;
  }
  const isInclusive = motion.key === 'e' || motion.key === 'E';
  if (to === cursor && !isInclusive) return undefined;
  return { to, extent: isInclusive ? 'inclusive' : 'exclusive' };
}

type Step = (text: string, position: number) => number;

const STEPS: Readonly<Record<string, Step>> = {
  h: (text, at) => (at === lineStart(text, at) ? at : previousBorder(text, at)),
  l: (text, at) => (at === lineEnd(text, at) ? at : nextBorder(text, at)),
  w: (text, at) => nextWord(text, at, wordClass),
  W: (text, at) => nextWord(text, at, bigWordClass),
  b: (text, at) => wordBefore(text, at, wordClass),
  B: (text, at) => wordBefore(text, at, bigWordClass),
  e: (text, at) => wordLast(text, at, wordClass),
  E: (text, at) => wordLast(text, at, bigWordClass),
  '}': (text, at) => {
    const gap = text.indexOf(
      '\n\n',
      skipRight(text, at, (character) => character === '\n'),
    );
    return gap < 0 ? text.length : gap + 1;
  },
  '{': (text, at) => {
    const from = skipLeft(text, at, (character) => character === '\n');
    const gap = from < 2 ? -1 : text.lastIndexOf('\n\n', from - 2);
    return gap < 0 ? 0 : gap + 1;
  },
};

const LINE_MOTIONS: Readonly<Record<string, (from: From) => Target>> = {
  '0': ({ text, cursor }) => ({ to: lineStart(text, cursor), extent: 'exclusive' }),
  '^': ({ text, cursor }) => ({ to: firstInk(text, cursor), extent: 'exclusive' }),
  $: ({ text, cursor, count = 1 }) => {
    let at = cursor;
    for (let line = 1; line < count && lineEnd(text, at) < text.length; line += 1) {
      at = lineEnd(text, at) + 1;
    }
    return { to: lineEnd(text, at), extent: 'exclusive' };
  },
  G: ({ text, count }) => ({
    to: count === undefined ? firstInk(text, text.length) : startOfLine(text, count),
    extent: 'lines',
  }),
  gg: ({ text, count = 1 }) => ({ to: startOfLine(text, count), extent: 'lines' }),
};

function startOfLine(text: string, number: number): number {
  let at = 0;
  for (let line = 1; line < number; line += 1) {
    const end = text.indexOf('\n', at);
    if (end < 0) break;
    at = end + 1;
  }
  return firstInk(text, at);
}

/** The first character of the line that is no space. */
export function firstInk(text: string, position: number): number {
  const start = lineStart(text, position);
  return skipRight(text, start, (character) => /[^\S\n]/.test(character));
}

// ------------------------------------------------------------------------------------------ words

export type WordClass = (character: string) => number;

/** Spaces, words and signs: a word of vi is a run of one of the last two. */
export const wordClass: WordClass = (character) =>
  isSpace(character) ? 0 : isLetterOrDigit(character) ? 1 : 2;
export const bigWordClass: WordClass = (character) => (isSpace(character) ? 0 : 1);

/** Right over characters of the class that stands there. */
export function skipClass(text: string, at: number, classOf: WordClass): number {
  const own = classOf(text.slice(at, nextBorder(text, at)));
  return skipRight(text, at, (character) => classOf(character) === own);
}

function nextWord(text: string, at: number, classOf: WordClass): number {
  if (at >= text.length) return at;
  const isInk = classOf(text.slice(at, nextBorder(text, at))) !== 0;
  return skipRight(text, isInk ? skipClass(text, at, classOf) : at, isSpace);
}

function wordBefore(text: string, at: number, classOf: WordClass): number {
  const end = skipLeft(text, at, isSpace);
  if (end === 0) return 0;
  const own = classOf(text.slice(previousBorder(text, end), end));
  return skipLeft(text, end, (character) => classOf(character) === own);
}

function wordLast(text: string, at: number, classOf: WordClass): number {
  const start = skipRight(text, nextBorder(text, at), isSpace);
  if (start >= text.length) return Math.max(at, previousBorder(text, text.length));
  return previousBorder(text, skipClass(text, start, classOf));
}

// ------------------------------------------------------------------------------------ characters

const REVERSED: Readonly<Record<Find['key'], Find['key']>> = { f: 'F', F: 'f', t: 'T', T: 't' };

/** The search that a motion means: its own, or the last one again. */
export function findOf(motion: Motion, lastFind: Find | undefined): Find | undefined {
  const { key, character = '' } = motion;
  if (key === ';') return lastFind;
  if (key === ',') return lastFind && { ...lastFind, key: REVERSED[lastFind.key] };
  const isFind = key === 'f' || key === 'F' || key === 't' || key === 'T';
  return isFind ? { key, character } : undefined;
}

function findTarget(motion: Motion, from: From): Target | undefined {
  const { text, cursor, count = 1 } = from;
  const find = findOf(motion, from.lastFind);
  if (find === undefined) return undefined;
  const { key, character } = find;
  const isForward = key === 'f' || key === 't';
  // The same again must not find the character that it stands next to already.
  const isAgain = (motion.key === ';' || motion.key === ',') && (key === 't' || key === 'T');
  let at = cursor;
  if (isAgain) at = isForward ? nextBorder(text, at) : previousBorder(text, at);
  for (let turn = 0; turn < count; turn += 1) {
    at = isForward
      ? text.indexOf(character, nextBorder(text, at))
      : at === 0
        ? -1
        : text.lastIndexOf(character, at - 1);
    if (at < lineStart(text, cursor) || at >= lineEnd(text, cursor)) return undefined;
  }
  if (key === 't') return { to: previousBorder(text, at), extent: 'inclusive' };
  if (key === 'T') return { to: at + character.length, extent: 'exclusive' };
  return { to: at, extent: isForward ? 'inclusive' : 'exclusive' };
}

const PAIRS = '()[]{}';

/** The bracket that belongs to the next one on the line. */
function bracketTarget(text: string, cursor: number): Target | undefined {
  const end = lineEnd(text, cursor);
  for (let at = cursor; at < end; at += 1) {
    const index = PAIRS.indexOf(text.charAt(at));
    if (index < 0) continue;
    const isOpening = index % 2 === 0;
    const pair = { open: PAIRS.charAt(index - (index % 2)), close: PAIRS.charAt(index | 1) };
    const to = isOpening ? closingOf(text, at, pair) : openingOf(text, at, pair);
    return to === undefined ? undefined : { to, extent: 'inclusive' };
  }
  return undefined;
}

export interface Pair {
  readonly open: string;
  readonly close: string;
}

/** The closing bracket of the opening one there. */
export function closingOf(text: string, from: number, { open, close }: Pair): number | undefined {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === open) depth += 1;
    else if (character === close) depth -= 1;
    if (depth === 0) return at;
  }
  return undefined;
}

/** The opening bracket of the closing one there. */
export function openingOf(text: string, from: number, { open, close }: Pair): number | undefined {
  let depth = 0;
  for (let at = from; at >= 0; at -= 1) {
    const character = text.charAt(at);
    if (character === close) depth += 1;
    else if (character === open) depth -= 1;
    if (depth === 0) return at;
  }
  return undefined;
}
