/** Checks one value against its entry in the table. */
import { isAbsolute } from 'node:path';
import { nearestName } from '../nearest.ts';
import type { ConfigKey, ConfigValue } from './schema.ts';

export type CheckedValue =
  | { readonly ok: true; readonly value: ConfigValue }
  /** The problem completes the sentence "<key> …" and never repeats the value itself, which may be
   * a key pasted into the wrong place, unless the key has a list of allowed values. */
  | { readonly ok: false; readonly problem: string };

/** What TOML, JSON or a flag gave, as a value of that setting. */
export function checkValue(entry: ConfigKey, value: unknown): CheckedValue {
  switch (entry.type) {
    case 'boolean':
      return typeof value === 'boolean' ? valid(value) : wrong('must be true or false');
    case 'integer':
    case 'number':
      return checkNumber(entry, value);
    case 'string-list':
      return checkList(value);
    case 'string':
      return checkString(entry, value);
  }
}

/** What a person typed (`zeke config set`, a variable), as a value of that setting. */
export function parseValue(entry: ConfigKey, words: readonly string[]): CheckedValue {
  if (entry.type === 'string-list') return checkValue(entry, words);
  if (words.length !== 1) return wrong('takes one value');
  const text = (words[0] ?? '').trim();
  if (entry.type === 'boolean') {
    const value = { true: true, false: false, '1': true, '0': false }[text.toLowerCase()];
    return checkValue(entry, value);
  }
  if (entry.type === 'string') return checkValue(entry, text);
  return checkValue(entry, text === '' ? Number.NaN : Number(text));
}

function checkNumber(entry: ConfigKey, value: unknown): CheckedValue {
  const kind = entry.type === 'integer' ? 'a whole number' : 'a number';
  const range = rangeText(entry);
  if (typeof value !== 'number' || !Number.isFinite(value)) return wrong(`must be ${kind}${range}`);
  if (entry.type === 'integer' && !Number.isInteger(value)) return wrong(`must be ${kind}${range}`);
  const isInRange = value >= (entry.min ?? -Infinity) && value <= (entry.max ?? Infinity);
  return isInRange ? valid(value) : wrong(`must be ${kind}${range}`);
}

function rangeText({ min, max }: ConfigKey): string {
  if (min === undefined) return '';
  return max === undefined ? ` of at least ${min}` : ` from ${min} to ${max}`;
}

function checkList(value: unknown): CheckedValue {
  if (!Array.isArray(value)) return wrong('must be a list of texts, such as ["dist/**"]');
  const texts = value.filter((item): item is string => typeof item === 'string' && item !== '');
  if (texts.length !== value.length) return wrong('must be a list of texts that are not empty');
  return valid(texts);
}

function checkString(entry: ConfigKey, value: unknown): CheckedValue {
  if (typeof value !== 'string') return wrong('must be a text in quotes');
  if (value === '') return wrong('must not be empty');
  if (entry.choices !== undefined && !entry.choices.includes(value)) {
    const nearest = nearestName(value, entry.choices);
    const list = entry.choices.join(', ');
    return wrong(`must be one of ${list}; the nearest to what is there is "${nearest}"`);
  }
  const problem = entry.form === undefined ? undefined : FORM_PROBLEMS[entry.form](value);
  return problem === undefined ? valid(value) : wrong(problem);
}

const FORM_PROBLEMS: Record<
  NonNullable<ConfigKey['form']>,
  (value: string) => string | undefined
> = {
  url: urlProblem,
  'variable-name': (value) =>
    /^[A-Za-z_][A-Za-z0-9_]*$/.test(value)
      ? undefined
      : 'must be the name of an environment variable, not a key (keys: zeke auth add)',
  model: (value) =>
    /^\S+$/.test(value) ? undefined : 'must be provider/model, such as ollama/qwen3',
  'absolute-path': (value) =>
    isAbsolute(value) || value.startsWith('~/') ? undefined : 'must be an absolute path',
};

function urlProblem(value: string): string | undefined {
  if (!URL.canParse(value)) return 'must be a URL, such as http://127.0.0.1:8080/v1';
  const url = new URL(value);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'must begin with https://';
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or password';
  if (url.search !== '' || url.hash !== '') return 'must not hold a query or a fragment';
  return undefined;
}

function valid(value: ConfigValue): CheckedValue {
  return { ok: true, value };
}

function wrong(problem: string): CheckedValue {
  return { ok: false, problem };
}
