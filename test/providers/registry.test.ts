import { afterEach, describe, expect, test } from 'vitest';
import type { Environment } from '../../src/platform/env.ts';
import type { Provider } from '../../src/providers/contract.ts';
import {
  createProviderRegistry,
  type ProviderRegistry,
  type ProviderRegistryOptions,
} from '../../src/providers/registry.ts';
import { collect } from '../conformance/collect.ts';
import { startServer } from '../platform/http/servers.ts';
import { shortRequest } from './conversation.ts';
import { testConfig } from './settings.ts';

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const part of opened.splice(0)) await part.close();
});

const BUILTIN: Provider = {
  id: 'builtin',
  isLocal: true,
  stream: async function* () {
    yield { type: 'start' };
    yield { type: 'end', reason: 'stop' };
  },
  listModels: async () => [{ id: 'zeke' }],
};

function registry(more: Partial<ProviderRegistryOptions> = {}): ProviderRegistry {
  const env = more.env ?? {};
  const made = createProviderRegistry({
    config: testConfig(),
    env,
    findKey: async ({ apiKeyEnv }) => (apiKeyEnv === undefined ? undefined : env[apiKeyEnv]),
    extraProviders: [BUILTIN],
    offline: false,
    ...more,
  });
  opened.push(made);
  return made;
}
const ask = async (from: ProviderRegistry, modelRef: string) => {
  const { provider, model } = await from.resolve(modelRef);
  return collect(provider.stream(shortRequest(model), { signal: new AbortController().signal }));
};

describe('a reference', () => {
  test.each([
    ['openai/gpt-5', 'openai', 'gpt-5'],
    ['openai/some/deep/id', 'openai', 'some/deep/id'],
    ['claude-sonnet-5', 'anthropic', 'claude-sonnet-5'],
    ['builtin', 'builtin', 'zeke'],
    ['ghostllm', 'ghostllm', 'auto'],
    ['anthropic', 'anthropic', 'claude-sonnet-5'],
    ['ollama/llama3.2:3b', 'ollama', 'llama3.2:3b'],
  ])('%s', async (reference, id, model) => {
    const resolved = await registry().resolve(reference);
    expect([resolved.provider.id, resolved.model]).toEqual([id, model]);
  });

  test('brings what the catalogue knows, or nothing', async () => {
    expect((await registry().resolve('openai/gpt-5')).info?.contextTokens).toBe(400_000);
    expect((await registry().resolve('openai/mine')).info).toBeUndefined();
  });

  test.each([
    ['opnai/gpt-5', /no provider called opnai/, /Did you mean openai/],
    ['claude-sonet-5', /No provider is known for the model/, /Did you mean claude-sonnet-5/],
    ['ollama', /which of its models/, /zeke models ollama/],
    ['openai/', /is no model/, /provider\/model/],
    ['', /is no model/, /provider\/model/],
    ['openai/a\u001b[2Jb', /is no model/, /provider\/model/],
  ])('%j is refused with help', async (reference, message, hint) => {
    await expect(registry().resolve(reference)).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });
});

describe('hosts', () => {
  const summary = (env: Environment, providers = {}) =>
    registry({ env, config: testConfig({ providers }) })
      .providers()
      .map(({ id, family, baseUrl, isLocal, needsKey }) => ({
        id,
        family,
        baseUrl,
        isLocal,
        needsKey,
      }));

  test('the built-in ones', () => {
    expect(summary({})).toMatchInlineSnapshot(`
      [
        {
          "baseUrl": undefined,
          "family": "builtin",
          "id": "builtin",
          "isLocal": true,
          "needsKey": false,
        },
        {
          "baseUrl": "https://api.openai.com/v1",
          "family": "openai-chat",
          "id": "openai",
          "isLocal": false,
          "needsKey": true,
        },
        {
          "baseUrl": "https://api.anthropic.com",
          "family": "anthropic",
          "id": "anthropic",
          "isLocal": false,
          "needsKey": true,
        },
        {
          "baseUrl": "http://127.0.0.1:11434",
          "family": "ollama",
          "id": "ollama",
          "isLocal": true,
          "needsKey": false,
        },
        {
          "baseUrl": "http://localhost:8080/v1",
          "family": "openai-chat",
          "id": "ghostllm",
          "isLocal": true,
          "needsKey": false,
        },
      ]
    `);
  });

  test('the environment wins over the config, the config over the built-in address', () => {
    const own = {
      openai: { family: 'openai-chat', baseUrl: 'https://mine.test/v1', apiKeyEnv: undefined },
    };
    const openai = (env: Environment) => summary(env, own).find((host) => host.id === 'openai');
    expect(openai({})?.baseUrl).toBe('https://mine.test/v1');
    expect(openai({ OPENAI_BASE_URL: 'http://localhost:1/v1/' })).toMatchObject({
      baseUrl: 'http://localhost:1/v1',
      isLocal: true,
      needsKey: false,
    });
  });

  test('the user’s own need a key where they name its variable', () => {
    const providers = {
      groq: { family: 'openai-chat', baseUrl: 'https://groq.test/v1', apiKeyEnv: 'GROQ_API_KEY' },
      open: { family: 'openai-chat', baseUrl: 'https://open.test/v1', apiKeyEnv: undefined },
    };
    const own = summary({}, providers).slice(-2);
    expect(own.map(({ id, needsKey }) => [id, needsKey])).toEqual([
      ['groq', true],
      ['open', false],
    ]);
  });

  test('a bad URL is named by its setting', () => {
    expect(() => registry({ env: { ANTHROPIC_BASE_URL: 'nonsense' } })).toThrow(
      /ANTHROPIC_BASE_URL/,
    );
    const providers = {
      x: { family: 'ollama' as const, baseUrl: 'ftp://x', apiKeyEnv: undefined },
    };
    expect(() => registry({ config: testConfig({ providers }) })).toThrow(/providers\.x\.base_url/);
  });

  test('know whether there is a key', async () => {
    const hosts = registry({ env: { OPENAI_API_KEY: 'k' } }).providers();
    const hasKey = await Promise.all(
      hosts.map(async (host) => [host.id, await host.hasKey()] as const),
    );
    expect(Object.fromEntries(hasKey)).toMatchObject({ openai: true, anthropic: false });
  });
});

test('each family talks to its own paths with its own headers', async () => {
  const seen: string[] = [];
  const server = await startServer((request, response) => {
    const { authorization, 'x-api-key': key, 'anthropic-version': version } = request.headers;
    seen.push(
      [request.method, request.url, authorization ?? key ?? 'no key', version ?? ''].join(' '),
    );
    response.writeHead(400).end();
  });
  opened.push(server);
  const from = registry({
    env: {
      OPENAI_BASE_URL: `${server.url}/v1`,
      OPENAI_API_KEY: 'one',
      ANTHROPIC_BASE_URL: server.url,
      ANTHROPIC_API_KEY: 'two',
      OLLAMA_HOST: server.url,
      GHOSTLLM_URL: server.url,
      GHOSTLLM_API_KEY: 'gk-three',
    },
  });
  for (const reference of ['openai/m', 'anthropic/m', 'ollama/m', 'ghostllm/auto']) {
    expect((await ask(from, reference)).error?.kind).toBe('invalid-request');
  }
  expect(seen).toEqual([
    'POST /v1/chat/completions Bearer one ',
    'POST /v1/messages two 2023-06-01',
    'POST /api/show no key ',
    'POST /api/chat no key ',
    'POST /v1/chat/completions Bearer gk-three ',
  ]);
});

test('a missing key is an authentication failure that names the variable', async () => {
  const { error } = await ask(registry(), 'anthropic/claude-sonnet-5');
  expect(error).toMatchObject({ kind: 'authentication', retryable: false });
  expect(error?.message).toMatch(/Set ANTHROPIC_API_KEY, or run "zeke auth add anthropic"/);
});

describe('offline', () => {
  test('no socket is opened to another machine', async () => {
    const env = { OPENAI_API_KEY: 'k', HTTPS_PROXY: 'http://127.0.0.1:1' };
    const { error } = await ask(registry({ env, offline: true }), 'openai/gpt-5');
    expect(error?.kind).toBe('offline');
  });

  test('says so even where the key is missing', async () => {
    expect((await ask(registry({ offline: true }), 'openai/gpt-5')).error?.kind).toBe('offline');
  });

  test('this machine is still reached', async () => {
    const server = await startServer((_, response) => response.end('data: [DONE]\n\n'));
    opened.push(server);
    const env = { OPENAI_BASE_URL: server.url };
    const { reason } = await ask(registry({ env, offline: true }), 'openai/m');
    expect(reason).toBe('stop');
  });
});

test('a key travels over plain http only where the user allows it', async () => {
  const providers = (allowPlainHttp: boolean) => ({
    box: {
      family: 'openai-chat' as const,
      baseUrl: 'http://box.test/v1',
      apiKeyEnv: 'BOX_KEY',
      allowPlainHttp,
    },
  });
  const env = { BOX_KEY: 'k', HTTP_PROXY: 'http://127.0.0.1:1' };
  const refused = registry({ env, config: testConfig({ providers: providers(false) }) });
  expect((await ask(refused, 'box/m')).error?.message).toMatch(/unencrypted/);
  const allowed = registry({ env, config: testConfig({ providers: providers(true) }) });
  expect((await ask(allowed, 'box/m')).error?.kind).toBe('network');
});

test('an extra provider is used as it is', async () => {
  expect((await registry().resolve('builtin/zeke')).provider).toBe(BUILTIN);
  expect(registry().providers()[0]).toMatchObject({
    id: 'builtin',
    family: 'builtin',
    isLocal: true,
  });
});
