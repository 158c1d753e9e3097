/** What is known about hosts by their id, so that a short config suffices. */
import type { ProviderConfig } from './config.ts';

/** By provider id. Addresses are the vendors' documented ones. */
export const KNOWN_HOSTS: { readonly [id: string]: ProviderConfig } = {
  openai: {
    family: 'openai-chat',
    baseUrl: 'https://api.openai.com/v1',
    apiKeyEnv: 'OPENAI_API_KEY',
  },
  anthropic: {
    family: 'anthropic',
    baseUrl: 'https://api.anthropic.com',
    apiKeyEnv: 'ANTHROPIC_API_KEY',
  },
  ollama: { family: 'ollama', baseUrl: 'http://127.0.0.1:11434', apiKeyEnv: 'OLLAMA_API_KEY' },
  ghostllm: {
    family: 'openai-chat',
    baseUrl: 'http://127.0.0.1:8080',
    apiKeyEnv: 'GHOSTLLM_API_KEY',
  },
};
