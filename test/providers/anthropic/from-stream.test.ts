import { expect, test } from 'vitest';
import { readMessageStream } from '../../../src/providers/anthropic/from-stream.ts';
import { collect } from '../../conformance/collect.ts';

const HOST = { id: 'anthropic', host: 'api.test', apiKeyEnv: undefined };

function read(...events: readonly { readonly type: string; readonly [field: string]: unknown }[]) {
  async function* stream() {
    for (const event of events) yield { event: event.type, data: JSON.stringify(event) };
  }
  return collect(readMessageStream(stream(), HOST));
}
const START = {
  type: 'message_start',
  message: { id: 'm', model: 'c', usage: { input_tokens: 1 } },
};
const STOP = { type: 'message_stop' };
const block = (index: number, content: object) => ({
  type: 'content_block_start',
  index,
  content_block: content,
});
const end = (index: number) => ({ type: 'content_block_stop', index });
const because = (stop_reason: string) => ({ type: 'message_delta', delta: { stop_reason } });

test('signatures are carried, also where the thinking itself is withheld', async () => {
  const { signatures, reasoning } = await read(
    START,
    block(0, { type: 'thinking', thinking: '' }),
    { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'ab' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'cd' } },
    end(0),
    block(1, { type: 'redacted_thinking', data: 'hidden' }),
    end(1),
    because('end_turn'),
    STOP,
  );
  expect(reasoning).toBe('');
  expect(signatures).toEqual([
    { type: 'thinking', signature: 'abcd' },
    { type: 'redacted_thinking', data: 'hidden' },
  ]);
});

test.each([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['tool_use', 'tool_calls'],
  ['pause_turn', 'pause'],
  ['refusal', 'refusal'],
  ['something_new', 'other'],
])('%s ends as %s', async (raw, reason) => {
  expect(await read(START, because(raw), STOP)).toMatchObject({ reason, rawReason: raw });
});

test('input that came with the block itself, and input that is no JSON', async () => {
  const { calls } = await read(
    START,
    block(0, { type: 'tool_use', id: 'a', name: 'one', input: { x: 1 } }),
    end(0),
    block(1, { type: 'tool_use', id: 'b', name: 'two', input: {} }),
    {
      type: 'content_block_delta',
      index: 1,
      delta: { type: 'input_json_delta', partial_json: '{"y"' },
    },
    end(1),
    because('tool_use'),
    STOP,
  );
  expect(calls[0]).toMatchObject({ id: 'a', input: { x: 1 } });
  expect(calls[1]).not.toHaveProperty('input');
});

test('counters that are null say nothing', async () => {
  const { usage } = await read(
    START,
    {
      type: 'message_delta',
      delta: { stop_reason: 'end_turn' },
      usage: { input_tokens: null, cache_read_input_tokens: 6, output_tokens: 4 },
    },
    STOP,
  );
  expect(usage).toEqual({ inputTokens: 7, outputTokens: 4, cachedTokens: 6 });
});

test('an error ends it, and the usage so far is told', async () => {
  const { error, usage } = await read(START, {
    type: 'error',
    error: { type: 'overloaded_error', message: 'Overloaded' },
  });
  expect(error).toMatchObject({ kind: 'overloaded', retryable: true });
  expect(usage).toEqual({ inputTokens: 1 });
});
