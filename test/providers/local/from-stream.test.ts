import { describe, expect, it } from 'vitest';
import { createLocalStreamReader } from '../../../src/providers/local/from-stream.ts';

const done = (stopReason: string) => ({ metadata: { stopReason } });

describe('createLocalStreamReader', () => {
  it('opens a block for each kind of text, and closes it', () => {
    const reader = createLocalStreamReader();
    const parts = [
      ...reader.chunk({ type: 'segment', text: 'hm' }),
      ...reader.chunk({ text: '' }),
      ...reader.chunk({ text: 'a' }),
      ...reader.chunk({ text: 'b' }),
      ...reader.end(done('eogToken'), { outputTokens: 3 }),
    ];
    expect(parts.map((part) => ('text' in part ? `${part.type} ${part.text}` : part.type))).toEqual(
      [
        'reasoning-start',
        'reasoning-delta hm',
        'reasoning-end',
        'text-start',
        'text-delta a',
        'text-delta b',
        'text-end',
        'usage',
        'end',
      ],
    );
  });

  it.each([
    ['eogToken', 'stop'],
    ['customStopTrigger', 'stop'],
    ['maxTokens', 'length'],
    ['functionCalls', 'tool_calls'],
    ['abort', 'other'],
  ])('ends a %s with %s', (rawReason, reason) => {
    expect(createLocalStreamReader().end(done(rawReason), {}).at(-1)).toEqual({
      type: 'end',
      reason,
      rawReason,
    });
  });

  it('gives each tool call an id of its own', () => {
    const call = { functionName: 'read', params: { path: 'a' } };
    const result = {
      functionCalls: [call, { ...call, params: undefined }],
      ...done('functionCalls'),
    };
    const ends = createLocalStreamReader()
      .end(result, {})
      .filter((part) => part.type === 'tool-call-end');
    expect(ends.map(({ inputText }) => inputText)).toEqual(['{"path":"a"}', '{}']);
    expect(new Set(ends.map(({ id }) => id)).size).toBe(2);
  });
});
