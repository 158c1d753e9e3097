/** One request and its answer on one socket: timeouts, cancelling, and the body as it arrives. */
import type { ClientRequest, IncomingMessage, RequestOptions, request } from 'node:http';
import type { Socket } from 'node:net';
import { errnoCode } from '../errors.ts';
import { HttpError, toHttpError } from './errors.ts';

export interface HttpTimeouts {
  /** Until the connection, with proxy and TLS, stands. */
  readonly connectTimeoutMs: number;
  /** From then until the answer's headers, and once more until the first byte of its body. */
  readonly firstByteTimeoutMs: number;
  /** Between two pieces of the body. */
  readonly idleTimeoutMs: number;
}

/** How a request travels: which function sends it, with which options. */
export interface Route {
  readonly send: typeof request;
  readonly options: RequestOptions;
  /** Host and port of the proxy in between. */
  readonly proxyHost?: string | undefined;
}

export interface HttpResponse {
  readonly status: number;
  /** Lower-case names; several of one name are joined by a comma. */
  readonly headers: { readonly [name: string]: string };
  /** The body as it arrives. Rejects with an HttpError when it breaks, stalls or is cancelled. */
  readonly body: AsyncIterable<Uint8Array>;
  /** The body as text, at most `limitBytes` of it; the rest is not read. */
  text(limitBytes: number): Promise<string>;
  /** Ends the connection without reading on. */
  discard(): void;
}

export interface ExchangeInput {
  readonly host: string;
  readonly route: Route;
  readonly body: string | undefined;
  readonly signal: AbortSignal;
  readonly timeouts: HttpTimeouts;
}

/**
 * Pieces of a stream that come one by one are read together some seventeen times a second: to pass
 * each of them on costs far more than what is in it. What comes fast is read as it comes.
 */
const GATHER_MS = 60;
const SMALL_BYTES = 2048;
/** Hosts say some things before the first word, which must not wait for what comes after it. */
const FIRST_PIECES = 8;

/** How long a connection whose answer was not read to its end may take to end by itself. */
const DRAIN_MS = 250;

/**
 * Sends and waits for the headers. A connection that was kept open and that the host had closed
 * meanwhile is replaced by a new one, once: the host never saw that request.
 */
export async function exchange(input: ExchangeInput): Promise<HttpResponse> {
  try {
    return await attempt(input);
  } catch (error) {
    if (!(error instanceof StaleConnection)) throw error;
    return attempt(input);
  }
}

/** The kept connection turned out to be closed already. */
class StaleConnection extends HttpError {}

function attempt(input: ExchangeInput): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    if (input.signal.aborted) return reject(cancelled(input.host));
    const call = openCall(input, reject);
    call.request.once('response', (message) => {
      call.setTimer(undefined);
      resolve(toResponse(message, call));
    });
    call.request.end(input.body);
  });
}

/** A request under way. Whatever ends it early goes through `fail`, once. */
interface Call {
  readonly input: ExchangeInput;
  readonly request: ClientRequest;
  /** Why it was ended early; undefined while all is well. */
  failure(): HttpError | undefined;
  fail(error: HttpError): void;
  /** Replaces the running time limit; undefined is none. */
  setTimer(limit: { readonly ms: number; readonly error: () => HttpError } | undefined): void;
  /** Ends timers and listeners after the last byte. */
  finish(): void;
}

function openCall(input: ExchangeInput, reject: (error: HttpError) => void): Call {
  const { route, signal, timeouts, host } = input;
  const ender = new AbortController();
  let failure: HttpError | undefined;
  let timer: NodeJS.Timeout | undefined;
  const request = route.send({ ...route.options, signal: ender.signal });
  const call: Call = {
    input,
    request,
    failure: () => failure,
    fail(error) {
      if (failure !== undefined) return;
      failure = error;
      call.finish();
      reject(error);
      // A socket whose answer came to its end in this moment is let go by the request before it says
      // that it was ended: nobody would listen, and an error that nobody hears ends the process.
      request.socket?.once('error', () => undefined);
      // Destroys the socket in the same tick, also one that a proxy is still opening.
      ender.abort();
      request.destroy();
    },
    setTimer(limit) {
      clearTimeout(timer);
      if (limit !== undefined) timer = setTimeout(() => call.fail(limit.error()), limit.ms);
    },
    finish() {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    },
  };
  const onAbort = () => call.fail(cancelled(host));
  signal.addEventListener('abort', onAbort, { once: true });
  request.on('error', (error) => call.fail(requestError(error, request, host)));
  call.setTimer({ ms: timeouts.connectTimeoutMs, error: () => late('connect', input) });
  request.once('socket', (socket) =>
    whenReady(socket, () => {
      if (failure === undefined && request.listenerCount('response') > 0) {
        call.setTimer({ ms: timeouts.firstByteTimeoutMs, error: () => late('first-byte', input) });
      }
    }),
  );
  return call;
}

function requestError(error: Error, request: ClientRequest, host: string): HttpError {
  const code = errnoCode(error);
  if (request.reusedSocket && (code === 'ECONNRESET' || code === 'EPIPE')) {
    return new StaleConnection('network', `${host} closed the connection.`, { cause: error });
  }
  return toHttpError(error, host);
}

/** Calls back once the socket can carry the request: TLS included, at once for a kept one. */
function whenReady(socket: Socket & { secureConnecting?: boolean }, onReady: () => void): void {
  if (socket.secureConnecting === true) socket.once('secureConnect', onReady);
  else if (socket.connecting) socket.once('connect', onReady);
  else onReady();
}

function toResponse(message: IncomingMessage, call: Call): HttpResponse {
  // A body that breaks while nobody reads must not end the process.
  message.on('error', () => call.finish());
  const headers = Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
  return {
    status: message.statusCode ?? 0,
    headers,
    body: readBody(message, call, { isStream: true }),
    text: (limitBytes) => readText(readBody(message, call, { isStream: false }), limitBytes),
    discard() {
      call.finish();
      message.destroy();
    },
  };
}

async function* readBody(
  message: IncomingMessage,
  call: Call,
  { isStream }: { readonly isStream: boolean },
): AsyncGenerator<Uint8Array> {
  const { timeouts, host } = call.input;
  refuseCompressed(message, call);
  let count = 0;
  const chunks = message.iterator({ destroyOnReturn: false });
  let limit = { ms: timeouts.firstByteTimeoutMs, error: () => late('first-byte', call.input) };
  try {
    while (true) {
      call.setTimer(limit);
      const next = await chunks.next();
      call.setTimer(undefined);
      if (next.done === true) return;
      limit = { ms: timeouts.idleTimeoutMs, error: () => late('idle', call.input) };
      const readAt = performance.now();
      count += 1;
      yield next.value;
      const isGathered = isStream && count > FIRST_PIECES && next.value.length < SMALL_BYTES;
      if (isGathered) await gather(message, readAt + GATHER_MS);
    }
  } catch (error) {
    throw call.failure() ?? toHttpError(error, host);
  } finally {
    await chunks.return?.();
    call.finish();
    if (!message.readableEnded) drain(message);
  }
}

/** Lets more of the body come together: until that time, or the body's end. */
function gather(message: IncomingMessage, until: number): Promise<void> {
  const waitMs = until - performance.now();
  if (waitMs <= 0 || message.complete || message.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      message.off('readable', look).off('close', end);
      resolve();
    };
    const look = () => {
      if (message.complete) end();
    };
    const timer = setTimeout(end, waitMs);
    message.on('readable', look).once('close', end);
  });
}

function refuseCompressed(message: IncomingMessage, call: Call): void {
  const encoding = message.headers['content-encoding'];
  if (encoding === undefined || encoding === '' || encoding === 'identity') return;
  message.destroy();
  const text = `${call.input.host} sent a body compressed with ${encoding}, which was not asked for.`;
  throw new HttpError('network', text);
}

/** Lets an answer that is as good as over end by itself, so that its connection can be kept. */
function drain(message: IncomingMessage): void {
  if (message.destroyed) return;
  const timer = setTimeout(() => message.destroy(), DRAIN_MS);
  message.once('close', () => clearTimeout(timer));
  message.resume();
}

async function readText(body: AsyncIterable<Uint8Array>, limitBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let leftBytes = limitBytes;
  for await (const chunk of body) {
    const piece = chunk.subarray(0, leftBytes);
    text += decoder.decode(piece, { stream: true });
    leftBytes -= piece.length;
    if (leftBytes <= 0) break;
  }
  return text + decoder.decode();
}

function cancelled(host: string): HttpError {
  return new HttpError('cancelled', `The request to ${host} was cancelled.`);
}

function late(phase: 'connect' | 'first-byte' | 'idle', input: ExchangeInput): HttpError {
  const { host, timeouts } = input;
  const { connectTimeoutMs, firstByteTimeoutMs, idleTimeoutMs } = timeouts;
  const words = {
    connect: `${host} could not be reached within ${seconds(connectTimeoutMs)}.`,
    'first-byte': `${host} sent no answer within ${seconds(firstByteTimeoutMs)}.`,
    idle: `${host} sent nothing for ${seconds(idleTimeoutMs)} in the middle of the answer.`,
  };
  return new HttpError(`${phase}-timeout`, words[phase]);
}

function seconds(milliseconds: number): string {
  return `${milliseconds / 1000} s`;
}
