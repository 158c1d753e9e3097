/** Base URLs as people write them. */
import { ZekeError } from '../platform/errors.ts';
import { parseHttpUrl } from '../platform/http/check.ts';

/** The port of Ollama's own server. */
const OLLAMA_PORT = 11434;

/** A base URL without the slash at its end. Throws a ZekeError of kind `config` that names `setting`. */
export function checkBaseUrl(url: string, setting: string): string {
  try {
    parseHttpUrl(url);
  } catch (error) {
    const why = error instanceof ZekeError ? error.message : 'It is not a URL.';
    throw new ZekeError('config', `${setting}: ${why}`, {
      hint: `Set ${setting} to something like https://host/v1.`,
    });
  }
  return url.replace(/\/+$/, '');
}

/**
 * OLLAMA_HOST in all its forms: `host`, `host:port`, `:port`, `[::1]:port`, a whole URL. As in
 * Ollama itself a bare host means port 11434, a URL with a scheme the scheme's port; an address to
 * listen on (0.0.0.0, ::) means this machine.
 */
export function ollamaUrl(setting: string | undefined): string {
  const text = (setting ?? '').trim().replace(/^["']|["']$/g, '');
  if (/^https?:\/\//i.test(text)) return reachable(checkBaseUrl(text, 'OLLAMA_HOST'));
  const [, host = '', port, path = ''] =
    /^(\[[^\]]*\]|[^:/]*)(?::(\d+))?(\/.*)?$/.exec(text.replace(/^(::1?)$/, '[$1]')) ?? [];
  const name = host === '' ? '127.0.0.1' : host;
  const isOdd = text !== '' && host === '' && port === undefined;
  const url = isOdd ? text : `http://${name}:${port ?? OLLAMA_PORT}${path}`;
  return reachable(checkBaseUrl(url, 'OLLAMA_HOST'));
}

function reachable(url: string): string {
  return url.replace(/^(https?:\/\/)(?:0\.0\.0\.0|\[::\])(?=[:/]|$)/i, '$1127.0.0.1');
}

/** GHOSTLLM_URL with or without its `/v1`. */
export function ghostLlmUrl(setting: string | undefined): string {
  const url = checkBaseUrl(setting ?? 'http://localhost:8080', 'GHOSTLLM_URL');
  return url.endsWith('/v1') ? url : `${url}/v1`;
}
