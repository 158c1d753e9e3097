/** Reads the keys of a command of vi: count, operator, motion. Pure. */
import type { Motion } from './motions.ts';

export interface ViCommand {
  /** Undefined when none was given; of operator and motion together. */
  readonly count: number | undefined;
  readonly operator?: string;
  readonly motion?: Motion;
  /** A text object: `iw`, `a"`. */
  readonly object?: { readonly key: string; readonly isAround: boolean };
  /** The operator was doubled: it takes lines. */
  readonly isLines?: boolean;
  /** A command without a motion. */
  readonly key?: string;
  /** The character behind `r`. */
  readonly character?: string;
}
export type Parsed =
  | { readonly status: 'more' | 'bad' }
  | { readonly status: 'done'; readonly command: ViCommand };

const OPERATORS = new Set(['d', 'c', 'y', 'gu', 'gU', 'g~']);
const MOTIONS = new Set([...'hjklwWbBeE0^$G;,%{}', 'gg']);
const FINDS = new Set(['f', 'F', 't', 'T']);
const SIMPLE = new Set([...'xXsSDCYpPu.iaIAoOJ~vV/nN', '<Ctrl+R>']);
/** More times than this nobody means. */
const MAX_COUNT = 10_000;

const MORE: Parsed = { status: 'more' };
const BAD: Parsed = { status: 'bad' };

export function parseKeys(keys: readonly string[]): Parsed {
  const reader = new KeyReader(keys);
  const count = reader.count();
  const key = reader.key();
  if (key === undefined) return MORE;
  if (OPERATORS.has(key)) return parseOperator(reader, key, count);
  const motion = motionOf(reader, key);
  if (motion === 'more') return MORE;
  if (motion !== undefined) return done({ count, motion });
  if (key === 'r') {
    const character = reader.next();
    return character === undefined ? MORE : done({ count, key, character });
  }
  return SIMPLE.has(key) ? done({ count, key }) : BAD;
}

function parseOperator(reader: KeyReader, operator: string, first: number | undefined): Parsed {
  const second = reader.count();
  const count =
    first === undefined && second === undefined
      ? undefined
      : Math.min(MAX_COUNT, (first ?? 1) * (second ?? 1));
  const key = reader.key();
  if (key === undefined) return MORE;
  if (key === operator || key === operator.slice(1))
    return done({ count, operator, isLines: true });
  if (key === 'i' || key === 'a') {
    const object = reader.next();
    if (object === undefined) return MORE;
    return done({ count, operator, object: { key: object, isAround: key === 'a' } });
  }
  const motion = motionOf(reader, key);
  if (motion === 'more') return MORE;
  return motion === undefined ? BAD : done({ count, operator, motion });
}

function motionOf(reader: KeyReader, key: string): Motion | 'more' | undefined {
  if (MOTIONS.has(key)) return { key };
  if (!FINDS.has(key)) return undefined;
  const character = reader.next();
  return character === undefined ? 'more' : { key, character };
}

function done(command: ViCommand): Parsed {
  return { status: 'done', command };
}

class KeyReader {
  private readonly keys: readonly string[];
  private at = 0;

  constructor(keys: readonly string[]) {
    this.keys = keys;
  }

  next(): string | undefined {
    const key = this.keys[this.at];
    this.at += 1;
    return key;
  }

  /** A key, or two that begin with `g`; undefined when it is not complete. */
  key(): string | undefined {
    const key = this.next();
    if (key !== 'g') return key;
    const second = this.next();
    return second === undefined ? undefined : key + second;
  }

  /** Digits; a zero at the beginning is a motion. */
  count(): number | undefined {
    let digits = '';
    while (
      /^[0-9]$/.test(this.keys[this.at] ?? '') &&
      !(digits === '' && this.keys[this.at] === '0')
    ) {
      digits += this.next();
    }
    return digits === '' ? undefined : Math.min(MAX_COUNT, Number(digits));
  }
}
