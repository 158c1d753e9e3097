/** One conversation with everything in it, for the tests of request bodies. */
import type { ChatRequest, JsonValue } from '../../src/providers/contract.ts';

/** A request whose assistant turn carries `signature` and calls two tools. */
export function fullRequest(model: string, signature?: JsonValue): ChatRequest {
  return {
    model,
    system: 'Be brief.',
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is in this picture?' },
          { type: 'image', mediaType: 'image/png', data: 'aW1hZ2U=' },
        ],
      },
      {
        role: 'assistant',
        content: [
          {
            type: 'reasoning',
            text: 'I need to look.',
            ...(signature === undefined ? {} : { signature }),
          },
          { type: 'text', text: 'Looking.' },
          { type: 'tool-call', id: 'functions.read:0', name: 'read_file', input: { path: 'a.ts' } },
          { type: 'tool-call', id: 'call_2', name: 'list_files', input: {} },
        ],
      },
      {
        role: 'tool',
        content: [
          { type: 'tool-result', id: 'functions.read:0', name: 'read_file', output: 'content' },
          {
            type: 'tool-result',
            id: 'call_2',
            name: 'list_files',
            output: 'no such folder',
            isError: true,
          },
        ],
      },
      { role: 'user', content: [{ type: 'text', text: 'Go on.' }] },
    ],
    tools: [
      {
        name: 'read_file',
        description: 'Reads a file.',
        inputSchema: {
          type: 'object',
          properties: { path: { type: 'string' } },
          required: ['path'],
        },
      },
    ],
  };
}

/** One short question. */
export function shortRequest(model: string, more: Partial<ChatRequest> = {}): ChatRequest {
  return { model, messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }], ...more };
}
