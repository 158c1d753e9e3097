import { describe, expect, test } from 'vitest';
import { EMPTY_STATE, type SessionState, type Turn } from '../../../src/session/state.ts';
import { MessageEdit } from '../../../src/tui/chat/message-edit.ts';
import { toUserInput } from '../../../src/tui/chat/outbox.ts';

const TURN: Turn = {
  id: 't',
  model: 'a/b',
  message: {
    text: 'see [pasted 9 lines] and [image 1]',
    attachments: [{ label: '[pasted 9 lines]', text: 'rows' }],
    images: [{ label: '[image 1]', mediaType: 'image/png', hash: 'ab', sizeBytes: 3 }],
  },
  context: [],
  parts: [],
  usage: { inputTokens: 0, outputTokens: 0, cachedTokens: 0, reasoningTokens: 0, costUsd: null },
  lastUsage: undefined,
  step: 0,
  error: undefined,
  endReason: 'stop',
  startedAt: 0,
  changes: [],
  isUndone: false,
  isRetracted: false,
};
const STATE: SessionState = { ...EMPTY_STATE, sessionId: 's', turns: [TURN, TURN] };

describe('MessageEdit', () => {
  test('forks before the message, then sends it with what is still named in it', () => {
    const edit = new MessageEdit();
    expect(edit.begin(STATE, 1)).toBe(TURN.message.text);
    expect(edit.note()).toContain('message 2');
    const ops = edit.take({ text: 'look at [image 1] and @a.ts' });
    expect(ops).toEqual([
      { type: 'fork', turnCount: 1 },
      {
        type: 'send',
        message: {
          text: 'look at [image 1] and @a.ts',
          mentions: ['a.ts'],
          images: TURN.message.images,
        },
      },
    ]);
    expect(edit.note()).toBeUndefined();
  });

  test('once sent or left, a message is a message again', () => {
    const edit = new MessageEdit();
    edit.begin(STATE, 0);
    edit.end();
    expect(edit.take({ text: 'hi' })).toEqual([{ type: 'send', message: { text: 'hi' } }]);
    expect(() => edit.begin(STATE, 7)).toThrow('There is no such message.');
    expect(edit.note()).toBeUndefined();
  });
});

test('a shell command takes nothing along', () => {
  expect(toUserInput({ kind: 'command', text: 'cat @x' })).toEqual({
    kind: 'command',
    text: 'cat @x',
  });
});
