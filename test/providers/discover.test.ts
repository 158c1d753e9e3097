import type { RequestListener } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import type { Config } from '../../src/platform/config/config.ts';
import type { Environment } from '../../src/platform/env.ts';
import { type Discovery, discoverDefaultModel } from '../../src/providers/discover.ts';
import { startServer } from '../platform/http/servers.ts';
import { testConfig } from './settings.ts';

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const part of opened.splice(0)) await part.close();
});

/** A port where nothing listens, so that the machine's own services stay out of it. */
const NOTHING_THERE: Environment = {
  GHOSTLLM_URL: 'http://127.0.0.1:9',
  OLLAMA_HOST: 'http://127.0.0.1:9',
};

async function serve(listener: RequestListener): Promise<string> {
  const server = await startServer(listener);
  opened.push(server);
  return server.url;
}
const json = (paths: { readonly [path: string]: unknown }): Promise<string> =>
  serve((request, response) => {
    const body = paths[request.url ?? ''];
    response.writeHead(body === undefined ? 404 : 200).end(JSON.stringify(body ?? {}));
  });

function discover(env: Environment, config: Partial<Config> = {}): Promise<Discovery> {
  return discoverDefaultModel({
    config: testConfig(config),
    env,
    findKey: async ({ apiKeyEnv }) => (apiKeyEnv === undefined ? undefined : env[apiKeyEnv]),
    signal: new AbortController().signal,
  });
}

test('what the user set comes first', async () => {
  const env = { ...NOTHING_THERE, OPENAI_API_KEY: 'k' };
  expect((await discover(env, { model: 'a/b' })).model).toBe('a/b');
  expect((await discover({ ...env, ZEKE_MODEL: 'c/d' })).model).toBe('c/d');
});

test('then GhostLLM, which chooses by itself', async () => {
  const GHOSTLLM_URL = await json({
    '/v1/models': { data: [{ id: 'llama', provider: 'ollama' }] },
  });
  const env = { ...NOTHING_THERE, OPENAI_API_KEY: 'k', GHOSTLLM_URL };
  const { model, tried } = await discover(env);
  expect(model).toBe('ghostllm/auto');
  expect(tried).toHaveLength(1);
});

test('another server on that port is used by its first model', async () => {
  const GHOSTLLM_URL = await json({ '/v1/models': { data: [{ id: 'qwen.gguf' }] } });
  expect((await discover({ ...NOTHING_THERE, GHOSTLLM_URL })).model).toBe('ghostllm/qwen.gguf');
});

test('then a key, without asking its vendor', async () => {
  expect((await discover({ ...NOTHING_THERE, OPENAI_API_KEY: 'k' })).model).toBe('openai/gpt-5.5');
  expect((await discover({ ...NOTHING_THERE, ANTHROPIC_API_KEY: 'k' })).model).toBe(
    'anthropic/claude-sonnet-5',
  );
});

test('a compatible host that the user set is asked what it has', async () => {
  const url = await json({ '/v1/models': { data: [{ id: 'mine' }, { id: 'other' }] } });
  const env = { ...NOTHING_THERE, OPENAI_BASE_URL: `${url}/v1` };
  expect((await discover(env)).model).toBe('openai/mine');
});

test('then Ollama’s first model', async () => {
  const OLLAMA_HOST = await json({
    '/api/tags': { models: [{ name: 'phi4:latest', model: 'phi4:latest' }] },
  });
  expect((await discover({ ...NOTHING_THERE, OLLAMA_HOST })).model).toBe('ollama/phi4:latest');
});

test('an Ollama without models is passed over', async () => {
  const OLLAMA_HOST = await json({ '/api/tags': { models: [] } });
  const { model, tried } = await discover({ ...NOTHING_THERE, OLLAMA_HOST });
  expect(model).toBe('builtin/zeke');
  expect(tried.at(-2)?.detail).toBe('answers, but has no model');
});

test('with nothing there the built-in engine answers, and each look is accounted for', async () => {
  const { model, tried } = await discover(NOTHING_THERE);
  expect(model).toBe('builtin/zeke');
  expect(tried.map((step) => step.found)).toEqual([false, false, false, false, true]);
  expect(tried.map((step) => step.detail)).toEqual([
    expect.stringMatching(/nobody listens there/),
    'OPENAI_API_KEY is not set',
    'ANTHROPIC_API_KEY is not set',
    expect.stringMatching(/nobody listens there/),
    'always there',
  ]);
});

test('a port that accepts and says nothing does not hold anybody up', async () => {
  const GHOSTLLM_URL = await serve(() => undefined);
  const { model, tried } = await discover({ ...NOTHING_THERE, GHOSTLLM_URL });
  expect(model).toBe('builtin/zeke');
  expect(tried[0]?.detail).toMatch(/no answer in \d+ ms/);
});

test('an answer that came while the program was busy is heard', async () => {
  const GHOSTLLM_URL = await serve((_, response) => {
    response.end(JSON.stringify({ data: [{ id: 'quick' }] }));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
  });
  expect((await discover({ ...NOTHING_THERE, GHOSTLLM_URL })).model).toBe('ghostllm/quick');
});

test('offline uses no key and asks only this machine', async () => {
  const env = {
    ...NOTHING_THERE,
    OPENAI_API_KEY: 'k',
    ANTHROPIC_BASE_URL: 'https://x.test',
  };
  const { model, tried } = await discover(env, { offline: true });
  expect(model).toBe('builtin/zeke');
  expect(tried[1]?.detail).toMatch(/offline/);
  expect(tried[2]?.detail).toMatch(/offline/);
});

test('a model id that could harm a terminal is not taken', async () => {
  const models = [{ id: 'a\u001b]0;x\u0007' }, { id: 'good' }];
  const GHOSTLLM_URL = await json({ '/v1/models': { data: models } });
  expect((await discover({ ...NOTHING_THERE, GHOSTLLM_URL })).model).toBe('ghostllm/good');
});
