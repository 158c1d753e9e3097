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
/** A name written as in code (`parseDiff`, `HTTP_PROXY`): whole, and matched as it is. */
interface QueryName {
  readonly name: string;
  readonly weight: number;
}
export interface ParsedQuery {
  readonly terms: readonly QueryTerm[];
  readonly names: readonly QueryName[];
  /** Paths or file names written out. */
  readonly paths: readonly string[];
}

/** Terms of one question; a pasted page of text is cut to the first ones. */
const MAX_TERMS = 40;
const MAX_NAMES = 24;
/** What a word below the first line of a question is worth. */
const BODY_WEIGHT = 0.3;
/** What a name is worth in units of a word: in the first line, and below it. */
const NAME_WEIGHT = 1.5;
const BODY_NAME_WEIGHT = 0.8;
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
  return { terms: toTerms(wordsOf(text)), names: namesOf(text), paths };
}

function namesOf(text: string): readonly QueryName[] {
  const [title = ''] = text.trim().split('\n');
  const inTitle = new Set(tokensOf(title));
  const names = unique(tokensOf(text).filter(looksLikeName)).slice(0, MAX_NAMES);
  return names.map((name) => ({
    name,
    weight: inTitle.has(name) ? NAME_WEIGHT : BODY_NAME_WEIGHT,
  }));
}

function tokensOf(text: string): readonly string[] {
  return text.match(/[\p{L}\p{N}_$]+/gu) ?? [];
}

/** The words worth looking for, by weight: those of the first line are what it is about. */
function wordsOf(text: string): ReadonlyMap<string, number> {
  const [title = '', ...body] = text.trim().split('\n');
  const weights = new Map<string, number>();
  for (const word of tellingWords(title)) weights.set(word, 1);
  for (const word of tellingWords(body.join('\n'))) {
    if (weights.size >= MAX_TERMS) break;
    if (!weights.has(word)) weights.set(word, BODY_WEIGHT);
  }
  return weights;
}

function tellingWords(text: string): readonly string[] {
  const words = tokensOf(text).flatMap(splitName).flatMap(splitScript).filter(isTelling);
  const telling = words.filter((word) => !STOP_WORDS.has(word));
  return unique(telling.length > 0 ? telling : words);
}

/** Chinese and Japanese put no spaces between words: every two letters in a row are looked for. */
function splitScript(word: string): readonly string[] {
  const letters = [...word];
  if (letters.length < 3 || !/^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]+$/u.test(word))
    return [word];
  return letters.slice(1).map((letter, index) => `${letters[index]}${letter}`);
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

function toTerms(words: ReadonlyMap<string, number>): readonly QueryTerm[] {
  const byStem = new Map<string, QueryTerm>();
  for (const [word, weight] of words) {
    const stem = stemWord(word);
    if (!byStem.has(stem)) byStem.set(stem, { stem, word, weight });
  }
  for (const [word, weight] of words) {
    for (const stem of shortForms(word)) {
      const other = { stem, word: stem, weight: weight * SHORT_FORM_WEIGHT };
      if (!byStem.has(stem)) byStem.set(stem, other);
    }
  }
  return [...byStem.values()];
}

/** `conn` may mean a connection, or something else. */
const SHORT_FORM_WEIGHT = 0.4;

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}
