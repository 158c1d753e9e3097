/** Telling issued secrets from words, placeholders, hashes in tests and other innocent text. */

/** What people write where a secret will stand, in any long string. */
const SURE_PLACEHOLDER = new RegExp(
  [
    'x{4}|\\*{3}|\\.{3}|0{7}|1234567|abcdefg|deadbeef|([0-9A-Za-z])\\1{6}',
    'example|placeholder|dummy|sample|fake|redacted',
    'changeme|change[-_]me|your[-_]|insert[-_]|replace[-_]',
  ].join('|'),
  'i',
);
/** Words that only a short, unprefixed value gives away as made up. */
const LIKELY_PLACEHOLDER = new RegExp(
  [
    'secret|passw|token|key|test|mock|todo|none|null|undefined|foo|bar|qwerty|letmein',
    'admin|user|hello|default|string|value|process|config|localhost',
  ].join('|'),
  'i',
);

/** Samples of well-known standards and documentation, which thousands of files repeat. */
const PUBLISHED_SAMPLE = new RegExp(
  [
    '2YotnFZFEjr1zCsicMWpAA',
    'tGzv3JOkF0XG5Qx2TlKWIA',
    'SplxlOBeZQQYbYS6WxSbIA',
    'czZCaGRSa3F0Mz',
    'SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c',
    'JzdWIiOiIxMjM0NTY3ODkwI',
    'JzdWIiOiAiMTIzNDU2Nzg5MCI',
    'eyJzb21lIjoicGF5bG9hZCJ9',
    'eyJpc3MiOiJqb2UiL',
    '4eC39HqLyjWDarjtT1zdp7dc',
    'wJalrXUtnFEMI',
  ].join('|'),
);

/** True for `your-api-key`, `sk-xxxx…`, `AKIAIOSFODNN7EXAMPLE` and their like. */
export function isPlaceholder(value: string): boolean {
  return SURE_PLACEHOLDER.test(value) || PUBLISHED_SAMPLE.test(value);
}

/** True where a human made the value up; only for values without a vendor's prefix. */
export function isWordLike(value: string): boolean {
  if (isPlaceholder(value)) return true;
  return [value, readLeet(value), readBase64(value)].some((text) => LIKELY_PLACEHOLDER.test(text));
}

const LEET: { readonly [character: string]: string } = {
  0: 'o',
  1: 'i',
  3: 'e',
  4: 'a',
  5: 's',
  7: 't',
  $: 's',
  '@': 'a',
  '!': 'i',
};

/** `topS3cr3tP4$$w0rd` says what it is, too. */
function readLeet(value: string): string {
  return value.replace(/[0134577$@!]/g, (character) => LEET[character] ?? character);
}

/** Readable text in base64 is an example as often as it is a secret: its words decide. */
function readBase64(value: string): string {
  if (value.length % 4 !== 0 || !/^[0-9A-Za-z+/]+={0,2}$/.test(value)) return '';
  const text = Buffer.from(value, 'base64').toString('latin1');
  return /^[\x20-\x7e]+$/.test(text) ? text : '';
}

/** Bits per character (Shannon) of the characters of a string. */
function entropyBits(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) {
    const share = count / value.length;
    bits -= share * Math.log2(share);
  }
  return bits;
}

/**
 * Random strings reach about 85 % of the entropy that their length allows; words and counters stay
 * far below. The cap is what random hex digits reach, so that length alone never rejects.
 */
export function hasTokenEntropy(value: string): boolean {
  return entropyBits(value) >= Math.min(3, Math.log2(value.length) * 0.7);
}

/**
 * True when letters and digits mix the way generators mix them: random base36, base62 and hex change
 * class at 40 % of their borders, identifiers and words with a number in them at fewer than 15 %.
 */
export function looksRandom(value: string): boolean {
  if (!/\d/.test(value) || !/[A-Za-z]/.test(value)) return false;
  return changeShare(value) >= 0.2 && hasTokenEntropy(value);
}

function changeShare(value: string): number {
  let changes = 0;
  let characters = 0;
  let previous = 0;
  for (let index = 0; index < value.length; index += 1) {
    const current = classOf(value.charCodeAt(index));
    if (current !== 0) characters += 1;
    // An upper-case letter before a lower-case one begins a word in camelCase.
    if (
      current !== 0 &&
      previous !== 0 &&
      current !== previous &&
      !(previous === 2 && current === 1)
    ) {
      changes += 1;
    }
    previous = current;
  }
  return characters === 0 ? 0 : changes / characters;
}

/** 0 neither letter nor digit, 1 lower case, 2 upper case, 3 digit. */
function classOf(code: number): 0 | 1 | 2 | 3 {
  if (code >= 97 && code <= 122) return 1;
  if (code >= 65 && code <= 90) return 2;
  return code >= 48 && code <= 57 ? 3 : 0;
}
