import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EventBody } from '../../../src/session/events.ts';
import { numbered, Workplace } from '../helpers.ts';

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
});
afterEach(() => {
  place.remove();
});

const HASH = 'c'.repeat(64);

/** A conversation in which everything happens, in an order that the seed decides. */
function anyTalk(seed: number): readonly EventBody[] {
  let value = seed;
  const random = (below: number): number => {
    value = (value * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((value / 2_147_483_648) * below);
  };
  const bodies: EventBody[] = [
    { type: 'session-start', version: 1, sessionId: 'aaaaaaaa', project: 'p', model: 'a/b' },
  ];
  const between: ((turn: number) => EventBody)[] = [
    () => ({ type: 'clear' }),
    () => ({ type: 'model-switch', model: `m/${random(3)}` }),
    () => ({ type: 'session-rename', title: `title ${random(9)}` }),
    () => ({ type: 'compact-undo' }),
    () => ({ type: 'notice', level: 'info', text: 'told' }),
    (turn) => ({ type: 'undo', turnId: `t${random(turn + 1)}`, restored: [], kept: [] }),
    (turn) => ({ type: 'turn-retract', turnId: `t${turn}` }),
    (turn) => ({ type: 'message-queue', turnId: `t${turn + 1}`, message: { text: 'next' } }),
  ];
  for (let turn = 0; turn < 6; turn += 1) {
    const turnId = `t${turn}`;
    bodies.push({ type: 'turn-start', turnId, model: 'a/b', message: { text: `q${turn}` } });
    bodies.push({ type: 'text-delta', turnId, text: 'ans' });
    bodies.push({ type: 'text-delta', turnId, text: 'wer' });
    if (random(3) === 0) bodies.push({ type: 'model-switch', model: `m/${random(3)}` });
    if (random(3) === 0) bodies.push({ type: 'compact', turnId, summary: 's', turnCount: turn });
    if (random(2) === 0) {
      bodies.push({ type: 'file-change', turnId, path: 'a', before: null, after: HASH });
    }
    if (turn < 5 || random(2) === 0) bodies.push({ type: 'turn-end', turnId, reason: 'stop' });
    for (let count = random(4); count > 0; count -= 1) {
      const make = between[random(between.length)];
      if (make !== undefined) bodies.push(make(turn));
    }
  }
  return bodies;
}

test('any beginning of any conversation: its turns, the model of now, what was undone', async () => {
  for (let seed = 1; seed <= 25; seed += 1) {
    place.store.write('aaaaaaaa', numbered(anyTalk(seed)));
    const whole = place.store.read('aaaaaaaa');
    const all = [...whole.turns, ...(whole.running === undefined ? [] : [whole.running])];
    for (let turnCount = 1; turnCount <= all.length + 1; turnCount += 1) {
      const id = await place.store.fork('aaaaaaaa', turnCount);
      const fork = place.store.read(id);
      const taken = all.slice(0, turnCount);
      expect(fork).toMatchObject({
        sessionId: id,
        project: place.project,
        running: undefined,
        queue: [],
        model: whole.model,
        title: `${whole.title} (fork)`,
        forkedFrom: { sessionId: 'aaaaaaaa', turnCount: taken.length },
      });
      expect(fork.turns.map((turn) => [turn.id, turn.parts, turn.isUndone])).toEqual(
        taken.map((turn) => [turn.id, turn.parts, turn.isUndone]),
      );
      expect(fork.clearedTurnCount).toBeLessThanOrEqual(turnCount);
      expect(fork.compaction?.turnCount ?? 0).toBeLessThan(turnCount);
      if (turnCount >= all.length) {
        const { clearedTurnCount, compaction } = whole;
        expect(fork).toMatchObject({ clearedTurnCount, compaction });
      }
      const events = place.store.readEvents(id);
      expect(events.filter((event) => event.type === 'text-delta')).toHaveLength(taken.length);
      expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
      place.store.remove(id);
    }
    place.store.remove('aaaaaaaa');
  }
});

test('a session that is not there', async () => {
  await expect(place.store.fork('aaaaaaaa')).rejects.toThrow('There is no session aaaaaaaa');
  await expect(place.store.fork('../../x')).rejects.toThrow('is not the id of a session');
});
