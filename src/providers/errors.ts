/** What a host's refusal means, and what the user can do about it. */
import { ZekeError } from '../platform/errors.ts';
import type { HttpError } from '../platform/http/errors.ts';
import { cleanLine } from './clean-line.ts';
import type { FailureKind, ProviderFailure } from './contract.ts';
import { parseJson, readNumber, readRecord, readText } from './json.ts';

/** Where a failure happened, for its message. */
export interface HostInfo {
  /** The provider's id, as in `provider/model`. */
  readonly id: string;
  /** Host name and port. */
  readonly host: string;
  /** The environment variable that holds the key. */
  readonly apiKeyEnv: string | undefined;
  /** The key itself, so that it can be taken out of whatever the host says. */
  readonly key?: string | undefined;
}

/** A failure as an error that commands can throw: a wrong key ends with the code for keys. */
export class ProviderError extends ZekeError {
  readonly failure: ProviderFailure;

  constructor(failure: ProviderFailure) {
    const isKeyTrouble = failure.kind === 'authentication' || failure.kind === 'permission';
    super(isKeyTrouble ? 'permission' : 'provider', failure.message);
    this.name = 'ProviderError';
    this.failure = failure;
  }
}

export interface HttpRefusal {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
}

/** The failure behind an HTTP status of 400 or more, whatever shape the body has. */
export function failureFromResponse(host: HostInfo, refusal: HttpRefusal): ProviderFailure {
  const said = readErrorBody(refusal.body);
  const kind = kindOf({ status: refusal.status, ...said });
  const shouldRetry = refusal.headers['x-should-retry'];
  const retryAfterMs = readRetryAfter(refusal.headers, Date.now()) ?? said.retryAfterMs;
  return {
    kind,
    message: describe(
      host,
      kind,
      said.message ?? STATUS_WORDS[refusal.status] ?? `HTTP ${refusal.status}`,
    ),
    retryable:
      shouldRetry === undefined ? isRetryable(kind, refusal.status) : shouldRetry === 'true',
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    status: refusal.status,
  };
}

/** The failure behind an error object inside a stream (HTTP 200). */
export function failureFromStream(host: HostInfo, error: unknown): ProviderFailure {
  const said = readErrorObject(error);
  const status = said.status ?? STATUS_OF_TYPE[said.type ?? ''] ?? STATUS_OF_TYPE[said.code ?? ''];
  const kind = kindOf({ ...said, status: status ?? 500 });
  return {
    kind,
    message: describe(host, kind, said.message ?? 'the answer broke off with an error'),
    retryable: isRetryable(kind, status ?? 500),
    ...(said.retryAfterMs === undefined ? {} : { retryAfterMs: said.retryAfterMs }),
    ...(status === undefined ? {} : { status }),
  };
}

/** The failure behind a request that got no answer, or whose answer broke off. */
export function failureFromHttpError(host: HostInfo, error: HttpError): ProviderFailure {
  const [kind, retryable] = KIND_OF_REASON[error.reason];
  const hint = error.hint === undefined ? '' : ` ${error.hint}`;
  return { kind, message: scrub(`${host.id}: ${error.message}${hint}`, host.key), retryable };
}

/** No key where one is needed: nothing was sent. */
export function missingKeyFailure(host: HostInfo): ProviderFailure {
  const message = `${host.id} needs a key and none was found. ${keyAdvice(host)}`;
  return { kind: 'authentication', message, retryable: false };
}

/** The stream ended without its own end mark: what came is not the whole answer. */
export function incompleteFailure(host: HostInfo): ProviderFailure {
  const message = `${host.id} (${host.host}) closed the connection before the answer was complete.`;
  return { kind: 'incomplete', message, retryable: true };
}

/**
 * When the host wants to be asked again, in milliseconds from `nowMs`: `retry-after-ms` before
 * `retry-after` in seconds or as an HTTP date. Undefined where it does not say.
 */
export function readRetryAfter(
  headers: { readonly [name: string]: string },
  nowMs: number,
): number | undefined {
  const milliseconds = headers['retry-after-ms'];
  if (milliseconds !== undefined && Number.isFinite(Number.parseFloat(milliseconds))) {
    return Math.max(0, Number.parseFloat(milliseconds));
  }
  const after = headers['retry-after'];
  if (after === undefined) return undefined;
  if (/^\s*\d+(?:\.\d+)?\s*$/.test(after)) return Number.parseFloat(after) * 1000;
  const date = Date.parse(after);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}

const KIND_OF_REASON: {
  readonly [reason in HttpError['reason']]: readonly [FailureKind, boolean];
} = {
  network: ['network', true],
  tls: ['network', false],
  'connect-timeout': ['timeout', true],
  'first-byte-timeout': ['timeout', false],
  'idle-timeout': ['timeout', true],
  cancelled: ['cancelled', false],
  refused: ['invalid-request', false],
  redirect: ['invalid-request', false],
  offline: ['offline', false],
};

/** What an error object's type or code would have been as an HTTP status. */
const STATUS_OF_TYPE: { readonly [type: string]: number } = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  timeout_error: 504,
  request_too_large: 413,
  rate_limit_error: 429,
  rate_limit_exceeded: 429,
  insufficient_quota: 429,
  api_error: 500,
  server_error: 500,
  provider_error: 502,
  overloaded_error: 529,
  UNAVAILABLE: 503,
};

interface Said {
  readonly message?: string;
  readonly type?: string;
  readonly code?: string;
  readonly status?: number;
  readonly retryAfterMs?: number;
}

/** Error bodies come as JSON of a dozen shapes, as plain text, as a proxy's HTML page, or empty. */
function readErrorBody(body: string): Said {
  const text = body.trim();
  if (text === '') return {};
  const json = parseJson(text);
  if (json !== undefined) return readErrorObject(Array.isArray(json) ? json[0] : json);
  if (/^<(?:!doctype|html|\?xml)/i.test(text)) {
    const title = /<title[^>]*>([^<]*)</i.exec(text)?.[1]?.trim();
    return { message: `an HTML page${title ? `, "${title}"` : ''}, not an API answer` };
  }
  return { message: text };
}

function readErrorObject(value: unknown): Said {
  if (typeof value === 'string') return { message: value };
  const outer = readRecord(value);
  if (outer === undefined) return {};
  if (typeof outer.error === 'string') {
    return compact({ message: outer.error, code: readText(outer.code) });
  }
  const inner = readRecord(outer.error) ?? outer;
  const code = inner.code ?? readRecord(inner.details)?.error_code;
  const metadata = readRecord(inner.metadata);
  const parts = [readText(inner.message) ?? readText(outer.detail), readText(metadata?.raw)];
  const message = parts.filter((part) => part !== undefined && part !== '').join(': ');
  return compact({
    message: message === '' ? undefined : message,
    type: readText(inner.type) ?? readText(inner.status),
    code: readText(code),
    status: statusOf(readNumber(inner.status_code) ?? readNumber(code)),
    retryAfterMs: retryAfterFromBody(inner),
  });
}

function statusOf(code: number | undefined): number | undefined {
  return code !== undefined && code >= 400 && code <= 599 ? code : undefined;
}

/** GhostLLM's `retry_after` in seconds, Gemini's RetryInfo detail with a `retryDelay` of "48s". */
function retryAfterFromBody(error: { readonly [name: string]: unknown }): number | undefined {
  const seconds = readNumber(error.retry_after);
  if (seconds !== undefined) return seconds * 1000;
  const details = Array.isArray(error.details) ? error.details : [];
  for (const detail of details) {
    const delay = /^(\d+(?:\.\d+)?)s$/.exec(readText(readRecord(detail)?.retryDelay) ?? '');
    if (delay?.[1] !== undefined) return Number.parseFloat(delay[1]) * 1000;
  }
  return undefined;
}

function compact(said: { readonly [key in keyof Said]: Said[key] | undefined }): Said {
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}

const CONTEXT_OVERFLOW =
  /context[ _](?:length|window|size)|maximum (?:context|prompt) length|prompt is too long|prompt too long|input token count|too many (?:input )?tokens|exceeds the (?:available )?context|input is too long/i;
const WRONG_KEY =
  /(?:incorrect|invalid) (?:x-)?api[ -_]?key|api[ -_]?key (?:is )?(?:not valid|invalid|provided is incorrect)|invalid x-api-key|API_KEY_INVALID/i;
const UNKNOWN_MODEL = /model[^.]{0,80}(?:does not exist|not found|not exist|has been deprecated)/i;

/** The order matters: a body can say what its status does not (xAI answers a bad key with 400). */
function kindOf(said: Said & { readonly status: number }): FailureKind {
  const { status, message = '', type = '', code = '' } = said;
  const name = `${type} ${code}`;
  if (/insufficient_quota|billing_error|credit/i.test(name)) return 'quota';
  if (/^(?:monthly |premium )?(?:request )?quota exceeded/i.test(message)) return 'quota';
  if (status >= 500 || status === 429 || status === 408) return kindOfServerTrouble(status, name);
  if (/context_length_exceeded/.test(name) || CONTEXT_OVERFLOW.test(message)) {
    return 'context-overflow';
  }
  if (status === 413) return 'context-overflow';
  if (status === 401 || /invalid_api_key/.test(name) || WRONG_KEY.test(message)) {
    return 'authentication';
  }
  if (status === 402) return 'quota';
  if (status === 407) return 'network';
  if (status === 403) return 'permission';
  if (status === 404 || /model_not_found/.test(name) || UNKNOWN_MODEL.test(message)) {
    return 'not-found';
  }
  return 'invalid-request';
}

function kindOfServerTrouble(status: number, name: string): FailureKind {
  if (status === 429) return 'rate-limit';
  if (status === 408 || status === 504) return 'timeout';
  if (status === 503 || status === 529 || /overloaded/i.test(name)) return 'overloaded';
  return 'server';
}

/** The HTTP status of a server that has no such ability, such as filling in the middle. */
export const NOT_IMPLEMENTED = 501;

function isRetryable(kind: FailureKind, status: number): boolean {
  // What a server cannot do at all (501) it cannot do a moment later either.
  if (kind === 'quota' || status === NOT_IMPLEMENTED) return false;
  return status === 408 || status === 409 || status === 429 || status >= 500;
}

/** What a status says by itself, where the body says nothing. */
const STATUS_WORDS: { readonly [status: number]: string } = {
  407: 'the proxy wants a user name and password (in HTTPS_PROXY, as http://name:password@host)',
};

const ADVICE: { readonly [kind in FailureKind]?: string } = {
  permission: 'The key may not do this: check its rights or the model with "zeke models".',
  'not-found': 'See "zeke models" for what this host offers.',
  'context-overflow': 'Ask with less context, start a new conversation, or use a larger model.',
  'rate-limit': 'Wait a moment, or switch the model.',
  quota: "The account's credit or quota is used up: check its billing, or switch the model.",
  overloaded: 'Try again in a moment, or switch the model.',
};

function describe(host: HostInfo, kind: FailureKind, said: string): string {
  const advice = kind === 'authentication' ? keyAdvice(host) : ADVICE[kind];
  const sentence = cleanLine(scrub(said, host.key));
  const stop = /[.!?…]$/.test(sentence) ? '' : '.';
  const start = `${host.id} (${host.host}): ${sentence}${stop}`;
  return advice === undefined ? start : `${start} ${advice}`;
}

function keyAdvice(host: HostInfo): string {
  const command = `run "zeke auth add ${host.id}"`;
  return host.apiKeyEnv === undefined
    ? `To store a key, ${command}.`
    : `Set ${host.apiKeyEnv}, or ${command}.`;
}

/** Things that look like keys, in full or as the masked echo that hosts like to send. */
const KEY_SHAPES =
  /\b(?:sk|pk|rk|gk|gsk|xai|pplx|hf|ghp|gho|ghu|ghs|github_pat|key)[-_][\w\-*.]{6,}|\bAIza[\w-]{20,}|\bBearer\s+[^\s"',]+/gi;

/** The text without the key that was sent and without anything else that looks like one. */
export function scrub(text: string, key: string | undefined): string {
  const withoutKey = key === undefined || key === '' ? text : text.replaceAll(key, '[key]');
  return withoutKey.replace(KEY_SHAPES, '[key]');
}
