import { describe, expect, test } from 'vitest';
import { readChatStream } from '../../../src/providers/openai-chat/from-stream.ts';
import { readSse } from '../../../src/providers/sse.ts';
import { type Answer, collect } from '../../conformance/collect.ts';

const HOST = { id: 'test', host: 'test.test', apiKeyEnv: undefined };

/** The answer of chunks, with `[DONE]` unless the last one is null. */
function read(...chunks: readonly unknown[]): Promise<Answer> {
  const isCut = chunks.at(-1) === null;
  const events = chunks.filter((chunk) => chunk !== null).map((chunk) => JSON.stringify(chunk));
  const lines = isCut ? events : [...events, '[DONE]'];
  async function* body(): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode(lines.map((line) => `data: ${line}\n\n`).join(''));
  }
  async function* answer() {
    yield* readChatStream(readSse(body()), HOST);
    if (isCut)
      yield {
        type: 'error' as const,
        error: { kind: 'incomplete' as const, message: '', retryable: true },
      };
  }
  return collect(answer());
}
const delta = (fields: object, finish: string | null = null) => ({
  id: 'c',
  choices: [{ index: 0, delta: fields, finish_reason: finish }],
});
const call = (fields: object, fn: object) => delta({ tool_calls: [{ ...fields, function: fn }] });
const finish = (reason: string) => delta({}, reason);

describe('tool calls', () => {
  test('without an index they are told apart by their ids', async () => {
    const { calls } = await read(
      call({ id: 'a' }, { name: 'one', arguments: '{"x":' }),
      call({ id: 'a' }, { arguments: '1}' }),
      call({ id: 'b' }, { name: 'two', arguments: '{}' }),
      finish('tool_calls'),
    );
    expect(calls.map(({ id, name, input }) => [id, name, input])).toEqual([
      ['a', 'one', { x: 1 }],
      ['b', 'two', {}],
    ]);
  });

  test('without id and index each name begins one', async () => {
    const { calls } = await read(
      call({}, { name: 'one', arguments: '{"x":1}' }),
      call({}, { name: 'two', arguments: '{"y"' }),
      call({}, { arguments: ':2}' }),
      finish('tool_calls'),
    );
    expect(calls.map(({ input }) => input)).toEqual([{ x: 1 }, { y: 2 }]);
    expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
    expect(calls[0]?.id).toMatch(/^call_[0-9a-f]{24}$/);
  });

  test('two at one index with ids of their own are two', async () => {
    const { calls } = await read(
      call({ index: 0, id: 'a' }, { name: 'one', arguments: '{}' }),
      call({ index: 0, id: 'b' }, { name: 'two', arguments: '{}' }),
      finish('tool_calls'),
    );
    expect(calls.map(({ id, name }) => [id, name])).toEqual([
      ['a', 'one'],
      ['b', 'two'],
    ]);
  });

  test('an id that comes twice is made unique', async () => {
    const { calls } = await read(
      call({ index: 0, id: 'same' }, { name: 'one', arguments: '{}' }),
      call({ index: 1, id: 'same' }, { name: 'two', arguments: '{"a":1}' }),
      finish('tool_calls'),
    );
    expect(calls[0]?.id).toBe('same');
    expect(calls[1]?.id).not.toBe('same');
    expect(calls[1]?.input).toEqual({ a: 1 });
  });

  test('a name that is repeated in every fragment begins no new call', async () => {
    const { calls } = await read(
      call({ index: 0, id: 'a' }, { name: 'one', arguments: '{"x":' }),
      call({ index: 0, id: 'a' }, { name: 'one', arguments: '1}' }),
      finish('tool_calls'),
    );
    expect(calls.map(({ input }) => input)).toEqual([{ x: 1 }]);
  });

  test('arguments as an object, custom tools and the old function_call', async () => {
    const asObject = await read(
      call({ index: 0 }, { name: 'one', arguments: { x: 1 } }),
      finish('stop'),
    );
    expect(asObject.calls[0]?.input).toEqual({ x: 1 });
    const custom = await read(
      delta({
        tool_calls: [
          { index: 0, id: 'c', type: 'custom', custom: { name: 'sql', input: 'SELECT' } },
        ],
      }),
      finish('tool_calls'),
    );
    expect(custom.calls[0]).toMatchObject({ name: 'sql', inputText: 'SELECT' });
    expect(custom.calls[0]).not.toHaveProperty('input');
    const old = await read(
      delta({ function_call: { name: 'one', arguments: '{"x"' } }),
      delta({ function_call: { arguments: ':1}' } }),
      finish('function_call'),
    );
    expect(old).toMatchObject({ reason: 'tool_calls', calls: [{ name: 'one', input: { x: 1 } }] });
  });

  test('one that was cut never ends', async () => {
    const half = call({ index: 0, id: 'a' }, { name: 'one', arguments: '{"x":' });
    expect((await read(half, null)).calls).toEqual([]);
    expect((await read(half, finish('length'))).calls).toEqual([]);
    const whole = call({ index: 0, id: 'a' }, { name: 'one', arguments: '{}' });
    expect((await read(whole, null)).calls).toEqual([]);
  });

  test('one that ended without being JSON says so by having no input', async () => {
    const { calls } = await read(
      call({ index: 0 }, { name: 'one', arguments: '{"x":' }),
      finish('tool_calls'),
    );
    expect(calls[0]).toMatchObject({ name: 'one', inputText: '{"x":' });
    expect(calls[0]).not.toHaveProperty('input');
  });

  test('make it wait for results, whatever the host calls the end', async () => {
    const one = call({ index: 0 }, { name: 'one', arguments: '{}' });
    expect(await read(one, finish('stop'))).toMatchObject({
      reason: 'tool_calls',
      rawReason: 'stop',
    });
    expect((await read(one)).reason).toBe('tool_calls');
    expect((await read(one, finish('content_filter'))).reason).toBe('content_filter');
  });

  test('the order of keys stays as sent', async () => {
    const { calls } = await read(
      call({ index: 0 }, { name: 'one', arguments: '{"b":1,"a":2}' }),
      finish('stop'),
    );
    expect(Object.keys(calls[0]?.input ?? {})).toEqual(['b', 'a']);
  });
});

describe('reasoning', () => {
  test('under two names at once is shown once', async () => {
    const { reasoning } = await read(
      delta({
        reasoning: 'Hm',
        reasoning_content: 'Hm',
        reasoning_details: [{ type: 'reasoning.text', text: 'Hm' }],
      }),
      finish('stop'),
    );
    expect(reasoning).toBe('Hm');
  });

  test('details alone are shown, joined, and kept for the next request', async () => {
    const { reasoning, signatures, parts } = await read(
      delta({ reasoning_details: [{ type: 'reasoning.text', text: 'A', index: 0 }] }),
      delta({
        reasoning_details: [{ type: 'reasoning.text', text: 'B', index: 0, signature: 's' }],
      }),
      delta({ content: 'Text' }),
      delta({ reasoning_details: [{ type: 'reasoning.encrypted', data: 'x', index: 1 }] }),
      finish('stop'),
    );
    expect(reasoning).toBe('AB');
    expect(signatures).toEqual([
      { reasoning_details: [{ type: 'reasoning.text', text: 'AB', index: 0, signature: 's' }] },
      { reasoning_details: [{ type: 'reasoning.encrypted', data: 'x', index: 1 }] },
    ]);
    expect(parts.findIndex((part) => part.type === 'reasoning-end')).toBeLessThan(
      parts.findIndex((part) => part.type === 'text-start'),
    );
  });

  test('opaque reasoning that comes with the calls is kept', async () => {
    const { signatures } = await read(
      delta({ reasoning_text: 'Thinking' }),
      delta({
        tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '{}' } }],
        reasoning_opaque: 'o',
      }),
      finish('tool_calls'),
    );
    expect(signatures).toContainEqual({ reasoning_opaque: 'o' });
  });

  test('reasoning_content is marked as wanted back', async () => {
    const { signatures } = await read(delta({ reasoning_content: 'Hm' }), finish('stop'));
    expect(signatures).toEqual([{ field: 'reasoning_content' }]);
  });
});

describe('how it ends', () => {
  test.each([
    ['stop', 'stop'],
    ['length', 'length'],
    ['model_length', 'length'],
    ['content_filter', 'content_filter'],
    ['sensitive', 'content_filter'],
    ['something_new', 'other'],
  ])('%s', async (raw, reason) => {
    expect(await read(delta({ content: 'x' }), finish(raw))).toMatchObject({
      reason,
      rawReason: raw,
    });
  });

  test.each([
    ['error', 'server'],
    ['network_error', 'server'],
    ['insufficient_system_resource', 'overloaded'],
  ])('%s is a failure', async (raw, kind) => {
    const { error } = await read(delta({ content: 'x' }), finish(raw));
    expect(error?.kind).toBe(kind);
  });

  test('a refusal is text, and the reason stays the host’s', async () => {
    const answer = await read(
      delta({ refusal: 'I cannot ' }),
      delta({ refusal: 'do that.' }),
      finish('stop'),
    );
    expect(answer).toMatchObject({ text: 'I cannot do that.', reason: 'stop' });
  });

  test('nothing but the end mark is an empty answer', async () => {
    expect(await read()).toMatchObject({ text: '', reason: 'stop' });
  });

  test('frames that are no JSON and fields of wrong types are skipped', async () => {
    const answer = await read(
      'text',
      7,
      { choices: 'none' },
      { choices: [null, 5, { delta: 'x' }] },
      delta({ content: 5, tool_calls: 'x', reasoning: {} }),
      delta({ content: 'ok' }),
      finish('stop'),
    );
    expect(answer).toMatchObject({ text: 'ok', reason: 'stop' });
  });
});

describe('usage', () => {
  const usageOf = async (chunk: object) =>
    (await read(delta({ content: 'x' }), chunk, finish('stop'))).usage;

  test('wherever the host puts it', async () => {
    const usage = { prompt_tokens: 3, completion_tokens: 4 };
    const expected = { inputTokens: 3, outputTokens: 4 };
    expect(await usageOf({ choices: [], usage })).toEqual(expected);
    expect(await usageOf({ choices: [], x_groq: { usage } })).toEqual(expected);
    expect(await usageOf({ choices: [{ delta: {}, usage }] })).toEqual(expected);
  });

  test('with every name for cached tokens and cost', async () => {
    const usage = { prompt_tokens: 9, prompt_cache_hit_tokens: 5, cost_usd: 0.25 };
    expect(await usageOf({ choices: [], usage })).toEqual({
      inputTokens: 9,
      cachedTokens: 5,
      costUsd: 0.25,
    });
    const routed = {
      prompt_tokens: 9,
      prompt_tokens_details: { cached_tokens: 2, cache_write_tokens: 1 },
      cost: '0.5',
    };
    expect(await usageOf({ choices: [], usage: routed })).toEqual({
      inputTokens: 9,
      cachedTokens: 2,
      cacheWriteTokens: 1,
      costUsd: 0.5,
    });
  });

  test('output includes reasoning, also where the host counts it apart', async () => {
    const apart = {
      prompt_tokens: 10,
      completion_tokens: 20,
      total_tokens: 35,
      completion_tokens_details: { reasoning_tokens: 5 },
    };
    expect((await usageOf({ choices: [], usage: apart }))?.outputTokens).toBe(25);
    expect(
      (await usageOf({ choices: [], usage: { ...apart, total_tokens: 30 } }))?.outputTokens,
    ).toBe(20);
  });
});
