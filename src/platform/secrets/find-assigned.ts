/** Finds secrets by the name they are given: `API_KEY=…`, `"token": "…"`, `.env` lines. */
import { hasTokenEntropy, isWordLike, looksRandom } from './randomness.ts';
import type { SecretMatch } from './secret-match.ts';
import { SERVICE_NAMES } from './service-names.ts';

/** Names that hold a secret in any program. */
const CREDENTIAL_WORDS = [
  'access_?key',
  'access_?token',
  'api_?key',
  'apikey',
  'auth_?key',
  'auth_?token',
  'bearer',
  'client_?secret',
  'credential',
  'encryption_?key',
  'passphrase',
  'passwd',
  'password',
  'private_?key',
  'pwd',
  '_pass',
  'secret',
  'signing_?key',
  'token',
];
const CREDENTIAL = new RegExp(CREDENTIAL_WORDS.join('|').replaceAll('_?', '[_.-]?'), 'i');
/** A service's name alone may stand beside anything; with one of these it stands beside a key. */
const KEY_WORD = /key|token|secret|auth|pass|pwd|cred|api|access|client|license|login|dsn|id$/i;
/** Names that look like a credential's and are something about it. */
const ABOUT_IT =
  'type name path file url uri length size count ids? field header hash sha digest expiry ' +
  'expires pattern regex prefix limit format version index';
const INNOCENT_NAME = new RegExp(
  [
    'public|integrity|checksum|keyword|tokeniz|fingerprint|csrf|xsrf|continuation',
    'next_?page|page_?token',
    `[_.-](?:${ABOUT_IT.replaceAll(' ', '|')})$`,
    // The last word of a name in camelCase.
    `(?:${ABOUT_IT.split(' ').map(capitalized).join('|')})$`,
  ].join('|'),
);

const SHAPES_BY_SERVICE = new Map(SERVICE_NAMES);
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const LONGEST_NAME_PART = 50;
const LONGEST_INDENT = 40;

/** The rest of the name, closing marks, what assigns, an opening quote, the value. */
const ASSIGNMENT =
  /[\w.-]{0,40}["'`\])]{0,3}([ \t]{0,12}(?:=>|:=|\?=|\|\||==?|::?|,|>|\()[ \t]{0,12})(["'`]?)([^\s"'`,;<>(){}[\]\\]{8,220})/y;

/** Adds every named secret of `text` to `found`. Linear in the length of the text. */
export function findAssigned(text: string, found: SecretMatch[]): void {
  const names = new RegExp(
    [...SHAPES_BY_SERVICE.keys(), ...CREDENTIAL_WORDS].join('|').replaceAll('_?', '[_.-]?'),
    'gi',
  );
  for (let hit = names.exec(text); hit !== null; hit = names.exec(text)) {
    const anchorEnd = hit.index + hit[0].length;
    ASSIGNMENT.lastIndex = anchorEnd;
    const assignment = ASSIGNMENT.exec(text);
    if (assignment === null) continue;
    const [whole, assigns = '', quote = '', value = ''] = assignment;
    const end = anchorEnd + whole.length;
    const nameStart = startOfName(text, hit.index);
    const name = text.slice(nameStart, anchorEnd) + (/^[\w.-]*/.exec(whole)?.[0] ?? '');
    const match = judge({ text, name, nameStart, word: hit[0], assigns, quote, value, end });
    if (match === undefined) continue;
    found.push(match);
    names.lastIndex = end;
  }
}

interface Candidate {
  readonly text: string;
  readonly name: string;
  readonly nameStart: number;
  readonly word: string;
  /** The operator, with the blanks around it. */
  readonly assigns: string;
  readonly quote: string;
  readonly value: string;
  readonly end: number;
}

function judge(candidate: Candidate): SecretMatch | undefined {
  const { name, value, end } = candidate;
  // Constants follow the same words as other names.
  const plainName = name === name.toUpperCase() ? name.toLowerCase() : name;
  if (INNOCENT_NAME.test(plainName) || isReference(candidate)) return undefined;
  // Lists of files with their hashes name `src/token.ts` beside something random.
  if (candidate.text[candidate.nameStart - 1] === '/') return undefined;
  const shapes = SHAPES_BY_SERVICE.get(candidate.word.toLowerCase());
  const isSecret =
    shapes === undefined
      ? isGenericSecret(candidate)
      : isServiceKey(name, value.replace(FIXED_PART, ''), shapes);
  if (!isSecret) return undefined;
  const rule = shapes === undefined ? 'credential' : `${candidate.word.toLowerCase()}-credential`;
  return { rule, start: end - value.length, end, severity: 'critical' };
}

/** What some services put into every key, and what is not random in it. */
const FIXED_PART = /^(?:pub)?key-|^(?:live|test)_(?:pub_)?|A{10,22}/;

/** Code that fetches a secret, a template's hole or a path is not the secret itself. */
function isReference({ text, quote, value, end }: Candidate): boolean {
  const next = text[end] ?? '';
  if (/^[$%@&*!/~#]|\$\{|\{\{|:\/\/|^\.|\.\.|[*?|]/.test(value)) return true;
  if (quote !== '') return next !== quote;
  return next !== '' && !/[\s,;)}\]"'`\\<]/.test(next);
}

function isServiceKey(name: string, value: string, shapes: string): boolean {
  if (UUID.test(value)) return shapes.includes('u') && KEY_WORD.test(name);
  if (/^\d+$/.test(value))
    return shapes.includes('n') && /^\d{16,19}$/.test(value) && KEY_WORD.test(name);
  if (/^[0-9a-f]+$/i.test(value) && !KEY_WORD.test(name)) return false;
  const minLength = shapes.includes('s') ? 14 : 20;
  return value.length >= minLength && looksRandom(value) && !isWordLike(value);
}

function isGenericSecret(candidate: Candidate): boolean {
  const { name, value, quote } = candidate;
  if (!CREDENTIAL.test(name) || UUID.test(value)) return false;
  if (isWordLike(value)) return false;
  const minLength = /passw(?:or)?d$/i.test(name) && quote !== '' ? 10 : 16;
  if (value.length >= minLength && looksRandom(value)) return true;
  if (isChosenPassword(candidate)) return true;
  return quote === '' && isEnvironmentLine(candidate) && isStrongPassword(value);
}

const PASSWORD_NAME = /(?:passw(?:or)?d|passphrase|pwd|[_.-]pass)$/i;
/** Names of messages, of what a form does, and of what is made of a password. */
const ABOUT_PASSWORDS =
  /invalid|wrong|incorrect|missing|weak|forgot|reset|change|confirm|show|hide|hash|encrypt|crypt|salt|error|label|hint/i;
/** Keys of messages, constants, versions, dates: what stands in quotes beside any name. */
const NO_PASSWORD = /^[A-Z0-9_]+$|^[a-z]+(?:[._/:-][a-z]+)*[._/:-]?\d{0,2}$|^v?\d+[.:/-]|12345/;

/**
 * A password that somebody thought of, like two words and a digit: less random than what is issued,
 * so that the place has to be a plain one. In quotes, or alone on its line as `name=value`; in YAML
 * only with a character that no identifier and no type has.
 */
function isChosenPassword({ text, name, nameStart, assigns, quote, value, end }: Candidate) {
  if (!PASSWORD_NAME.test(name) || ABOUT_PASSWORDS.test(name)) return false;
  if (!/\d/.test(value) || !/[A-Za-z].*[A-Za-z].*[A-Za-z]/.test(value)) return false;
  if (NO_PASSWORD.test(value) || !hasTokenEntropy(value)) return false;
  const operator = assigns.trim();
  if (quote !== '') return /^(?:=>|:?=|:)$/.test(operator);
  const before = text.slice(Math.max(0, nameStart - LONGEST_INDENT), nameStart);
  const isAlone =
    /(?:^|\n)[ \t]*(?:export )?$/.test(before) &&
    /^[ \t]*\r?(?:\n|$)/.test(text.slice(end, end + 8));
  if (!isAlone) return false;
  return assigns === '=' || (operator === ':' && /[!#%^&+=@~]/.test(value));
}

/** `NAME=value` at the start of a line, upper case: what stands in `.env` files. */
function isEnvironmentLine({ text, nameStart, name }: Candidate): boolean {
  const before = text.slice(Math.max(0, nameStart - 8), nameStart);
  return /(?:^|\n)(?:export )?$/.test(before) && /^[A-Z][A-Z0-9_]+$/.test(name);
}

function isStrongPassword(value: string): boolean {
  return (
    value.length >= 8 &&
    /\d/.test(value) &&
    /[A-Za-z]/.test(value) &&
    hasTokenEntropy(value) &&
    /[^\w.-]|[a-z][^a-z]*[A-Z]|[A-Z][^A-Z]*[a-z]/.test(value)
  );
}

function startOfName(text: string, from: number): number {
  let start = from;
  const stop = Math.max(0, from - LONGEST_NAME_PART);
  while (start > stop && /[\w.-]/.test(text[start - 1] ?? '')) start -= 1;
  return start;
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
