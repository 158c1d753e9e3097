/** What may be sent at all: checked before a socket is opened. */
import { HttpError } from './errors.ts';

/** Control characters, spaces and line breaks: never legal in a URL we were given. */
const NOT_IN_URLS = /[\u0000-\u0020\u007f-\u009f]/;
/** What RFC 9110 allows in a header value, beyond which a value could add headers of its own. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Headers that carry a key. */
const SECRET_HEADERS = new Set(['authorization', 'x-api-key', 'api-key', 'x-goog-api-key']);

/**
 * Parses a URL that came from the user's settings. Throws an HttpError of reason `refused` for
 * anything but plain http and https, for a user name or password in it, and for control bytes,
 * which the URL parser would silently drop.
 */
export function parseHttpUrl(url: string): URL {
  if (NOT_IN_URLS.test(url)) {
    throw new HttpError('refused', `The URL ${JSON.stringify(url)} holds a control character.`);
  }
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) {
    throw new HttpError('refused', `${JSON.stringify(url)} is not an http or https URL.`);
  }
  if (parsed.username !== '' || parsed.password !== '') {
    const hint = 'Keep keys in the environment or with "zeke auth add".';
    throw new HttpError('refused', `The URL for ${parsed.host} holds a user name or password.`, {
      hint,
    });
  }
  return parsed;
}

/** Throws an HttpError of reason `refused` for a header that could smuggle in another one. */
export function checkHeaders(headers: { readonly [name: string]: string }, host: string): void {
  for (const [name, value] of Object.entries(headers)) {
    if (HEADER_NAME.test(name) && HEADER_VALUE.test(value)) continue;
    const hint = SECRET_HEADERS.has(name.toLowerCase())
      ? 'The key holds a line break or another control character: store it again.'
      : undefined;
    throw new HttpError(
      'refused',
      `The header ${JSON.stringify(name)} for ${host} holds a control character.`,
      hint === undefined ? {} : { hint },
    );
  }
}

/** True where one of the headers carries a key. */
export function hasSecretHeader(headers: { readonly [name: string]: string }): boolean {
  return Object.keys(headers).some((name) => SECRET_HEADERS.has(name.toLowerCase()));
}

/**
 * True for a host name that can only be this machine: 127.0.0.0/8, ::1 and `localhost`. Takes the
 * `hostname` of a parsed URL, which has already turned 2130706433 or 0x7f.1 into 127.0.0.1.
 */
export function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/** True for a URL of this machine. */
export function isLoopbackUrl(url: string): boolean {
  return URL.canParse(url) && isLoopbackHost(new URL(url).hostname);
}
