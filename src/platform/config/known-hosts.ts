/** What is known about hosts by their id, so that a short config and the usual variables suffice. */
import type { ProviderConfig } from './config.ts';

export interface KnownHost extends ProviderConfig {
  /** The environment variable that moves the host. */
  readonly baseUrlEnv: string;
}

/** By provider id. Addresses are the vendors' documented ones. */
export const KNOWN_HOSTS: { readonly [id: string]: KnownHost } = {
  openai: {
    family: 'openai-chat',
    baseUrl: 'https://api.openai.com/v1',
    apiKeyEnv: 'OPENAI_API_KEY',
    baseUrlEnv: 'OPENAI_BASE_URL',
  },
  anthropic: {
    family: 'anthropic',
    baseUrl: 'https://api.anthropic.com',
    apiKeyEnv: 'ANTHROPIC_API_KEY',
    baseUrlEnv: 'ANTHROPIC_BASE_URL',
  },
  ollama: {
    family: 'ollama',
    baseUrl: 'http://127.0.0.1:11434',
    apiKeyEnv: undefined,
    baseUrlEnv: 'OLLAMA_HOST',
  },
  ghostllm: {
    family: 'openai-chat',
    baseUrl: 'http://127.0.0.1:8080',
    apiKeyEnv: 'GHOSTLLM_API_KEY',
    baseUrlEnv: 'GHOSTLLM_URL',
  },
};

const OLLAMA_PORT = '11434';

/**
 * OLLAMA_HOST as a URL. It is also the address a server listens on, so it may lack the scheme or
 * the port, and "every interface" (0.0.0.0, ::) is reached through the loopback.
 */
export function ollamaUrl(host: string): string {
  const text = host.trim();
  const hasScheme = /^https?:\/\//i.test(text);
  if (!URL.canParse(hasScheme ? text : `http://${text}`)) return text;
  const url = new URL(hasScheme ? text : `http://${text}`);
  const hasPort = /:\d+$/.test(url.host) || /:\d+(?:\/|$)/.test(text.replace(/^https?:\/\//i, ''));
  if (!hasPort && !hasScheme) url.port = OLLAMA_PORT;
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
  if (url.hostname === '[::]') url.hostname = '[::1]';
  return url.href.replace(/\/$/, '');
}
