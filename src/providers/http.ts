/**
 * Requests to a model host: keys, retries and errors, the same for every wire family.
 *
 * A request is only ever repeated before the first part of its answer was handed on. `start` and
 * `usage` are held back until there is content, so that an overload which a host reports as the
 * first event of a stream still counts as "before".
 */
import type { FillRoute } from '../platform/config/config.ts';
import { errorMessage } from '../platform/errors.ts';
import type { HttpClient } from '../platform/http/client.ts';
import { HttpError } from '../platform/http/errors.ts';
import type { HttpResponse } from '../platform/http/exchange.ts';
import type { ProviderFailure, StreamPart } from './contract.ts';
import {
  failureFromHttpError,
  failureFromResponse,
  type HostInfo,
  incompleteFailure,
  missingKeyFailure,
  ProviderError,
} from './errors.ts';
import { parseJson } from './json.ts';

/** One model host, as the user's settings describe it. */
export interface ProviderHost {
  readonly id: string;
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly apiKeyEnv: string | undefined;
  /** True where nothing is sent without a key. */
  readonly needsKey: boolean;
  readonly isLocal: boolean;
  /** The user allows the key to travel over plain http to this host. */
  readonly allowPlainHttp: boolean;
  /** How it is asked what belongs at a cursor, where the user said so. */
  readonly fill?: FillRoute | undefined;
  readonly findKey: () => Promise<string | undefined>;
  readonly http: HttpClient;
  readonly retry: RetryPolicy;
}

export interface RetryPolicy {
  /** Tries after the first one. */
  readonly maxRetries: number;
  /** Resolves after `delayMs`, or at once when the signal is aborted. */
  readonly wait: (delayMs: number, signal: AbortSignal) => Promise<void>;
  /** Between 0 and 1. */
  readonly random: () => number;
}

/** What a family sends; it may depend on the key and on what the host said about a model. */
export interface WireRequest {
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  readonly body?: unknown;
}

export interface StreamCall {
  readonly signal: AbortSignal;
  readonly prepare: (key: string | undefined) => WireRequest | Promise<WireRequest>;
  /** Reads the body into parts; it may throw what the body throws. */
  readonly read: (response: HttpResponse, info: HostInfo) => AsyncIterable<StreamPart>;
}

/** A longer wait than this is reported instead: the user would rather switch the model. */
const MAX_WAIT_MS = 60_000;
const ERROR_BODY_BYTES = 64 * 1024;
/** The longest model list seen (a router with a thousand models) is under 2 MiB. */
const JSON_BODY_BYTES = 16 * 1024 * 1024;

/** Streams one answer: exactly one `end` or `error` comes last. Never throws. */
export async function* streamAnswer(
  host: ProviderHost,
  call: StreamCall,
): AsyncGenerator<StreamPart> {
  for (let attempt = 0; ; attempt += 1) {
    const failure = yield* streamOnce(host, call);
    if (failure === undefined) return;
    const delayMs = retryDelayMs({ failure, attempt, host });
    if (delayMs === undefined) return yield { type: 'error', error: failure };
    await host.retry.wait(delayMs, call.signal);
    if (call.signal.aborted) {
      return yield { type: 'error', error: cancelledFailure(host) };
    }
  }
}

/** Looks up the key and loads what a request needs, without any connection. */
export async function prepareHost(host: ProviderHost): Promise<void> {
  await Promise.all([host.findKey(), host.http.prepare(host.baseUrl)]);
}

/** GET or POST of plain JSON. Rejects with a ProviderError. */
export async function fetchJson(
  host: ProviderHost,
  signal: AbortSignal,
  prepare: StreamCall['prepare'],
): Promise<unknown> {
  let info = hostInfo(host, undefined);
  try {
    info = hostInfo(host, await findKey(host));
    const response = await send({ host, info, signal, wire: await prepare(info.key) });
    const text = await response.text(JSON_BODY_BYTES);
    const json = parseJson(text);
    if (json !== undefined) return json;
    const message = `${host.id} (${info.host}) answered with something that is no JSON. Is the base URL right?`;
    throw new ProviderError({ kind: 'invalid-request', message, retryable: false });
  } catch (error) {
    throw error instanceof ProviderError ? error : new ProviderError(toFailure(error, info));
  }
}

/** Waits on the real clock. */
export function waitOnClock(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, delayMs);
    signal.addEventListener('abort', finish, { once: true });
    if (signal.aborted) finish();
  });
}

/** One try. Returns a failure only where nothing was handed on yet, so that another try is allowed. */
async function* streamOnce(
  host: ProviderHost,
  call: StreamCall,
): AsyncGenerator<StreamPart, ProviderFailure | undefined> {
  let info = hostInfo(host, undefined);
  const held: StreamPart[] = [];
  let hasContent = false;
  try {
    info = hostInfo(host, await findKey(host));
    const wire = await call.prepare(info.key);
    const response = await send({ host, info, signal: call.signal, wire });
    for await (const part of call.read(response, info)) {
      if (part.type === 'error' && !hasContent) return part.error;
      if (!hasContent && (part.type === 'start' || part.type === 'usage')) {
        held.push(part);
        continue;
      }
      hasContent = true;
      yield* held.splice(0);
      yield part;
      if (part.type === 'end' || part.type === 'error') return undefined;
    }
    if (!hasContent) return incompleteFailure(info);
    yield { type: 'error', error: incompleteFailure(info) };
  } catch (error) {
    const failure = toFailure(error, info);
    // Nobody asks again after giving up, and what was read until then may be paid for.
    if (failure.kind === 'cancelled') yield* held.splice(0);
    if (!hasContent) return failure;
    yield { type: 'error', error: failure.kind === 'network' ? incompleteFailure(info) : failure };
  }
  return undefined;
}

interface SendInput {
  readonly host: ProviderHost;
  readonly info: HostInfo;
  readonly signal: AbortSignal;
  readonly wire: WireRequest;
}

async function send({ host, info, signal, wire }: SendInput): Promise<HttpResponse> {
  if (host.needsKey && info.key === undefined && !signal.aborted) {
    throw new ProviderError(missingKeyFailure(info));
  }
  const response = await host.http.send({
    method: wire.body === undefined ? 'GET' : 'POST',
    url: `${host.baseUrl}${wire.path}`,
    headers: wire.headers,
    signal,
    allowPlainHttp: host.allowPlainHttp,
    ...(wire.body === undefined ? {} : { jsonBody: JSON.stringify(wire.body) }),
  });
  const { status, headers } = response;
  if (status < 400) return refusePage(response, info);
  const body = await response.text(ERROR_BODY_BYTES);
  throw new ProviderError(failureFromResponse(info, { status, headers, body }));
}

/** A login page of the network, or a base URL that leads to a web site. */
function refusePage(response: HttpResponse, info: HostInfo): HttpResponse {
  if (!(response.headers['content-type'] ?? '').includes('text/html')) return response;
  response.discard();
  const message = `${info.id} (${info.host}) answered with a web page. Is the base URL right?`;
  throw new ProviderError({ kind: 'invalid-request', message, retryable: false });
}

async function findKey(host: ProviderHost): Promise<string | undefined> {
  const key = (await host.findKey())?.trim();
  return key === '' ? undefined : key;
}

function hostInfo(host: ProviderHost, key: string | undefined): HostInfo {
  const name = URL.canParse(host.baseUrl) ? new URL(host.baseUrl).host : host.baseUrl;
  return { id: host.id, host: name, apiKeyEnv: host.apiKeyEnv, key };
}

function toFailure(error: unknown, info: HostInfo): ProviderFailure {
  if (error instanceof ProviderError) return error.failure;
  if (error instanceof HttpError) return failureFromHttpError(info, error);
  return failureFromHttpError(info, new HttpError('refused', errorMessage(error)));
}

function cancelledFailure(host: ProviderHost): ProviderFailure {
  return { kind: 'cancelled', message: `${host.id}: the request was cancelled.`, retryable: false };
}

interface RetryInput {
  readonly failure: ProviderFailure;
  readonly attempt: number;
  readonly host: ProviderHost;
}

/**
 * How long to wait before the next try; undefined for none. The host's own hint wins; without one
 * the wait doubles from half a second up to eight, shortened by up to a quarter at random so that
 * many clients do not come back together.
 */
function retryDelayMs({ failure, attempt, host }: RetryInput): number | undefined {
  if (!failure.retryable || attempt >= host.retry.maxRetries) return undefined;
  if (failure.retryAfterMs !== undefined) {
    return failure.retryAfterMs <= MAX_WAIT_MS ? failure.retryAfterMs : undefined;
  }
  return Math.min(500 * 2 ** attempt, 8000) * (1 - 0.25 * host.retry.random());
}
