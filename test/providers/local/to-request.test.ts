import { describe, expect, it } from 'vitest';
import type { ChatRequest } from '../../../src/providers/contract.ts';
import { toLocalRequest } from '../../../src/providers/local/to-request.ts';

const text = (value: string) => ({ type: 'text', text: value }) as const;
const base: ChatRequest = { model: 'm', messages: [{ role: 'user', content: [text('hi')] }] };
const schema = { type: 'object' } as const;
const tools = [{ name: 'read', description: 'Reads', inputSchema: schema }];

describe('toLocalRequest', () => {
  it('opens the answer after the last user message', () => {
    expect(toLocalRequest({ ...base, system: 'be brief' }).history).toEqual([
      { type: 'system', text: 'be brief' },
      { type: 'user', text: 'hi' },
      { type: 'model', response: [] },
    ]);
  });

  it('puts a tool result into the call, and goes on writing the same answer', () => {
    const call = { type: 'tool-call', id: 'c1', name: 'read', input: { path: 'a' } } as const;
    const result = { type: 'tool-result', id: 'c1', name: 'read', output: 'text' } as const;
    const { history } = toLocalRequest({
      ...base,
      messages: [
        ...base.messages,
        { role: 'assistant', content: [{ type: 'reasoning', text: 'hm' }, text('I look'), call] },
        { role: 'tool', content: [result] },
        { role: 'assistant', content: [text('done')] },
      ],
    });
    expect(history.at(-1)).toEqual({
      type: 'model',
      response: [
        'I look',
        { type: 'functionCall', name: 'read', params: { path: 'a' }, result: 'text' },
        'done',
      ],
    });
  });

  it('says what cannot be shown: images, and calls without a result', () => {
    const image = { type: 'image', mediaType: 'image/png', data: '' } as const;
    const call = { type: 'tool-call', id: 'c1', name: 'read', input: {} } as const;
    const { history } = toLocalRequest({
      model: 'm',
      messages: [
        { role: 'user', content: [image] },
        { role: 'assistant', content: [call] },
      ],
    });
    expect(history[0]).toMatchObject({ text: expect.stringContaining('cannot see') });
    expect(history[1]).toMatchObject({ response: [{ result: expect.stringContaining('not') }] });
  });

  it('takes tools or a grammar, and no tools where none may be called', () => {
    expect(toLocalRequest({ ...base, tools }).functions).toEqual({
      read: { description: 'Reads', params: schema },
    });
    expect(toLocalRequest({ ...base, tools, toolChoice: 'none' }).functions).toBeUndefined();
    const withSchema = toLocalRequest({
      ...base,
      tools,
      constraint: { type: 'json-schema', schema },
    });
    expect(withSchema).toMatchObject({ functions: undefined, grammar: { type: 'json-schema' } });
    const format = { type: 'json-schema', name: 'x', schema } as const;
    expect(toLocalRequest({ ...base, responseFormat: format }).grammar).toMatchObject({ schema });
    expect(toLocalRequest({ ...base, responseFormat: { type: 'json' } }).grammar).toEqual({
      type: 'json',
    });
  });
});
