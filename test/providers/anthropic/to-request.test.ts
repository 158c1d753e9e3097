import { describe, expect, test } from 'vitest';
import { toMessagesBody } from '../../../src/providers/anthropic/to-request.ts';
import { fullRequest, shortRequest } from '../conversation.ts';

const MODEL = 'claude-sonnet-4-5';

test('a conversation with pictures, signed thinking and tools', () => {
  const signature = { type: 'thinking', signature: 'c2ln' };
  expect(toMessagesBody(fullRequest(MODEL, signature))).toMatchInlineSnapshot(`
    {
      "max_tokens": 32000,
      "messages": [
        {
          "content": [
            {
              "text": "What is in this picture?",
              "type": "text",
            },
            {
              "source": {
                "data": "aW1hZ2U=",
                "media_type": "image/png",
                "type": "base64",
              },
              "type": "image",
            },
          ],
          "role": "user",
        },
        {
          "content": [
            {
              "signature": "c2ln",
              "thinking": "I need to look.",
              "type": "thinking",
            },
            {
              "text": "Looking.",
              "type": "text",
            },
            {
              "id": "functions_read_0",
              "input": {
                "path": "a.ts",
              },
              "name": "read_file",
              "type": "tool_use",
            },
            {
              "id": "call_2",
              "input": {},
              "name": "list_files",
              "type": "tool_use",
            },
          ],
          "role": "assistant",
        },
        {
          "content": [
            {
              "content": "content",
              "tool_use_id": "functions_read_0",
              "type": "tool_result",
            },
            {
              "content": "no such folder",
              "is_error": true,
              "tool_use_id": "call_2",
              "type": "tool_result",
            },
            {
              "cache_control": {
                "type": "ephemeral",
              },
              "text": "Go on.",
              "type": "text",
            },
          ],
          "role": "user",
        },
      ],
      "model": "claude-sonnet-4-5",
      "stream": true,
      "system": [
        {
          "cache_control": {
            "type": "ephemeral",
          },
          "text": "Be brief.",
          "type": "text",
        },
      ],
      "tools": [
        {
          "description": "Reads a file.",
          "input_schema": {
            "properties": {
              "path": {
                "type": "string",
              },
            },
            "required": [
              "path",
            ],
            "type": "object",
          },
          "name": "read_file",
        },
      ],
    }
  `);
});

test('a short question holds nothing that was not asked for', () => {
  expect(toMessagesBody(shortRequest('claude-unknown'))).toEqual({
    model: 'claude-unknown',
    max_tokens: 8192,
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
    stream: true,
  });
});

describe('reasoning sent back', () => {
  const thoughts = (signature?: Parameters<typeof fullRequest>[1]) =>
    toMessagesBody(fullRequest(MODEL, signature)).messages[1]?.content[0];

  test('redacted thinking returns as it came', () => {
    const redacted = { type: 'redacted_thinking', data: 'b3BhcXVl' };
    expect(thoughts(redacted)).toEqual(redacted);
  });

  test('unsigned reasoning is left out', () => {
    expect(thoughts()).toMatchObject({ type: 'text' });
  });

  test('another family’s signature is no signature', () => {
    expect(thoughts({ reasoning_opaque: 'x' })).toMatchObject({ type: 'text' });
  });
});

describe('thinking', () => {
  const body = (model: string, more: Parameters<typeof shortRequest>[1]) =>
    toMessagesBody(shortRequest(model, more));

  test.each([
    ['claude-3-7-sonnet-20250219', 'low', 4096],
    ['claude-sonnet-4-20250514', 'medium', 10_000],
    ['claude-opus-4-0', 'minimal', 1024],
    ['claude-haiku-4-5-20251001', 'high', 24_000],
  ] as const)('%s takes a budget', (model, effort, tokens) => {
    const sent = body(model, { reasoningEffort: effort });
    expect(sent.thinking).toEqual({ type: 'enabled', budget_tokens: tokens });
    expect(tokens).toBeLessThan(sent.max_tokens);
  });

  test.each(['claude-opus-4-6', 'claude-sonnet-5', 'claude-fable-5', 'claude-opus-4-8'])(
    '%s adapts',
    (model) => {
      expect(body(model, { reasoningEffort: 'medium' })).toMatchObject({
        thinking: { type: 'adaptive' },
        output_config: { effort: 'medium' },
      });
    },
  );

  test('the budget stays below a small limit, or thinking is left out', () => {
    expect(body(MODEL, { reasoningEffort: 'high', maxOutputTokens: 4000 }).thinking).toEqual({
      type: 'enabled',
      budget_tokens: 2976,
    });
    expect(
      body(MODEL, { reasoningEffort: 'high', maxOutputTokens: 1500 }).thinking,
    ).toBeUndefined();
  });

  test('none, old models and forced tools go without', () => {
    expect(body(MODEL, { reasoningEffort: 'none' }).thinking).toBeUndefined();
    expect(
      body('claude-3-5-sonnet-20241022', { reasoningEffort: 'high' }).thinking,
    ).toBeUndefined();
    expect(
      body(MODEL, { reasoningEffort: 'high', toolChoice: 'required' }).thinking,
    ).toBeUndefined();
  });

  test('a temperature goes only without thinking', () => {
    expect(body(MODEL, { temperature: 0.5 }).temperature).toBe(0.5);
    expect(body(MODEL, { temperature: 0.5, reasoningEffort: 'low' })).not.toHaveProperty(
      'temperature',
    );
  });
});

test('effort and schema share one field', () => {
  const schema = { type: 'object' };
  const request = shortRequest('claude-sonnet-5', {
    reasoningEffort: 'high',
    responseFormat: { type: 'json-schema', name: 'n', schema },
  });
  expect(toMessagesBody(request).output_config).toEqual({
    effort: 'high',
    format: { type: 'json_schema', schema },
  });
});

test('blank text and blank stop sequences are left out', () => {
  const request = shortRequest(MODEL, {
    messages: [
      { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
      { role: 'assistant', content: [{ type: 'text', text: ' ' }] },
      { role: 'user', content: [{ type: 'text', text: 'Still there?' }] },
    ],
    stop: [' ', 'END'],
  });
  const body = toMessagesBody(request);
  expect(body.messages).toHaveLength(1);
  expect(body.messages[0]?.content).toHaveLength(2);
  expect(body.stop_sequences).toEqual(['END']);
});

test('tool choices have their own words', () => {
  const tools = fullRequest(MODEL).tools ?? [];
  const choice = (toolChoice: 'auto' | 'none' | 'required') =>
    toMessagesBody(shortRequest(MODEL, { tools, toolChoice })).tool_choice;
  expect([choice('auto'), choice('none'), choice('required')]).toEqual([
    { type: 'auto' },
    { type: 'none' },
    { type: 'any' },
  ]);
});
