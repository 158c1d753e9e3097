import { describe, expect, test } from 'vitest';
import { parseLine, Replay } from '../../../src/session/archive/journal-lines.ts';
import type { EventBody } from '../../../src/session/events.ts';
import { EMPTY_STATE, reduce } from '../../../src/session/state.ts';
import { numbered } from '../helpers.ts';

const TEXTS = [
  '',
  'plain',
  'a "quoted" \\ back\\slash\\\\',
  'lines\n\r\t\u0000\u001f\u007f\u2028',
  '🙂\ud800 日本 \u202e',
  '","seq":9,"at":9}',
  '\\","seq":9,"at":9}',
  '","text":"',
  '{"type":"text-delta"}',
];

describe('a line of text', () => {
  test.each(TEXTS)('%j is what the JSON parser says', (text) => {
    for (const type of ['text-delta', 'reasoning-delta'] as const) {
      for (const turnId of ['t1', 'odd"\\id', ',"text":"']) {
        const line = JSON.stringify({ type, turnId, text, seq: 12, at: 1_795_176_000_000 });
        expect(parseLine(line)).toEqual(JSON.parse(line));
      }
    }
  });

  test('fields in another order, more of them, spaces: the long way, the same result', () => {
    for (const line of [
      '{"seq":1,"at":2,"type":"text-delta","turnId":"t","text":"x"}',
      '{"type":"text-delta","turnId":"t","text":"x","seq":1,"at":2,"more":true}',
      '{ "type":"text-delta","turnId":"t","text":"x","seq":1,"at":2 }',
      '{"type":"text-delta","turnId":"t","text":"x","seq":1,"at":2.5}',
    ]) {
      expect(parseLine(line)).toEqual(JSON.parse(line));
    }
  });

  test.each([
    '{"type":"text-delta","turnId":"t","text":"x","seq":1,"at":2',
    '{"type":"text-delta","turnId":"t","text":"x"y","seq":1,"at":2}',
    '{"type":"text-delta","turnId":"t","text":"x\\","seq":1,"at":2}',
    '{"type":"text-delta","turnId":"t","text":"a\u0000b","seq":1,"at":2}',
    '{"type":"text-delta","turnId":"t","seq":1,"at":2}',
    '{"type":"text-delta","turnId":"t","text":"x","seq":-1,"at":2}',
    '{"type":"text-delta","turnId":"t","text":"\\x","seq":1,"at":2}',
  ])('broken: %s', (line) => {
    expect(parseLine(line)).toBe('broken');
  });
});

test('pieces of text put together give the same state as one by one, in any mixture', () => {
  let value = 7;
  const random = (below: number): number => {
    value = (value * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((value / 2_147_483_648) * below);
  };
  for (let round = 0; round < 50; round += 1) {
    const turnId = () => `t${random(2)}`;
    const makers: (() => EventBody)[] = [
      () => ({ type: 'text-delta', turnId: turnId(), text: TEXTS[random(TEXTS.length)] ?? '' }),
      () => ({ type: 'text-delta', turnId: turnId(), text: 'x' }),
      () => ({ type: 'reasoning-delta', turnId: turnId(), text: 'r' }),
      () => ({ type: 'reasoning-end', turnId: turnId() }),
      () => ({ type: 'step-start', turnId: turnId(), step: random(3) }),
      () => ({ type: 'turn-start', turnId: turnId(), model: 'm', message: { text: 'q' } }),
      () => ({ type: 'turn-end', turnId: turnId(), reason: 'stop' }),
    ];
    const bodies = Array.from({ length: 80 }, () => makers[random(makers.length)]?.());
    const events = numbered(bodies.filter((body) => body !== undefined)).map((event) => ({
      ...event,
      at: random(100),
    }));
    const replay = new Replay(EMPTY_STATE);
    let state = EMPTY_STATE;
    for (const [index, event] of events.entries()) {
      replay.take(event);
      state = reduce(state, event);
      if (index % 13 === 0) expect(replay.state).toEqual(state);
    }
    expect(replay.state).toEqual(state);
  }
});
