/**
 * Makes a string that a regular expression matches: enough of the syntax for patterns of tokens
 * (classes, groups, alternatives, counts), with random characters, so that entropy checks pass.
 */

export type Random = () => number;

/** A repeatable source of numbers from 0 to 1 (mulberry32). */
export function seededRandom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Throws for syntax it does not know. Assertions match nothing and are left out. */
export function sampleOf(pattern: string, random: Random): string {
  const parser = new Sampler(pattern, random);
  return parser.alternatives();
}

const DIGITS = '0123456789';
const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = LOWER.toUpperCase();
const WORD = `${DIGITS}${LOWER}${UPPER}_`;

class Sampler {
  readonly #pattern: string;
  readonly #random: Random;
  #at = 0;

  constructor(pattern: string, random: Random) {
    this.#pattern = pattern;
    this.#random = random;
  }

  alternatives(): string {
    const options = [this.#sequence()];
    while (this.#peek() === '|') {
      this.#at += 1;
      options.push(this.#sequence());
    }
    return options[Math.floor(this.#random() * options.length)] ?? '';
  }

  #sequence(): string {
    let text = '';
    while (this.#at < this.#pattern.length && this.#peek() !== '|' && this.#peek() !== ')') {
      const start = this.#at;
      const once = this.#atom();
      const end = this.#at;
      const [min, max] = this.#count();
      const afterCount = this.#at;
      if (min === 1 && max === 1) {
        text += once;
        continue;
      }
      // Short for open ends, but long enough for a random look.
      const count = min + Math.floor(this.#random() * (Math.min(max, Math.max(min, 1) + 8) - min));
      for (let index = 0; index < count; index += 1) {
        this.#at = start;
        text += this.#atom();
      }
      if (this.#at !== end && count > 0) throw new Error(`lost at ${end} in ${this.#pattern}`);
      this.#at = afterCount;
    }
    return text;
  }

  #count(): readonly [number, number] {
    const rest = this.#pattern.slice(this.#at);
    const match = /^(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})\??/.exec(rest);
    if (match === null) return [1, 1];
    this.#at += match[0].length;
    if (match[1] !== undefined) return match[1] === '?' ? [0, 1] : [match[1] === '+' ? 1 : 0, 9];
    const min = Number(match[2]);
    if (match[3] === undefined) return [min, min];
    return [min, match[4] === '' ? min + 40 : Number(match[4])];
  }

  #atom(): string {
    const character = this.#peek();
    this.#at += 1;
    if (character === '(') return this.#group();
    if (character === '[') return this.#pick(this.#charClass());
    if (character === '\\') return this.#escape();
    // A dot without a count stands in a host name, where people forgot to escape it.
    if (character === '.') return /[*+?{]/.test(this.#peek()) ? this.#pick(LOWER + DIGITS) : '.';
    return character === '^' || character === '$' ? '' : character;
  }

  #group(): string {
    const opening =
      /^\?(?:P?<\w+>|[a-z-]*:|[a-z]+\))/.exec(this.#pattern.slice(this.#at))?.[0] ?? '';
    this.#at += opening.length;
    // `(?i)` sets a flag for what follows and is a group of nothing.
    if (opening.endsWith(')')) return '';
    const text = this.alternatives();
    if (this.#peek() !== ')') throw new Error(`no end of group in ${this.#pattern}`);
    this.#at += 1;
    return text;
  }

  #charClass(): string {
    const isNegated = this.#peek() === '^';
    if (isNegated) this.#at += 1;
    let characters = '';
    let isFirst = true;
    while (isFirst || this.#peek() !== ']') {
      isFirst = false;
      const named = /^\[:(\w+):\]/.exec(this.#pattern.slice(this.#at));
      if (named !== null) {
        this.#at += named[0].length;
        characters += named[1] === 'alnum' ? `${DIGITS}${LOWER}${UPPER}` : LOWER;
        continue;
      }
      const from = this.#classCharacter();
      const isRange = this.#peek() === '-' && this.#pattern[this.#at + 1] !== ']';
      if (!isRange || from.length !== 1) {
        characters += from;
        continue;
      }
      this.#at += 1;
      const to = this.#classCharacter();
      for (let code = from.charCodeAt(0); code <= to.charCodeAt(0); code += 1) {
        characters += String.fromCharCode(code);
      }
    }
    this.#at += 1;
    if (!isNegated) return characters;
    return [...`${LOWER}${DIGITS} `].filter((one) => !characters.includes(one)).join('');
  }

  #classCharacter(): string {
    const character = this.#peek();
    this.#at += 1;
    return character === '\\' ? this.#escapedSet() : character;
  }

  #escape(): string {
    const next = this.#peek();
    if (next === 'b' || next === 'B' || next === 'z' || next === 'A') {
      this.#at += 1;
      return '';
    }
    return this.#pick(this.#escapedSet());
  }

  #escapedSet(): string {
    const letter = this.#peek();
    this.#at += 1;
    if (letter === 'd') return DIGITS;
    if (letter === 'w') return WORD;
    if (letter === 's') return ' ';
    if (letter === 'S') return `${LOWER}${UPPER}${DIGITS}`;
    if (letter === 't') return '\t';
    if (letter === 'n') return '\n';
    if (letter === 'r') return '\r';
    if (letter === 'x') {
      this.#at += 2;
      return String.fromCharCode(Number.parseInt(this.#pattern.slice(this.#at - 2, this.#at), 16));
    }
    return letter;
  }

  #pick(characters: string): string {
    return characters.charAt(Math.floor(this.#random() * characters.length));
  }

  #peek(): string {
    return this.#pattern.charAt(this.#at);
  }
}
