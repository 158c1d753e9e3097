import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import type { HttpClient } from '../../src/platform/http/client.ts';
import type { ChatRequest, StreamPart } from '../../src/providers/contract.ts';
import type { ProviderHost } from '../../src/providers/http.ts';
import { streamAnswer, waitOnClock } from '../../src/providers/http.ts';
import { createOpenAiChatProvider } from '../../src/providers/openai-chat/provider.ts';
import { collect } from '../conformance/collect.ts';
import { startServer } from '../platform/http/servers.ts';
import { testClient, testHost } from './provider-host.ts';

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const part of opened.splice(0)) await part.close();
});

const REQUEST: ChatRequest = {
  model: 'm',
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }],
};
const chunk = (delta: object, finish: string | null = null) =>
  `data: ${JSON.stringify({ id: 'c1', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const GOOD_ANSWER = `${chunk({ content: 'Hi' })}${chunk({}, 'stop')}data: [DONE]\n\n`;
const OVERLOAD = `data: {"error":{"type":"overloaded_error","message":"Overloaded"}}\n\n`;

type Reply = (response: ServerResponse, request: IncomingMessage) => void;
const send =
  (status: number, headers: Record<string, string> = {}, body = ''): Reply =>
  (response) =>
    void response.writeHead(status, headers).end(body);
const good = send(200, { 'content-type': 'text/event-stream' }, GOOD_ANSWER);

/** A provider whose server answers the requests in turn; the last reply repeats. */
async function scripted(replies: readonly Reply[], more: Partial<ProviderHost> = {}) {
  let count = 0;
  const server = await startServer((request, response) => {
    request.resume();
    const reply = replies[Math.min(count, replies.length - 1)];
    count += 1;
    reply?.(response, request);
  });
  const http: HttpClient = testClient();
  opened.push(http, server);
  const host = testHost(server.url, http, more);
  const waits: number[] = [];
  const retry = {
    maxRetries: 2,
    random: () => 0,
    wait: async (delayMs: number) => void waits.push(delayMs),
    ...more.retry,
  };
  const provider = createOpenAiChatProvider({ ...host, retry });
  const ask = (signal = new AbortController().signal) =>
    collect(provider.stream(REQUEST, { signal }));
  return { provider, ask, waits, count: () => count };
}

describe('retries', () => {
  test.each([408, 409, 429, 500, 502, 503, 529])('%i is tried again', async (status) => {
    const { ask, waits, count } = await scripted([send(status), good]);
    expect((await ask()).text).toBe('Hi');
    expect(count()).toBe(2);
    expect(waits).toEqual([500]);
  });

  test.each([400, 401, 402, 403, 404, 413, 422, 501])('%i is not', async (status) => {
    const { ask, count } = await scripted([send(status), good]);
    expect((await ask()).error?.status).toBe(status);
    expect(count()).toBe(1);
  });

  test('the wait doubles, is shortened at random, and ends with the retries', async () => {
    const { ask, waits, count } = await scripted([send(500)]);
    expect((await ask()).error).toMatchObject({ kind: 'server', retryable: true });
    expect(count()).toBe(3);
    expect(waits).toEqual([500, 1000]);
  });

  test('the hints win in their order', async () => {
    const both = { 'retry-after-ms': '3', 'retry-after': '1' };
    const { ask, waits } = await scripted([
      send(429, both),
      send(429, { 'retry-after': '1' }),
      good,
    ]);
    expect((await ask()).text).toBe('Hi');
    expect(waits).toEqual([3, 1000]);
  });

  test('x-should-retry wins over the status', async () => {
    const no = await scripted([send(500, { 'x-should-retry': 'false' }), good]);
    expect((await no.ask()).error?.kind).toBe('server');
    expect(no.count()).toBe(1);
    const yes = await scripted([send(400, { 'x-should-retry': 'true' }), good]);
    expect((await yes.ask()).text).toBe('Hi');
  });

  test('used-up quota is never tried again', async () => {
    const body = '{"error":{"code":"insufficient_quota","message":"No"}}';
    const { ask, count } = await scripted([send(429, {}, body), good]);
    expect((await ask()).error).toMatchObject({ kind: 'quota', retryable: false });
    expect(count()).toBe(1);
  });

  test('a long wait is reported instead of waited', async () => {
    const { ask, waits } = await scripted([send(429, { 'retry-after': '3600' }), good]);
    expect((await ask()).error).toMatchObject({ kind: 'rate-limit', retryAfterMs: 3_600_000 });
    expect(waits).toEqual([]);
  });

  test('an overload as the first event counts as before the first part', async () => {
    const { ask, count } = await scripted([send(200, {}, OVERLOAD), good]);
    expect((await ask()).text).toBe('Hi');
    expect(count()).toBe(2);
  });

  test('an error after the first part is reported, never repeated', async () => {
    const { ask, count } = await scripted([
      send(200, {}, chunk({ content: 'Half' }) + OVERLOAD),
      good,
    ]);
    const answer = await ask();
    expect(answer.text).toBe('Half');
    expect(answer.error?.kind).toBe('overloaded');
    expect(count()).toBe(1);
  });

  test('a connection that breaks before anything came is tried again', async () => {
    const { ask, count } = await scripted([(_, request) => request.socket.destroy(), good]);
    expect((await ask()).text).toBe('Hi');
    expect(count()).toBe(2);
  });

  test('an empty answer is tried again, then reported as incomplete', async () => {
    const { ask, count } = await scripted([send(200)]);
    expect((await ask()).error?.kind).toBe('incomplete');
    expect(count()).toBe(3);
  });

  test('a connection that breaks in the middle is a cut answer', async () => {
    const { ask } = await scripted([
      (response, request) =>
        response.write(chunk({ content: 'Half' }), () => request.socket.destroySoon()),
    ]);
    const answer = await ask();
    expect(answer.text).toBe('Half');
    expect(answer.error?.kind).toBe('incomplete');
  });
});

describe('cancelling', () => {
  test('in the middle of the answer', async () => {
    const { provider } = await scripted([(response) => response.write(chunk({ content: 'Half' }))]);
    const controller = new AbortController();
    const parts: StreamPart[] = [];
    for await (const part of provider.stream(REQUEST, { signal: controller.signal })) {
      parts.push(part);
      if (part.type === 'text-delta') controller.abort();
    }
    expect(parts.at(-1)).toMatchObject({ type: 'error', error: { kind: 'cancelled' } });
  });

  test('before the answer, what the host said by then is told', async () => {
    const server = await startServer((_, response) => response.flushHeaders());
    const http = testClient();
    opened.push(http, server);
    const controller = new AbortController();
    const usage = { inputTokens: 7 };
    const parts = streamAnswer(testHost(server.url, http), {
      signal: controller.signal,
      prepare: () => ({ path: '/', headers: {} }),
      read: async function* (response) {
        yield { type: 'start' };
        yield { type: 'usage', usage };
        controller.abort();
        for await (const _ of response.body) break;
      },
    });
    const answer = await collect(parts);
    expect(answer.error?.kind).toBe('cancelled');
    expect(answer.usage).toEqual(usage);
  });

  test('ends a wait for the next try', async () => {
    const controller = new AbortController();
    const wait = (_: number, signal: AbortSignal) => {
      controller.abort();
      return waitOnClock(1_000_000, signal);
    };
    const retry = { maxRetries: 2, random: () => 0, wait };
    const { ask, count } = await scripted([send(500)], { retry });
    expect((await ask(controller.signal)).error?.kind).toBe('cancelled');
    expect(count()).toBe(1);
  });
});

describe('keys', () => {
  test('a missing one is said before anything is sent', async () => {
    const { ask, count } = await scripted([good], {
      needsKey: true,
      id: 'openai',
      apiKeyEnv: 'OPENAI_API_KEY',
    });
    const { error } = await ask();
    expect(error?.kind).toBe('authentication');
    expect(error?.message).toMatch(/Set OPENAI_API_KEY, or run "zeke auth add openai"/);
    expect(count()).toBe(0);
  });

  test('a key store that fails is an error part, not an exception', async () => {
    const findKey = () => Promise.reject(new Error('the keyring is locked'));
    const { ask } = await scripted([good], { findKey });
    expect((await ask()).error?.message).toContain('the keyring is locked');
  });

  test('the key that the host echoes is in no message', async () => {
    const reply: Reply = (response, request) => {
      response
        .writeHead(401)
        .end(`{"error":{"message":"Wrong: ${request.headers.authorization}"}}`);
    };
    const { ask } = await scripted([reply], { findKey: async () => ' a-key-without-shape \n' });
    const { error } = await ask();
    expect(error?.message).toContain('Wrong: [key]');
    expect(JSON.stringify(error)).not.toContain('a-key-without-shape');
  });

  test('a key with a line break inside is refused without being shown', async () => {
    const { ask, count } = await scripted([good], { findKey: async () => 'first\nsecond' });
    const { error } = await ask();
    expect(error?.message).toMatch(/holds a control character/);
    expect(error?.message).not.toMatch(/first|second/);
    expect(count()).toBe(0);
  });
});

describe('lists', () => {
  test('what is no JSON is explained', async () => {
    const { provider } = await scripted([send(200, {}, '<html>')]);
    const { signal } = new AbortController();
    await expect(provider.listModels({ signal })).rejects.toThrow(/no JSON. Is the base URL right/);
  });

  test('a refusal rejects with its failure', async () => {
    const { provider } = await scripted([send(401)]);
    const { signal } = new AbortController();
    await expect(provider.listModels({ signal })).rejects.toMatchObject({
      name: 'ProviderError',
      kind: 'permission',
      failure: { kind: 'authentication', status: 401 },
    });
  });
});

test('a web page instead of an answer is explained', async () => {
  const { ask, count } = await scripted([send(200, { 'content-type': 'text/html' }, '<html>')]);
  expect((await ask()).error?.message).toMatch(/answered with a web page. Is the base URL right/);
  expect(count()).toBe(1);
});

test('a host that does not stream is read whole', async () => {
  const body = JSON.stringify({
    id: 'c1',
    choices: [{ message: { role: 'assistant', content: 'Whole' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 1, completion_tokens: 2 },
  });
  const { ask } = await scripted([send(200, { 'content-type': 'application/json' }, body)]);
  const answer = await ask();
  expect(answer).toMatchObject({ text: 'Whole', reason: 'stop' });
  expect(answer.usage).toEqual({ inputTokens: 1, outputTokens: 2 });
});
