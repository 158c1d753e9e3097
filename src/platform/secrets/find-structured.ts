/** Finds secrets that a format gives away: key blocks, URLs with a password, headers, XML. */
import { hasTokenEntropy, isPlaceholder, isWordLike, looksRandom } from './randomness.ts';
import type { SecretMatch } from './secret-match.ts';

/** Adds what the formats of this file hold to `found`. Linear in the length of the text. */
export function findStructured(text: string, found: SecretMatch[]): void {
  if (text.includes('-----BEGIN')) findPrivateKeys(text, found);
  if (text.includes('://')) findUrlPasswords(text, found);
  if (text.includes('hooks.slack.com') || text.includes('webhook.office.com')) {
    findWebhooks(text, found);
  }
  if (/authorization|x-api-key|x-auth-token/i.test(text)) findHeaders(text, found);
  if (text.includes('curl')) findCurlUsers(text, found);
  if (/<add key=/i.test(text)) findNugetPasswords(text, found);
  if (/kind:\s{0,4}["']?secret\b/i.test(text)) findKubernetesSecrets(text, found);
}

const KEY_BEGIN = /-----BEGIN[ A-Z0-9_-]{0,60}PRIVATE KEY(?: BLOCK)?-----/g;
/** Base64 with what string literals and PEM headers put between; ends at the next dashes. */
const KEY_BODY = /^(?:(?!-----)[\s\\"'+,|>;:\w/=.()-])*/;
/** What stands for a key in documentation is shorter than any real key. */
const SHORTEST_KEY_BODY = 64;
/** An RSA key of 16384 bits has about 13 KB; more than this is not one key. */
const LONGEST_KEY_BODY = 32 * 1024;

function findPrivateKeys(text: string, found: SecretMatch[]): void {
  let nextEnd = -2;
  for (const begin of text.matchAll(KEY_BEGIN)) {
    const bodyStart = begin.index + begin[0].length;
    // Looked for once per END, so that many BEGINs without one stay linear.
    if (nextEnd !== -1 && nextEnd < bodyStart) nextEnd = text.indexOf('-----END', bodyStart);
    const limit = bodyStart + LONGEST_KEY_BODY;
    const isClosed = nextEnd !== -1 && nextEnd <= limit;
    const body = text.slice(bodyStart, isClosed ? nextEnd : Math.min(limit, text.length));
    const key = KEY_BODY.exec(body)?.[0] ?? '';
    const letters = key.replace(/[^0-9A-Za-z+/]/g, '');
    if (letters.length < SHORTEST_KEY_BODY || isPlaceholder(letters.slice(0, 200))) continue;
    const end = isClosed ? endOfLine(text, nextEnd) : bodyStart + key.length;
    found.push({ rule: 'private-key', start: begin.index, end, severity: 'critical' });
  }
}

function endOfLine(text: string, from: number): number {
  const mark = /-----END[ A-Z0-9_-]{0,80}-----/y;
  mark.lastIndex = from;
  return mark.test(text) ? mark.lastIndex : from + '-----END'.length;
}

const URL_PASSWORD =
  /\b[a-z][a-z0-9+.-]{1,20}:\/\/([^\s:@/"'`<>{}$%\\]{0,80}):([^\s@/"'`<>{}$\\]{4,120})@([\w.-]{1,120})/gi;
/** Hosts where a password opens nothing but the writer's own machine. */
const HARMLESS_HOST =
  /^(?:localhost|127\.|0\.0\.0\.0|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)|(?:^|\.)(?:example|test|invalid|local)(?:\.|$)/i;
/** One name without a dot: a service of a compose file, and the `host` of documentation. */
const BARE_HOST = /^[\w-]+$/;
/** What is written in documentation; the rest of it stands among the words of `isWordLike`. */
const URL_PLACEHOLDER = /pass|pwd|^pw$|^\W+$/i;
/** A port, and the tag of an image or the version of a package, before its digest. */
const PORT_OR_VERSION = /^(?:\d{1,5}|v?\d+\.[\w.-]*)$/;
/** Behind these is nothing but what the password guards. */
const DATA_URL =
  /^(?:postgres|mysql|mariadb|mongodb|redis|amqp|mssql|sqlserver|clickhouse|cockroach)/i;

function findUrlPasswords(text: string, found: SecretMatch[]): void {
  for (const match of text.matchAll(URL_PASSWORD)) {
    const [whole, user = '', password = '', host = ''] = match;
    if (!isUrlPassword({ url: whole, user, password, host })) continue;
    const start = match.index + whole.length - host.length - 1 - password.length;
    found.push({
      rule: 'password-in-url',
      start,
      end: start + password.length,
      severity: 'critical',
    });
  }
}

interface UrlLogin {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly host: string;
}

function isUrlPassword({ url, user, password, host }: UrlLogin): boolean {
  if (isWordLike(password) || URL_PLACEHOLDER.test(password) || password === user) return false;
  if (PORT_OR_VERSION.test(password) || /^sha\d/.test(host)) return false;
  const plain = password.replace(/%[0-9a-f]{2}/gi, '');
  if (plain.length >= 12 && looksRandom(password)) return true;
  if (HARMLESS_HOST.test(host)) return false;
  const hasDigit = /\d/.test(plain);
  if (BARE_HOST.test(host)) return hasDigit && plain.length >= 8;
  return plain.length >= (DATA_URL.test(url) || hasDigit ? 5 : 8);
}

const WEBHOOK =
  /hooks\.slack\.com\/(?:services|workflows|triggers)\/[A-Za-z0-9+/]{40,60}|[a-z0-9]{1,60}\.webhook\.office\.com\/webhookb2\/[a-z0-9-]{36}@[a-z0-9-]{36}\/IncomingWebhook\/[a-z0-9]{32}\/[a-z0-9-]{36}/gi;

function findWebhooks(text: string, found: SecretMatch[]): void {
  for (const match of text.matchAll(WEBHOOK)) {
    if (isPlaceholder(match[0])) continue;
    const [start, end] = [match.index, match.index + match[0].length];
    found.push({ rule: 'webhook-url', start, end, severity: 'critical' });
  }
}

const HEADER =
  /(?:authorization|x-api-key|x-auth-token)["'`]?[ \t]{0,4}[:=,][ \t]{0,4}["'`]?(?:(?:bearer|basic|token|bot)[ \t]{1,4})?([\w=~@.+/-]{16,2000})/gi;

function findHeaders(text: string, found: SecretMatch[]): void {
  for (const match of text.matchAll(HEADER)) {
    const value = match[1] ?? '';
    if (isWordLike(value) || !looksRandom(value)) continue;
    const end = match.index + match[0].length;
    found.push({ rule: 'authorization', start: end - value.length, end, severity: 'critical' });
  }
}

const CURL_USER =
  /\bcurl\b[^\n|;]{0,400}?[ \t](?:-u|--user)[ \t=]{1,4}["']?[\w.@-]{0,80}:([^\s"'$<>{}]{8,120})/g;

function findCurlUsers(text: string, found: SecretMatch[]): void {
  for (const match of text.matchAll(CURL_USER)) {
    const value = match[1] ?? '';
    if (isWordLike(value) || !/\d/.test(value) || !hasTokenEntropy(value)) continue;
    const end = match.index + match[0].length;
    found.push({ rule: 'curl-password', start: end - value.length, end, severity: 'critical' });
  }
}

const NUGET = /<add key="(?:ClearText)?Password"\s{0,8}value="([^"\n]{8,200})"/gi;

function findNugetPasswords(text: string, found: SecretMatch[]): void {
  for (const match of text.matchAll(NUGET)) {
    const value = match[1] ?? '';
    if (isWordLike(value) || /^%.*%$|\$\(/.test(value)) continue;
    const end = match.index + match[0].length - 1;
    found.push({ rule: 'nuget-password', start: end - value.length, end, severity: 'critical' });
  }
}

const SECRET_DATA = /^data:[ \t]*\n((?:[ \t]+[\w.-]{1,80}:[^\n]{0,4000}(?:\n|$)){1,50})/gm;
const DATA_VALUE = /^[ \t]+[\w.-]{1,80}:[ \t]*["']?([0-9A-Za-z+/]{12,4000}={0,2})["']?[ \t]*$/gm;

/** The values of a Secret are base64, which hides nothing. */
function findKubernetesSecrets(text: string, found: SecretMatch[]): void {
  for (const data of text.matchAll(SECRET_DATA)) {
    const [whole, values = ''] = data;
    const valuesStart = data.index + whole.length - values.length;
    for (const match of values.matchAll(DATA_VALUE)) {
      const value = match[1] ?? '';
      const plain = Buffer.from(value, 'base64').toString('latin1');
      if (isWordLike(plain) || !looksRandom(plain)) continue;
      const start = valuesStart + match.index + match[0].lastIndexOf(value);
      const end = start + value.length;
      found.push({ rule: 'kubernetes-secret', start, end, severity: 'critical' });
    }
  }
}
