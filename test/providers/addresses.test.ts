import { describe, expect, test } from 'vitest';
import { checkBaseUrl, ghostLlmUrl, ollamaUrl } from '../../src/providers/addresses.ts';

describe('OLLAMA_HOST', () => {
  test.each([
    [undefined, 'http://127.0.0.1:11434'],
    ['', 'http://127.0.0.1:11434'],
    ['box', 'http://box:11434'],
    ['box:1234', 'http://box:1234'],
    [':1234', 'http://127.0.0.1:1234'],
    ['0.0.0.0', 'http://127.0.0.1:11434'],
    ['0.0.0.0:80', 'http://127.0.0.1:80'],
    ['[::1]:1234', 'http://[::1]:1234'],
    ['::1', 'http://[::1]:11434'],
    ['http://box', 'http://box'],
    ['http://0.0.0.0:11434', 'http://127.0.0.1:11434'],
    ['https://ollama.test/', 'https://ollama.test'],
    ['box:1234/ollama/', 'http://box:1234/ollama'],
    ['"box:1234"', 'http://box:1234'],
  ])('%j is %s', (setting, url) => {
    expect(ollamaUrl(setting)).toBe(url);
  });

  test.each(['a b', 'box:port', 'ftp://box', 'http://'])('%j is refused by name', (setting) => {
    expect(() => ollamaUrl(setting)).toThrow(/OLLAMA_HOST/);
  });
});

test('GHOSTLLM_URL with and without its path', () => {
  expect(ghostLlmUrl(undefined)).toBe('http://localhost:8080/v1');
  expect(ghostLlmUrl('https://ghost.test/')).toBe('https://ghost.test/v1');
  expect(ghostLlmUrl('https://ghost.test/v1/')).toBe('https://ghost.test/v1');
});

test('a base URL loses the slash at its end and is checked', () => {
  expect(checkBaseUrl('https://host/v1//', 'X')).toBe('https://host/v1');
  expect(() => checkBaseUrl('host/v1', 'OPENAI_BASE_URL')).toThrow(/^OPENAI_BASE_URL: /);
});
