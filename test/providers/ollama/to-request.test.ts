import { describe, expect, test } from 'vitest';
import { toOllamaChat } from '../../../src/providers/ollama/to-request.ts';
import { fullRequest, shortRequest } from '../conversation.ts';

const UNKNOWN = { contextTokens: undefined, ownContextTokens: undefined, capabilities: undefined };
const settings = (...capabilities: string[]) => ({
  model: { ...UNKNOWN, capabilities },
  contextTokens: 16_384,
});

test('a conversation with pictures, thinking and tools', () => {
  const body = toOllamaChat(fullRequest('qwen3'), settings('tools', 'thinking', 'vision'));
  expect(body).toMatchInlineSnapshot(`
    {
      "messages": [
        {
          "content": "Be brief.",
          "role": "system",
        },
        {
          "content": "What is in this picture?",
          "images": [
            "aW1hZ2U=",
          ],
          "role": "user",
        },
        {
          "content": "Looking.",
          "role": "assistant",
          "thinking": "I need to look.",
          "tool_calls": [
            {
              "function": {
                "arguments": {
                  "path": "a.ts",
                },
                "name": "read_file",
              },
              "id": "functions.read:0",
            },
            {
              "function": {
                "arguments": {},
                "name": "list_files",
              },
              "id": "call_2",
            },
          ],
        },
        {
          "content": "content",
          "role": "tool",
          "tool_call_id": "functions.read:0",
          "tool_name": "read_file",
        },
        {
          "content": "Error: no such folder",
          "role": "tool",
          "tool_call_id": "call_2",
          "tool_name": "list_files",
        },
        {
          "content": "Go on.",
          "role": "user",
        },
      ],
      "model": "qwen3",
      "options": {
        "num_ctx": 16384,
      },
      "stream": true,
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

test('a short question to a model that nothing is known of', () => {
  expect(toOllamaChat(shortRequest('m'), { model: UNKNOWN, contextTokens: undefined })).toEqual({
    model: 'm',
    messages: [{ role: 'user', content: 'Hi' }],
    stream: true,
    options: {},
  });
});

test('limits, temperature and stop are options', () => {
  const request = shortRequest('m', { maxOutputTokens: 5, temperature: 0, stop: ['x'] });
  expect(toOllamaChat(request, settings()).options).toEqual({
    num_ctx: 16_384,
    num_predict: 5,
    temperature: 0,
    stop: ['x'],
  });
});

test('tools are not sent to a model that refuses them, or when none may be called', () => {
  const tools = fullRequest('m').tools ?? [];
  expect(toOllamaChat(shortRequest('m', { tools }), settings('completion'))).not.toHaveProperty(
    'tools',
  );
  const none = shortRequest('m', { tools, toolChoice: 'none' });
  expect(toOllamaChat(none, settings('tools'))).not.toHaveProperty('tools');
});

describe('thinking', () => {
  test.each([
    ['qwen3', 'high', ['thinking'], true],
    ['qwen3', 'none', ['thinking'], false],
    ['gpt-oss:20b', 'medium', ['thinking'], 'medium'],
    ['gpt-oss:20b', 'none', ['thinking'], 'low'],
    ['llama3', 'high', ['tools'], undefined],
  ] as const)('%s, %s', (model, effort, capabilities, think) => {
    const request = shortRequest(model, { reasoningEffort: effort });
    expect(toOllamaChat(request, settings(...capabilities)).think).toBe(think);
  });
});

test('a schema limits the output', () => {
  const schema = { type: 'object' };
  const format = (more: Parameters<typeof shortRequest>[1]) =>
    toOllamaChat(shortRequest('m', more), settings()).format;
  expect(format({ responseFormat: { type: 'json' } })).toBe('json');
  expect(format({ responseFormat: { type: 'json-schema', name: 'n', schema } })).toEqual(schema);
  expect(format({ constraint: { type: 'json-schema', schema } })).toEqual(schema);
});
