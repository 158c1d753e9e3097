/** Why a request got no usable answer, as data: the provider layer decides what a person reads. */
import { errnoCode, errorMessage, ZekeError } from '../errors.ts';

export type HttpFailureReason =
  /** The name does not resolve, nobody listens, the connection broke. */
  | 'network'
  /** The certificate could not be trusted or the TLS handshake failed. */
  | 'tls'
  | 'connect-timeout'
  | 'first-byte-timeout'
  | 'idle-timeout'
  /** The signal of the request was aborted. */
  | 'cancelled'
  /** Zeke would not send it: a bad URL or header, or a key over plain http. */
  | 'refused'
  /** The host answered with a redirect; none is ever followed. */
  | 'redirect'
  /** Offline was asked for and the host is not this machine. */
  | 'offline';

/** A request that did not come through. `message` names the host and never holds a header. */
export class HttpError extends ZekeError {
  readonly reason: HttpFailureReason;

  constructor(reason: HttpFailureReason, message: string, options: HttpErrorOptions = {}) {
    super('provider', message, options);
    this.name = 'HttpError';
    this.reason = reason;
  }
}
export interface HttpErrorOptions {
  readonly hint?: string;
  readonly cause?: unknown;
}

/** The HttpError for whatever node:http, a socket or TLS reported while talking to `host`. */
export function toHttpError(error: unknown, host: string): HttpError {
  if (error instanceof HttpError) return error;
  const code = errnoCode(error);
  if (code !== undefined && isTlsCode(code)) {
    const hint =
      'Behind a company proxy, point NODE_EXTRA_CA_CERTS or SSL_CERT_FILE at its certificate (PEM).';
    return new HttpError('tls', `The certificate of ${host} is not trusted (${code}).`, {
      hint,
      cause: error,
    });
  }
  if (code !== undefined && /^(?:EPROTO$|ERR_SSL_)/.test(code)) {
    return new HttpError('tls', `${host} does not speak https (${code}).`, {
      hint: 'If it speaks plain http, write http:// in its URL.',
      cause: error,
    });
  }
  const known = code === undefined ? undefined : NETWORK_WORDS[code];
  const what = known ?? `the connection failed: ${errorMessage(error)}`;
  return new HttpError('network', `${host}: ${what}`, { cause: error });
}

const NETWORK_WORDS: { readonly [code: string]: string } = {
  ECONNREFUSED: 'nobody listens there (connection refused)',
  ENOTFOUND: 'the host name does not resolve',
  EAI_AGAIN: 'the host name does not resolve now (no network?)',
  ECONNRESET: 'the connection was closed before the answer was complete',
  EPIPE: 'the connection was closed while the request was being sent',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ETIMEDOUT: 'the connection timed out',
  HPE_INVALID_CONSTANT: 'what answers there does not speak HTTP',
};

/** The codes Node gives to certificate and handshake failures. */
function isTlsCode(code: string): boolean {
  return (
    /^(?:ERR_TLS_|CERT_)/.test(code) ||
    /_(?:SELF_SIGNED|LEAF_SIGNATURE|ISSUER_CERT|CERT)(?:_|$)/.test(`_${code}`)
  );
}
