import { describe, expect, test } from 'vitest';
import { CutMessages } from '../../src/nvim/cut-messages.ts';
import { toEditorState } from '../../src/nvim/editor-state.ts';
import { EMPTY_STATE, reduce } from '../../src/session/state.ts';
import { numbered } from '../session/helpers.ts';

const attachments = [
  { label: 'big.ts', text: 'x'.repeat(10_000) },
  { label: 'small.ts', text: 'y' },
];
const message = { text: 'hello', attachments };
const state = numbered([
  { type: 'session-start', version: 1, sessionId: 's', project: '/p', model: 'm/m' },
  { type: 'turn-start', turnId: 't', model: 'm/m', message },
  { type: 'turn-end', turnId: 't', reason: 'stop' },
  { type: 'message-queue', turnId: 'q', message },
]).reduce(reduce, EMPTY_STATE);
const told = toEditorState(state);

describe('a message that is written again in a Neovim, which was told it cut', () => {
  test('is whole where its turn is set aside by a fork', () => {
    const messages = new CutMessages();
    messages.remember({ type: 'fork', turnCount: 0 }, state);
    const again = { ...told.turns[0]?.message, text: 'hello again' };
    expect(again.attachments).not.toEqual(attachments);
    expect(messages.whole(again)).toEqual({ text: 'hello again', attachments });
  });

  test('is whole where it waited and was taken back', () => {
    const messages = new CutMessages();
    messages.remember({ type: 'unqueue', turnId: 'q' }, state);
    const again = { ...told.queue[0]?.message, text: 'hello' };
    expect(messages.whole(again)).toEqual(message);
  });

  test('is left as it is where it was changed, or nothing was set aside', () => {
    const messages = new CutMessages();
    const again = { ...told.turns[0]?.message, text: 'hello' };
    expect(messages.whole(again)).toBe(again);
    messages.remember({ type: 'fork', turnCount: 0 }, state);
    const other = { text: 'z', attachments: [{ label: 'big.ts', text: 'another' }] };
    expect(messages.whole(other)).toEqual(other);
  });
});
