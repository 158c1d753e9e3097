/** What a question asks for: the words and names in it that can be found in code. */
import { shortForms, splitName, stemWord } from './words.ts';

/** One thing to look for. */
export interface QueryTerm {
  /** The stem of a word, in lower case. */
  readonly stem: string;
  /** The word as asked, in lower case: an exact match counts more than one of the stem alone. */
  readonly word: string;
  /** How much a match is worth; 1 for a word of the question. */
  readonly weight: number;
}
export interface ParsedQuery {
  readonly terms: readonly QueryTerm[];
  /** Names written as in code (`parseDiff`, `HTTP_PROXY`, `a.b`), whole; matched as they are. */
  readonly names: readonly string[];
  /** Paths or file names written out. */
  readonly paths: readonly string[];
}

/** Terms of one question; a pasted page of text is cut to the first ones. */
const MAX_TERMS = 40;
const MAX_NAMES = 24;
/** Longer questions are read up to here. */
const MAX_QUERY_CHARACTERS = 8_000;

const STOP_WORDS = new Set(
  (
    'a about actually all also am an and any are as at be because been but by can could did do does ' +
    'doing done each else even every explain find for from gets give given go goes had has have he ' +
    'help her here hi him his how i if in into is it its just know let like look looking made make ' +
    'makes may me mean more most much must my need no not of off on one only or other our out over ' +
    'please project repo repository same see she should show so some such tell than that the their ' +
    'them then there these they thing things this those to too up us use used uses using very want ' +
    'was way we well were what when where which while who whose why will with work working works ' +
    'would yes you your code codebase file files defined definition implemented implementation ' +
    'located logic happen happens happening called dont doesnt isnt cant im ive'
  ).split(' '),
);

/** Reads a question. Common words are dropped unless nothing else is left. */
export function parseQuery(question: string): ParsedQuery {
  const text = question.slice(0, MAX_QUERY_CHARACTERS);
  const paths = unique(text.match(/[\w.@-]*(?:\/[\w.@-]+)+|\b[\w-]+\.[a-z]{1,5}\b/g) ?? []);
  const tokens = text.match(/[\p{L}\p{N}_$]+/gu) ?? [];
  const names = unique(tokens.filter(looksLikeName)).slice(0, MAX_NAMES);
  const words = tokens.flatMap((token) => splitName(token));
  const telling = words.filter((word) => isTelling(word) && !STOP_WORDS.has(word));
  const chosen = telling.length > 0 ? telling : words.filter(isTelling);
  return { terms: toTerms(unique(chosen).slice(0, MAX_TERMS)), names, paths };
}

/** Written as in code: an inner capital, an underscore, a dollar sign, or letters with digits. */
function looksLikeName(token: string): boolean {
  return (
    token.length > 2 &&
    /\p{L}/u.test(token) &&
    (/[_$]/.test(token.slice(1)) || /\p{Ll}\p{Lu}|\p{Lu}{2}\p{Ll}/u.test(token) || /\d/.test(token))
  );
}

function isTelling(word: string): boolean {
  return word.length > 1 && !/^\d+$/.test(word);
}

function toTerms(words: readonly string[]): readonly QueryTerm[] {
  const byStem = new Map<string, QueryTerm>();
  for (const word of words) {
    const stem = stemWord(word);
    if (!byStem.has(stem)) byStem.set(stem, { stem, word, weight: 1 });
  }
  for (const word of words) {
    for (const stem of shortForms(word)) {
      if (!byStem.has(stem)) byStem.set(stem, { stem, word: stem, weight: SHORT_FORM_WEIGHT });
    }
  }
  return [...byStem.values()];
}

/** `conn` may mean a connection, or something else. */
const SHORT_FORM_WEIGHT = 0.4;

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}
