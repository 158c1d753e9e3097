import { describe, expect, test } from 'vitest';
import type { TurnRunner } from '../../src/session/port.ts';
import { createEphemeralSession } from '../../src/session/session.ts';
import { deferSession, type TuiSession } from '../../src/tui/pending-session.ts';
import type { TuiServices } from '../../src/tui/services.ts';

const runner: TurnRunner = { run: async () => 'stop' };
const services: TuiServices = {
  listModels: async () => [{ ref: 'a/b', label: 'B' }],
  listSessions: async () => [],
  findFiles: async (pattern) => [pattern],
  contextTokens: () => 1000,
  role: () => 'host',
  history: { load: async () => ['old'], append: async () => undefined },
  bannerLines: ['hello'],
};

describe('deferSession', () => {
  test('what is sent before the session is open is sent then, in order', async () => {
    const opening = Promise.withResolvers<TuiSession>();
    const { port, services: deferred } = deferSession(opening.promise);
    const titles: string[] = [];
    port.subscribe((events, state) => titles.push(`${events.length} ${state.title}`));
    port.send({ type: 'rename', title: 'first' });
    port.send({ type: 'rename', title: 'second' });
    expect(port.getState().sessionId).toBe('');
    expect([deferred.bannerLines, deferred.contextTokens('a/b')]).toEqual([[], undefined]);

    opening.resolve({
      port: createEphemeralSession({ project: '/p', model: 'a/b', runner }),
      services,
    });
    await expect.poll(() => port.getState().title).toBe('second');
    expect(titles[0]).toBe('0 ');
    expect([deferred.bannerLines, deferred.contextTokens('a/b')]).toEqual([['hello'], 1000]);
    expect(deferred.role?.()).toBe('host');
    expect(await deferred.history.load()).toEqual(['old']);
    await port.close();
  });

  test('a session that cannot be opened fails what waits for it and nothing else', async () => {
    const opening = Promise.withResolvers<TuiSession>();
    const { port, services: deferred } = deferSession(opening.promise);
    const models = deferred.listModels(new AbortController().signal);
    opening.reject(new Error('no session'));
    await expect(models).rejects.toThrow('no session');
    port.send({ type: 'cancel' });
    await port.close();
  });
});
