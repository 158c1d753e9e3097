import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { untilUnused } from '../../../src/cli/chat/until-unused.ts';
import type { TurnRun } from '../../../src/session/port.ts';
import { createEphemeralSession } from '../../../src/session/session.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const MINUTE_MS = 60_000;
const never = new AbortController().signal;

/** A conversation that nobody has joined, whose turns never end. */
function session() {
  const started = Promise.withResolvers<TurnRun>();
  const runner = {
    run: async (turn: TurnRun) => {
      started.resolve(turn);
      return await new Promise<never>(() => undefined);
    },
  };
  const port = createEphemeralSession({ runner, model: 'test/m', project: '/p' });
  return {
    port: Object.assign(port, { role: () => 'host' as const }),
    started: started.promise,
  };
}

function isOver(promise: Promise<void>): () => boolean {
  let is = false;
  void promise.then(() => {
    is = true;
  });
  return () => is;
}

it('has an end to its patience with an answer that runs for nobody', async () => {
  const { port, started } = session();
  port.send({ type: 'send', message: { text: 'for ever' } });
  await started;
  const over = isOver(untilUnused(port, { idleMs: 10_000, signal: never }));
  await vi.advanceTimersByTimeAsync(29 * MINUTE_MS);
  expect(over()).toBe(false);
  await vi.advanceTimersByTimeAsync(2 * MINUTE_MS);
  expect(over()).toBe(true);
});

it('is told to end whatever runs', async () => {
  const { port, started } = session();
  port.send({ type: 'send', message: { text: 'for ever' } });
  await started;
  const stop = new AbortController();
  const unused = untilUnused(port, { idleMs: 10_000, signal: stop.signal });
  stop.abort();
  await expect(unused).resolves.toBeUndefined();
});
