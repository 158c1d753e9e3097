/** Counts in one pass over a text how often each term of a question occurs in it. */
import type { ParsedQuery, QueryTerm } from './query.ts';
import { stemWord } from './words.ts';

/** Matches counted in one text; more would not change the score any more. */
const MAX_MATCHES = 2_000;

/** What one match is worth. */
const EXACT = 1;
const SAME_STEM = 0.85;
/** `config` found in `configure`: related, often enough. */
const PREFIX = 0.3;
const SHORTEST_PREFIX = 4;

export interface TermCounts {
  /** Weighted number of matches by term, in the query's order. */
  readonly terms: Float64Array;
  /** Number of matches by name written as in code. */
  readonly names: Float64Array;
}
export interface Matcher {
  count(text: string): TermCounts;
}

/** A matcher for the terms and names of a query. Safe to use for many texts, one after another. */
export function createMatcher(query: ParsedQuery): Matcher {
  const pattern = termPattern(query.terms);
  const known = new Map<string, readonly WordMatch[]>();
  const matchesOf = (word: string) => {
    const before = known.get(word);
    if (before !== undefined) return before;
    const found = matchWord(word, query.terms);
    known.set(word, found);
    return found;
  };
  return {
    count: (text) => ({
      terms: pattern === undefined ? new Float64Array(0) : countTerms(text, pattern, matchesOf),
      names: Float64Array.from(query.names, ({ name }) => countName(text, name)),
    }),
  };
}

interface WordMatch {
  readonly term: number;
  readonly worth: number;
}

/** The terms that one word of a text matches. */
function matchWord(word: string, terms: readonly QueryTerm[]): readonly WordMatch[] {
  const stem = stemWord(word);
  return terms.flatMap((term, index) => {
    const worth = worthOf(word, stem, term);
    return worth === 0 ? [] : [{ term: index, worth }];
  });
}

function worthOf(word: string, stem: string, term: QueryTerm): number {
  if (word === term.word) return EXACT;
  if (stem === term.stem) return SAME_STEM;
  const isLong = term.stem.length >= SHORTEST_PREFIX || !isAscii(term.stem);
  return isLong && word.startsWith(term.stem) ? PREFIX : 0;
}

/** Finds where a word could begin; what it is worth is decided on the whole word. */
function termPattern(terms: readonly QueryTerm[]): RegExp | undefined {
  if (terms.length === 0) return undefined;
  // The stem of `retry` is `retri`, which `retry` does not contain: the last letter is left out.
  const starts = terms.map((term) =>
    term.stem === term.word ? term.stem : term.stem.replace(/i$/, ''),
  );
  const source = [...new Set(starts)].sort((a, b) => b.length - a.length).join('|');
  return new RegExp(source, starts.every(isAscii) ? 'gi' : 'giu');
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

function countTerms(
  text: string,
  pattern: RegExp,
  matchesOf: (word: string) => readonly WordMatch[],
): Float64Array {
  const counts: number[] = [];
  pattern.lastIndex = 0;
  for (let found = 0; found < MAX_MATCHES; found++) {
    const match = pattern.exec(text);
    if (match === null) break;
    if (!startsWord(text, match.index)) continue;
    const end = wordEnd(text, match.index, match[0].length);
    pattern.lastIndex = end;
    for (const { term, worth } of matchesOf(text.slice(match.index, end).toLowerCase())) {
      counts[term] = (counts[term] ?? 0) + worth;
    }
  }
  return Float64Array.from(counts, (count) => count ?? 0);
}

const isLower = (code: number) => code >= 97 && code <= 122;
const isUpper = (code: number) => code >= 65 && code <= 90;

/** True at the start of a word or of a part of a name: `retry`, `maxRetry`, `HTTPRetry`. */
function startsWord(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  const here = text.charCodeAt(at);
  if (isLower(here)) return !isLower(before) && !isUpper(before);
  if (!isUpper(here)) return true;
  return !isUpper(before) || isLower(text.charCodeAt(at + 1));
}

/** Where the part of a name that begins at `at` ends. `length` letters are known to belong to it. */
function wordEnd(text: string, at: number, length: number): number {
  let end = at + length;
  if (isLower(text.charCodeAt(at + 1))) {
    while (isLower(text.charCodeAt(end))) end++;
    return end;
  }
  while (isUpper(text.charCodeAt(end)) && !isLower(text.charCodeAt(end + 1))) end++;
  return end;
}

function countName(text: string, name: string): number {
  let count = 0;
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length)) {
    if (!isNamePart(text[at - 1]) && !isNamePart(text[at + name.length])) count++;
  }
  return count;
}

function isNamePart(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}_$]/u.test(character);
}
