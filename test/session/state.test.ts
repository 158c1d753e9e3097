import { describe, expect, test } from 'vitest';
import type { EventBody, SessionEvent } from '../../src/session/events.ts';
import { EMPTY_STATE, reduce, type SessionState } from '../../src/session/state.ts';
import { numbered } from './helpers.ts';

const START: EventBody = {
  type: 'session-start',
  version: 1,
  sessionId: 'session1',
  project: '/project',
  model: 'a/b',
};
const replay = (events: readonly SessionEvent[], from: SessionState = EMPTY_STATE) =>
  events.reduce(reduce, from);

/** Random but repeatable: the same seed gives the same numbers. */
function createRandom(seed: number): (below: number) => number {
  let value = seed;
  return (below) => {
    value = (value * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((value / 2_147_483_648) * below);
  };
}

/** Any events in any order: the reducer has to stand what a damaged journal leaves. */
function anyEvents(seed: number, count: number): readonly SessionEvent[] {
  const random = createRandom(seed);
  const turnId = () => `t${random(4)}`;
  const text = () => ['', 'a', 'bc\n', '🙂', '\u202e'][random(5)] ?? '';
  const id = () => `call${random(3)}`;
  const tokens = () => random(1000);
  const makers: (() => EventBody)[] = [
    () => ({ type: 'session-rename', title: text() }),
    () => ({ type: 'model-switch', model: `m/${random(3)}` }),
    () => ({ type: 'message-queue', turnId: turnId(), message: { text: text() } }),
    () => ({ type: 'clear' }),
    () => ({ type: 'turn-retract', turnId: turnId() }),
    () => ({ type: 'undo', turnId: turnId(), restored: [], kept: [], opId: `op${random(40)}` }),
    () => ({ type: 'compact', turnId: turnId(), summary: text(), turnCount: random(3) }),
    () => ({ type: 'compact-undo', opId: `op${random(40)}` }),
    () => ({ type: 'file-change', turnId: turnId(), path: 'a', before: null, after: null }),
    () => ({ type: 'approval-answer', turnId: turnId(), id: id(), decision: 'allow' }),
    () => ({
      type: 'approval-request',
      turnId: turnId(),
      id: id(),
      callId: id(),
      tool: 'run',
      title: text(),
      detail: { type: 'diff', text: text() },
      scope: text(),
    }),
    () => ({ type: 'notice', level: 'info', text: text() }),
    () => ({ type: 'turn-start', turnId: turnId(), model: 'a/b', message: { text: text() } }),
    () => ({ type: 'turn-end', turnId: turnId(), reason: 'stop' }),
    () => ({ type: 'context', turnId: turnId(), blocks: [] }),
    () => ({ type: 'step-start', turnId: turnId(), step: random(3) }),
    () => ({ type: 'text-delta', turnId: turnId(), text: text() }),
    () => ({ type: 'reasoning-delta', turnId: turnId(), text: text() }),
    () => ({ type: 'reasoning-end', turnId: turnId(), signature: { sig: random(9) } }),
    () => ({ type: 'tool-call', turnId: turnId(), id: id(), name: 'read', input: {} }),
    () => ({ type: 'tool-result', turnId: turnId(), id: id(), output: text() }),
    () => ({ type: 'error', turnId: turnId(), kind: 'network', message: text(), retryable: true }),
    () => ({
      type: 'usage',
      turnId: turnId(),
      inputTokens: tokens(),
      outputTokens: tokens(),
      cachedTokens: 0,
      reasoningTokens: 0,
      costUsd: random(2) === 0 ? null : 1,
    }),
  ];
  const bodies = Array.from({ length: count }, () => {
    return makers[random(makers.length)]?.() ?? START;
  });
  return numbered([START, ...bodies], random(5000));
}

describe('replay', () => {
  test('a beginning and the rest give the same state as everything, wherever it is cut', () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const events = anyEvents(seed, 80);
      const states = [EMPTY_STATE];
      for (const event of events) states.push(reduce(states.at(-1) ?? EMPTY_STATE, event));
      for (let cut = 0; cut <= events.length; cut += 7) {
        // A snapshot goes over a socket as JSON and must go on like the state it was made from.
        const snapshot: SessionState = JSON.parse(JSON.stringify(replay(events.slice(0, cut))));
        const joined = replay(events.slice(cut), { ...EMPTY_STATE, ...snapshot });
        expect(joined).toEqual(states.at(-1));
        expect(replay(events.slice(0, cut))).toEqual(states[cut]);
      }
    }
  });

  test('pieces of text that were merged give the same state as the pieces', () => {
    const turn = { type: 'turn-start', turnId: 't', model: 'a/b', message: { text: '' } } as const;
    const pieces = ['a', 'b', '', 'c'].map(
      (text) => ({ type: 'text-delta', turnId: 't', text }) as const,
    );
    const apart = replay(numbered([START, turn, ...pieces]));
    const merged = replay(numbered([START, turn, { ...pieces[0]!, text: 'abc' }]));
    expect(apart.running?.parts).toEqual(merged.running?.parts);
  });

  test('no state is changed by what comes after it', () => {
    const events = anyEvents(7, 200);
    let state = EMPTY_STATE;
    for (const event of events) {
      const before = JSON.stringify(state);
      const next = reduce(deepFreeze(state), event);
      expect(JSON.stringify(state)).toBe(before);
      state = next;
    }
  });
});

test('a delta touches no finished turn, however many there are', () => {
  const bodies: EventBody[] = [START];
  for (let index = 0; index < 500; index += 1) {
    const turnId = `t${index}`;
    bodies.push({ type: 'turn-start', turnId, model: 'a/b', message: { text: 'q' } });
    bodies.push({ type: 'text-delta', turnId, text: 'answer' });
    bodies.push({ type: 'turn-end', turnId, reason: 'stop' });
  }
  bodies.push({ type: 'turn-start', turnId: 'now', model: 'a/b', message: { text: 'q' } });
  const state = replay(numbered(bodies));
  let reads = 0;
  const turns = new Proxy(state.turns, {
    get(target, key, receiver) {
      reads += 1;
      return Reflect.get(target, key, receiver);
    },
  });
  let next: SessionState = { ...state, turns };
  for (let index = 0; index < 100; index += 1) {
    const seq = next.seq + 1;
    next = reduce(next, { type: 'text-delta', turnId: 'now', text: 'x', seq, at: 1 });
    next = reduce(next, { type: 'reasoning-delta', turnId: 'now', text: 'x', seq: seq + 1, at: 1 });
  }
  expect(reads).toBe(0);
  expect(next.turns).toBe(turns);
});

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}

test('a delta touches no part but the last', () => {
  const bodies: EventBody[] = [
    START,
    { type: 'turn-start', turnId: 't', model: 'a/b', message: { text: 'q' } },
  ];
  for (let step = 1; step <= 500; step += 1) {
    bodies.push({ type: 'step-start', turnId: 't', step });
    bodies.push({ type: 'text-delta', turnId: 't', text: 'x' });
  }
  const before = replay(numbered(bodies));
  const after = reduce(before, { type: 'text-delta', turnId: 't', text: 'y', seq: 9999, at: 1 });
  expect(after.running?.parts.at(-1)).toMatchObject({ text: 'xy' });
  expect(before.running?.parts.at(-1)).toMatchObject({ text: 'x' });
  for (let index = 0; index < 499; index += 1) {
    expect(after.running?.parts[index]).toBe(before.running?.parts[index]);
  }
});

test('a title that is taken away is the beginning of the first message again', () => {
  const state = replay(
    numbered([
      START,
      { type: 'turn-start', turnId: 't', model: 'a/b', message: { text: 'first words\nmore' } },
      { type: 'turn-end', turnId: 't', reason: 'stop' },
      { type: 'session-rename', title: 'chosen' },
      { type: 'session-rename', title: '' },
    ]),
  );
  expect(state.title).toBe('first words');
});
