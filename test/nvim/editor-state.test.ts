import { describe, expect, test } from 'vitest';
import {
  mergePieces,
  toEarlierTurns,
  toEditorEvent,
  toEditorState,
} from '../../src/nvim/editor-state.ts';
import type { EventBody, SessionEvent } from '../../src/session/events.ts';
import { EMPTY_STATE, reduce } from '../../src/session/state.ts';
import { numbered } from '../session/helpers.ts';

const LONG = 'x'.repeat(10_000);
const message = { text: 'hello', attachments: [{ label: 'a', text: LONG }] };

function turn(turnId: string): readonly EventBody[] {
  return [
    { type: 'turn-start', turnId, model: 'm/m', message },
    { type: 'context', turnId, blocks: [{ source: 'mention', title: 'a.ts', text: LONG }] },
    { type: 'step-start', turnId, step: 1 },
    { type: 'reasoning-delta', turnId, text: 'hm' },
    { type: 'reasoning-end', turnId, signature: 'secret of the vendor' },
    { type: 'text-delta', turnId, text: LONG },
    {
      type: 'tool-call',
      turnId,
      id: 'c',
      name: 'write',
      input: { text: LONG, deep: [{ a: LONG }] },
    },
    { type: 'tool-output', turnId, id: 'c', text: LONG },
    { type: 'tool-result', turnId, id: 'c', output: LONG },
    { type: 'turn-end', turnId, reason: 'stop' },
  ];
}

const journal: readonly SessionEvent[] = numbered([
  { type: 'session-start', version: 1, sessionId: 's', project: '/p', model: 'm/m' },
  ...Array.from({ length: 205 }, (_, index) => turn(`t${index}`)).flat(),
  { type: 'message-queue', turnId: 'q', message },
  { type: 'notice', level: 'info', text: 'so' },
  { type: 'turn-start', turnId: 'r', model: 'm/m', message },
]);

describe('what an editor is told', () => {
  const state = toEditorState(journal.reduce(reduce, EMPTY_STATE));

  test('is bounded: the last turns, no text of context, no signatures, both ends of outputs', () => {
    expect(state.turns).toHaveLength(200);
    expect(state.earlierTurnCount).toBe(5);
    const [first] = state.turns;
    expect(first).toMatchObject({ id: 't5', context: [{ source: 'mention', title: 'a.ts' }] });
    expect(JSON.stringify(state)).not.toContain('secret of the vendor');
    const call = first?.parts.find((part) => part.type === 'tool-call');
    expect(call?.result?.output.length).toBeLessThan(5000);
    expect(JSON.stringify(call?.input).length).toBeLessThan(10_000);
    const answer = first?.parts.find((part) => part.type === 'text');
    expect(answer?.text).toBe(LONG);
  });

  test('comes in portions to one that asks for more, without a gap and whole in the end', () => {
    const whole = journal.reduce(reduce, EMPTY_STATE);
    const first = toEditorState(whole, true);
    expect(JSON.stringify(first.turns).length).toBeLessThan(300_000);
    expect(first.turns.at(-1)?.id).toBe('t204');
    const ids = first.turns.map(({ id }) => id);
    let { earlierTurnCount } = first;
    while (earlierTurnCount > 0) {
      const portion = toEarlierTurns(whole, earlierTurnCount);
      expect(portion.earlierTurnCount).toBe(earlierTurnCount - portion.turns.length);
      expect(JSON.stringify(portion.turns).length).toBeLessThan(300_000);
      ids.unshift(...portion.turns.map(({ id }) => id));
      earlierTurnCount = portion.earlierTurnCount;
    }
    expect(ids).toEqual(whole.turns.map(({ id }) => id));
    // However large, one at least.
    const huge = {
      ...whole,
      turns: whole.turns.map((one) => ({ ...one, model: 'm'.repeat(1e6) })),
    };
    expect(toEarlierTurns(huge, 3)).toMatchObject({ turns: [{ id: 't2' }], earlierTurnCount: 2 });
    expect(toEarlierTurns(whole, 0)).toEqual({ turns: [], earlierTurnCount: 0 });
  });

  test('is the same by state and by events', () => {
    // What an editor makes of the events, with the reducer of everybody.
    const told = journal.map((event) => toEditorEvent(event) as SessionEvent);
    const made = toEditorState(told.reduce(reduce, EMPTY_STATE));
    expect(made.turns.map(({ parts }) => parts.map(({ type }) => type))).toEqual(
      state.turns.map(({ parts }) => parts.map(({ type }) => type)),
    );
    expect({ ...made, turns: [], running: undefined, queue: [] }).toEqual({
      ...state,
      turns: [],
      running: undefined,
      queue: [],
    });
    expect(JSON.stringify(toEditorEvent(journal[2] as SessionEvent))).not.toContain('xxx');
  });

  test('pieces of one part are one, and of two parts are not', () => {
    const [text, more, thought, other] = numbered([
      { type: 'text-delta', turnId: 't', text: 'a' },
      { type: 'text-delta', turnId: 't', text: 'b' },
      { type: 'reasoning-delta', turnId: 't', text: 'c' },
      { type: 'text-delta', turnId: 'u', text: 'd' },
    ]) as readonly [SessionEvent, SessionEvent, SessionEvent, SessionEvent];
    expect(mergePieces(text, more)).toEqual({ ...more, text: 'ab' });
    expect(mergePieces(more, thought)).toBeUndefined();
    expect(mergePieces(text, other)).toBeUndefined();
  });
});
