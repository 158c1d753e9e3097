import { describe, expect, test } from 'vitest';
import { toChatCompletion } from '../../../src/providers/openai-chat/to-request.ts';
import { fullRequest, shortRequest } from '../conversation.ts';

const OPENAI = { isOpenAi: true };
const OTHER = { isOpenAi: false };
const SCHEMA = { type: 'object', properties: { a: { type: 'number' } } };

test('a conversation with pictures and tools', () => {
  expect(toChatCompletion(fullRequest('gpt-5'), OPENAI)).toMatchInlineSnapshot(`
    {
      "messages": [
        {
          "content": "Be brief.",
          "role": "system",
        },
        {
          "content": [
            {
              "text": "What is in this picture?",
              "type": "text",
            },
            {
              "image_url": {
                "url": "data:image/png;base64,aW1hZ2U=",
              },
              "type": "image_url",
            },
          ],
          "role": "user",
        },
        {
          "content": "Looking.",
          "role": "assistant",
          "tool_calls": [
            {
              "function": {
                "arguments": "{"path":"a.ts"}",
                "name": "read_file",
              },
              "id": "functions.read:0",
              "type": "function",
            },
            {
              "function": {
                "arguments": "{}",
                "name": "list_files",
              },
              "id": "call_2",
              "type": "function",
            },
          ],
        },
        {
          "content": "content",
          "role": "tool",
          "tool_call_id": "functions.read:0",
        },
        {
          "content": "Error: no such folder",
          "role": "tool",
          "tool_call_id": "call_2",
        },
        {
          "content": "Go on.",
          "role": "user",
        },
      ],
      "model": "gpt-5",
      "stream": true,
      "stream_options": {
        "include_usage": true,
      },
      "tools": [
        {
          "function": {
            "description": "Reads a file.",
            "name": "read_file",
            "parameters": {
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
          },
          "type": "function",
        },
      ],
    }
  `);
});

test('a short question holds nothing that was not asked for', () => {
  expect(toChatCompletion(shortRequest('m'), OTHER)).toEqual({
    model: 'm',
    messages: [{ role: 'user', content: 'Hi' }],
    stream: true,
    stream_options: { include_usage: true },
  });
});

describe('limits', () => {
  test.each([
    ['gpt-5', OPENAI, 'max_completion_tokens'],
    ['o3-mini', OPENAI, 'max_completion_tokens'],
    ['gpt-9-of-the-future', OPENAI, 'max_completion_tokens'],
    ['gpt-4o', OPENAI, 'max_tokens'],
    ['gpt-5', OTHER, 'max_tokens'],
  ])('%s with %o: %s', (model, dialect, field) => {
    const body = toChatCompletion(shortRequest(model, { maxOutputTokens: 9 }), dialect);
    expect(body[field]).toBe(9);
  });
});

describe('reasoning effort', () => {
  test.each([
    ['gpt-5', 'none', OPENAI, 'minimal'],
    ['gpt-5.4', 'minimal', OPENAI, 'low'],
    ['gpt-5.4', 'none', OPENAI, 'none'],
    ['o3', 'none', OPENAI, 'low'],
    ['gpt-4o', 'high', OPENAI, undefined],
    ['gpt-5.5', 'high', OPENAI, 'high'],
    ['anything', 'minimal', OTHER, 'minimal'],
  ] as const)('%s, %s', (model, effort, dialect, sent) => {
    const body = toChatCompletion(shortRequest(model, { reasoningEffort: effort }), dialect);
    expect(body.reasoning_effort).toBe(sent);
  });
});

test('what the host gave us to hold goes back to it', () => {
  const details = [{ type: 'reasoning.text', text: 'I need to look.', signature: 's', index: 0 }];
  const assistant = (signature: Parameters<typeof fullRequest>[1]) =>
    toChatCompletion(fullRequest('m', signature), OTHER).messages[2];
  expect(assistant({ reasoning_details: details })).toMatchObject({ reasoning_details: details });
  expect(assistant({ reasoning_opaque: 'x' })).toMatchObject({
    reasoning_opaque: 'x',
    reasoning_text: 'I need to look.',
  });
  expect(assistant({ field: 'reasoning_content' })).toMatchObject({
    reasoning_content: 'I need to look.',
  });
  expect(Object.keys(assistant(undefined) as object)).toEqual(['role', 'content', 'tool_calls']);
});

test('temperature, stop and tool choice only where they are set', () => {
  const tools = fullRequest('m').tools ?? [];
  const request = shortRequest('m', {
    temperature: 0,
    stop: ['\n'],
    tools,
    toolChoice: 'required',
  });
  expect(toChatCompletion(request, OTHER)).toMatchObject({
    temperature: 0,
    stop: ['\n'],
    tool_choice: 'required',
  });
});

test('formats and constraints', () => {
  const format = (more: Parameters<typeof shortRequest>[1]) =>
    toChatCompletion(shortRequest('m', more), OTHER).response_format;
  expect(format({ responseFormat: { type: 'json' } })).toEqual({ type: 'json_object' });
  expect(format({ responseFormat: { type: 'json-schema', name: 'n', schema: SCHEMA } })).toEqual({
    type: 'json_schema',
    json_schema: { name: 'n', schema: SCHEMA },
  });
  expect(format({ constraint: { type: 'json-schema', schema: SCHEMA } })).toMatchObject({
    type: 'json_schema',
  });
  expect(format({ constraint: { type: 'regex', pattern: 'a+' } })).toBeUndefined();
});

test('an assistant turn that says nothing is left out', () => {
  const request = shortRequest('m', {
    messages: [{ role: 'assistant', content: [{ type: 'reasoning', text: 'only thoughts' }] }],
  });
  expect(toChatCompletion(request, OTHER).messages).toEqual([]);
});

test('the session is told to GhostLLM only', () => {
  const request = shortRequest('auto', { metadata: { session_id: 's1' } });
  const ghost = toChatCompletion(request, { isOpenAi: false, isGhostLlm: true });
  expect(ghost.session_id).toBe('s1');
  expect(toChatCompletion(request, OPENAI)).not.toHaveProperty('session_id');
  expect(toChatCompletion(request, OTHER)).not.toHaveProperty('metadata');
});
