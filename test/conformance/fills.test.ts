/**
 * Fill-in-the-middle by every route: bodies as the vendors document them, played back by a real server
 * whole and in pieces, and what was asked for them.
 */
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HttpClient } from '../../src/platform/http/client.ts';
import type { FillRequest, Provider } from '../../src/providers/contract.ts';
import type { ProviderHost } from '../../src/providers/http.ts';
import { createOllamaProvider } from '../../src/providers/ollama/provider.ts';
import { createOpenAiChatProvider } from '../../src/providers/openai-chat/provider.ts';
import { startServer } from '../platform/http/servers.ts';
import { testClient, testHost } from '../providers/provider-host.ts';
import { collect } from './collect.ts';
import { cutCharacters, inPieces } from './replay-server.ts';

interface Route {
  readonly name: string;
  readonly create: (host: ProviderHost) => Provider;
  readonly host: Partial<ProviderHost>;
  readonly model: string;
  readonly path: string;
  readonly asked: object;
  readonly contentType: string;
  readonly lines: readonly object[];
  readonly end: string;
}

const EVENTS = 'text/event-stream';
const SAMPLING = { temperature: 0.8, stop: ['\n'] };

const ROUTES: readonly Route[] = [
  {
    name: 'Ollama, /api/generate',
    create: createOllamaProvider,
    host: { id: 'ollama' },
    model: 'qwen2.5-coder:1.5b',
    path: '/api/generate',
    asked: {
      model: 'qwen2.5-coder:1.5b',
      prompt: 'x = ',
      suffix: '\nend',
      stream: true,
      options: { num_predict: 64, ...SAMPLING },
    },
    contentType: 'application/x-ndjson',
    lines: [
      { model: 'qwen2.5-coder:1.5b', response: 'größ', done: false },
      { model: 'qwen2.5-coder:1.5b', response: 'e()', done: false },
      { response: '', done: true, done_reason: 'stop', prompt_eval_count: 21, eval_count: 5 },
    ],
    end: '',
  },
  {
    name: 'a suffix at /completions',
    create: createOpenAiChatProvider,
    host: { fill: 'completions' },
    model: 'coder',
    path: '/v1/completions',
    asked: {
      model: 'coder',
      prompt: 'x = ',
      suffix: '\nend',
      stream: true,
      stream_options: { include_usage: true },
      max_tokens: 64,
      ...SAMPLING,
    },
    contentType: EVENTS,
    lines: [
      { id: 'c1', model: 'coder', choices: [{ index: 0, text: 'größ', finish_reason: null }] },
      { id: 'c1', model: 'coder', choices: [{ index: 0, text: 'e()', finish_reason: 'stop' }] },
      { id: 'c1', choices: [], usage: { prompt_tokens: 21, completion_tokens: 5 } },
    ],
    end: 'data: [DONE]\n\n',
  },
  {
    name: 'Mistral, /fim/completions',
    create: createOpenAiChatProvider,
    host: { fill: 'fim' },
    model: 'codestral-latest',
    path: '/v1/fim/completions',
    asked: {
      model: 'codestral-latest',
      prompt: 'x = ',
      suffix: '\nend',
      stream: true,
      max_tokens: 64,
      ...SAMPLING,
    },
    contentType: EVENTS,
    lines: [
      { id: 'm1', model: 'codestral-latest', choices: [{ index: 0, delta: { content: 'größ' } }] },
      {
        id: 'm1',
        choices: [{ index: 0, delta: { content: 'e()' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 21, completion_tokens: 5, total_tokens: 26 },
      },
    ],
    end: 'data: [DONE]\n\n',
  },
  {
    name: 'llama.cpp, /infill',
    create: createOpenAiChatProvider,
    host: { fill: 'infill' },
    model: 'any',
    path: '/infill',
    asked: {
      model: 'any',
      input_prefix: 'x = ',
      input_suffix: '\nend',
      stream: true,
      n_predict: 64,
      cache_prompt: true,
      ...SAMPLING,
    },
    contentType: EVENTS,
    lines: [
      {
        index: 0,
        content: 'größ',
        tokens: [265],
        stop: false,
        id_slot: -1,
        tokens_predicted: 1,
        tokens_evaluated: 21,
      },
      {
        index: 0,
        content: 'e()',
        tokens: [266],
        stop: false,
        id_slot: -1,
        tokens_predicted: 2,
        tokens_evaluated: 21,
      },
      {
        index: 0,
        content: '',
        tokens: [2],
        stop: false,
        id_slot: -1,
        tokens_predicted: 5,
        tokens_evaluated: 21,
      },
      {
        index: 0,
        content: '',
        tokens: [],
        id_slot: 0,
        stop: true,
        model: 'coder.gguf',
        tokens_predicted: 5,
        tokens_evaluated: 21,
        prompt: '<s>x = ',
        has_new_line: false,
        truncated: false,
        stop_type: 'eos',
        stopping_word: '',
        tokens_cached: 25,
        timings: { cache_n: 0, prompt_n: 21 },
      },
    ],
    end: '',
  },
];

const CUTS = [
  { cut: 'whole', pieces: (bytes: Uint8Array) => [bytes] },
  { cut: '1-byte pieces', pieces: (bytes: Uint8Array) => inPieces(bytes, 1) },
  { cut: 'cut inside every character', pieces: cutCharacters },
] as const;
const CASES = CUTS.flatMap((how) => ROUTES.map((route) => ({ ...route, ...how })));

const request: Omit<FillRequest, 'model'> = {
  prefix: 'x = ',
  suffix: '\nend',
  maxOutputTokens: 64,
  ...SAMPLING,
};

let http: HttpClient;
beforeAll(() => {
  http = testClient();
});
afterAll(() => http.close());

/** A host that answers with these bytes; where it is not told any, it never does. */
async function startHost(route: Route, pieces: readonly Uint8Array[] | undefined) {
  const asked: { path: string; body: unknown }[] = [];
  const closed = Promise.withResolvers<void>();
  const open = Promise.withResolvers<void>();
  const server = await startServer((received, response) => {
    let text = '';
    received.on('data', (chunk) => (text += chunk));
    received.on('end', () => {
      if (received.url === '/api/show') {
        response.end(JSON.stringify({ capabilities: ['completion', 'insert'] }));
        return;
      }
      asked.push({ path: received.url ?? '', body: JSON.parse(text) });
      response.writeHead(200, { 'content-type': route.contentType });
      for (const piece of pieces ?? []) response.write(piece);
      if (pieces !== undefined) return void response.end();
      response.flushHeaders();
      open.resolve();
      void once(response, 'close').then(() => closed.resolve());
    });
  });
  const isOllama = route.contentType !== EVENTS;
  const baseUrl = isOllama ? server.url : `${server.url}/v1`;
  const provider = route.create(testHost(baseUrl, http, route.host));
  return { provider, asked, open: open.promise, closed: closed.promise, server };
}

function bodyOf({ contentType, lines, end }: Route): Uint8Array {
  const text = lines.map((line) =>
    contentType === EVENTS ? `data: ${JSON.stringify(line)}\n\n` : `${JSON.stringify(line)}\n`,
  );
  return new TextEncoder().encode(text.join('') + end);
}

async function fill(provider: Provider, model: string, signal: AbortSignal) {
  const parts = await provider.fill?.({ ...request, model }, { signal });
  if (parts === undefined) throw new Error('not filled');
  return await collect(parts);
}

describe.each(CASES)('$name, $cut', ({ pieces, ...route }) => {
  test('asks as documented, and answers as the contract says', async () => {
    const { provider, asked, server } = await startHost(route, pieces(bodyOf(route)));
    const answer = await fill(provider, route.model, new AbortController().signal);
    await server.close();
    expect(asked).toEqual([{ path: route.path, body: route.asked }]);
    expect(answer).toMatchObject({
      text: 'größe()',
      reason: 'stop',
      usage: { inputTokens: 21, outputTokens: 5 },
    });
  });
});

describe.each(ROUTES)('$name', (route) => {
  test('a body that ends in the middle is a cut', async () => {
    const bytes = bodyOf({ ...route, lines: route.lines.slice(0, 1), end: '' });
    const { provider, server } = await startHost(route, [bytes]);
    const answer = await fill(provider, route.model, new AbortController().signal);
    await server.close();
    expect(answer.error?.kind).toBe('incomplete');
  });

  test('a cancelled one ends at the host', async () => {
    const controller = new AbortController();
    const { provider, open, closed, server } = await startHost(route, undefined);
    const answer = fill(provider, route.model, controller.signal);
    await open;
    controller.abort();
    await closed;
    expect((await answer).error?.kind).toBe('cancelled');
    await server.close();
  });
});

test('the limit of tokens is a reason to end of its own', async () => {
  for (const route of ROUTES) {
    const text = JSON.stringify(route.lines)
      .replaceAll('"stop_type":"eos"', '"stop_type":"limit"')
      .replaceAll('"done_reason":"stop"', '"done_reason":"length"')
      .replaceAll('"finish_reason":"stop"', '"finish_reason":"length"');
    const { provider, server } = await startHost(route, [
      bodyOf({ ...route, lines: JSON.parse(text) }),
    ]);
    const answer = await fill(provider, route.model, new AbortController().signal);
    await server.close();
    expect(answer.reason).toBe('length');
  }
});

describe('hosts and models without it', () => {
  const ask = (provider: Provider, model: string) =>
    provider.fill?.({ ...request, model }, { signal: new AbortController().signal });

  test('are asked in words', async () => {
    const openai = createOpenAiChatProvider(testHost('http://127.0.0.1:9/v1', http));
    expect(await ask(openai, 'gpt-5-mini')).toBeUndefined();
    const mistral = createOpenAiChatProvider(testHost('https://api.mistral.ai/v1', http));
    expect(await ask(mistral, 'mistral-large-latest')).toBeUndefined();
    expect(await ask(mistral, 'codestral-embed')).toBeUndefined();
  });

  test('are told by their address where the vendor documents it', async () => {
    const mistral = createOpenAiChatProvider(testHost('https://api.mistral.ai/v1', http));
    expect(await ask(mistral, 'codestral-2508')).toBeDefined();
    const beta = createOpenAiChatProvider(testHost('https://api.deepseek.com/beta', http));
    expect(await ask(beta, 'deepseek-chat')).toBeDefined();
    const plain = createOpenAiChatProvider(testHost('https://api.deepseek.com/v1', http));
    expect(await ask(plain, 'deepseek-chat')).toBeUndefined();
  });

  test('a llama.cpp server whose model cannot fill is one of them, and asked once', async () => {
    const asked: string[] = [];
    const server = await startServer((received, response) => {
      asked.push(received.url ?? '');
      const message = 'Infill is not supported by this model: prefix token is missing. ';
      response.writeHead(501, { 'content-type': 'application/json; charset=utf-8' });
      response.end(JSON.stringify({ error: { code: 501, message, type: 'not_supported_error' } }));
    });
    const retry = { maxRetries: 2, random: () => 0, wait: async () => undefined };
    const host = testHost(`${server.url}/v1`, http, { fill: 'infill', retry });
    const provider = createOpenAiChatProvider(host);
    expect(await ask(provider, 'plain')).toBeUndefined();
    expect(await ask(provider, 'plain')).toBeUndefined();
    expect(asked).toEqual(['/infill']);
    await server.close();
  });

  test('an Ollama model that cannot insert is one of them', async () => {
    const server = await startServer((_, response) => response.end('{"capabilities":["tools"]}'));
    const provider = createOllamaProvider(testHost(server.url, http));
    expect(await ask(provider, 'llama3')).toBeUndefined();
    await server.close();
  });
});
