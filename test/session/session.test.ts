import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TurnRun, TurnRunner } from '../../src/session/port.ts';
import { createEphemeralSession, openLocalSession } from '../../src/session/session.ts';
import { createSessionStore } from '../../src/session/store.ts';
import { Workplace, watch } from './helpers.ts';

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
});
afterEach(() => {
  place.remove();
});

const MODEL = 'test/model';
const say = (text: string) => ({ type: 'send', message: { text } }) as const;

/** An engine whose turns are run by the test. */
function manualRunner() {
  const runs: (TurnRun & { end: (reason: 'stop') => void; fail: (error: Error) => void })[] = [];
  const runner: TurnRunner = {
    run: (run) =>
      new Promise((resolve, reject) => {
        runs.push({ ...run, end: resolve, fail: reject });
      }),
  };
  return { runner, runs };
}
const echo: TurnRunner = {
  async run({ turn, emit }) {
    emit({ type: 'text-delta', turnId: turn.id, text: turn.message.text });
    return 'stop';
  },
};
const openSession = (options: object = {}) =>
  openLocalSession({ store: place.store, runner: echo, model: MODEL, ...options });

describe('turns', () => {
  test('a message becomes a turn; text said in one go is one event, written before it is shown', async () => {
    const { runner, runs } = manualRunner();
    const session = openSession({ runner });
    const seen = watch(session);
    session.send(say('hello'));
    await seen.until(() => runs.length === 1);
    const [run] = runs;
    expect(run?.state.running?.id).toBe(run?.turn.id);
    const onDisk: string[] = [];
    session.subscribe(() => {
      onDisk.push(...place.journalLines(session.getState().sessionId).slice(-1));
    });
    for (const text of ['one ', 'two ', 'three']) {
      run?.emit({ type: 'text-delta', turnId: run.turn.id, text });
    }
    await seen.until(() => seen.types().includes('text-delta'));
    expect(seen.batches.at(-1)).toMatchObject([{ type: 'text-delta', text: 'one two three' }]);
    expect(onDisk[0]).toContain('one two three');
    run?.end('stop');
    await seen.until(() => seen.ends().length === 1);
    expect(session.getState().turns[0]?.endReason).toBe('stop');
    await session.close();
  });

  test('what stands between two pieces of text keeps them apart, and order is kept', async () => {
    const { runner, runs } = manualRunner();
    const session = openSession({ runner });
    const seen = watch(session);
    session.send(say('hello'));
    await seen.until(() => runs.length === 1);
    const turnId = String(runs[0]?.turn.id);
    runs[0]?.emit({ type: 'text-delta', turnId, text: 'a' });
    runs[0]?.emit({ type: 'reasoning-delta', turnId, text: 'r' });
    runs[0]?.emit({ type: 'reasoning-delta', turnId, text: 's' });
    runs[0]?.emit({ type: 'text-delta', turnId, text: 'b' });
    runs[0]?.end('stop');
    await seen.until(() => seen.ends().length === 1);
    const texts = seen.events.flatMap((event) => ('text' in event ? [event.text] : []));
    expect(texts).toEqual(['a', 'rs', 'b']);
    await session.close();
  });

  test('messages said while a turn runs wait and run in order, on the model of their time', async () => {
    const { runner, runs } = manualRunner();
    const session = openSession({ runner });
    const seen = watch(session);
    session.send(say('first'));
    await seen.until(() => runs.length === 1);
    session.send(say('second'));
    session.send({ type: 'switch-model', model: 'other/model' });
    session.send(say('third'));
    await seen.until(() => session.getState().queue.length === 2);
    expect(session.getState().running?.model).toBe(MODEL);
    for (let turn = 0; turn < 3; turn += 1) {
      await seen.until(() => runs.length === turn + 1);
      runs[turn]?.end('stop');
    }
    await seen.until(() => seen.ends().length === 3);
    const { turns } = session.getState();
    expect(turns.map((turn) => turn.message.text)).toEqual(['first', 'second', 'third']);
    expect(turns.map((turn) => turn.model)).toEqual([MODEL, 'other/model', 'other/model']);
    await session.close();
  });

  test('an engine that breaks ends its turn with an error, and the next one runs', async () => {
    const { runner, runs } = manualRunner();
    const session = openSession({ runner });
    const seen = watch(session);
    session.send(say('first'));
    session.send(say('second'));
    await seen.until(() => runs.length === 1);
    runs[0]?.fail(new Error('broken'));
    await seen.until(() => runs.length === 2);
    expect(session.getState().turns[0]?.error).toMatchObject({ message: 'broken' });
    expect(seen.ends()).toEqual(['error']);
    await session.close();
    expect(seen.ends()).toEqual(['error', 'cancelled']);
  });

  test('a listener that throws does not cost the others their events', async () => {
    const thrown: unknown[] = [];
    const onThrown = (error: unknown) => thrown.push(error);
    const before = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException').on('uncaughtException', onThrown);
    const session = openSession();
    session.subscribe(() => {
      throw new Error('a bug in a front end');
    });
    const seen = watch(session);
    session.send(say('hello'));
    await seen.until(() => seen.ends().length === 1);
    await session.close();
    process.off('uncaughtException', onThrown);
    for (const listener of before) process.on('uncaughtException', listener);
    expect(thrown.length).toBeGreaterThan(0);
  });

  test('the engine is made when the first message comes, and takes out secrets before the journal', async () => {
    let made = 0;
    const create = async (): Promise<TurnRunner> => {
      made += 1;
      return { ...echo, redactMessage: (message) => ({ ...message, text: 'no secret' }) };
    };
    const session = openSession({ runner: create });
    const seen = watch(session);
    session.send({ type: 'rename', title: 'a title' });
    await seen.until(() => seen.types().includes('session-rename'));
    expect(made).toBe(0);
    session.send(say('hunter2'));
    await seen.until(() => seen.ends().length === 1);
    expect(made).toBe(1);
    expect(place.journalLines(session.getState().sessionId).join()).not.toContain('hunter2');
    await session.close();
  });

  test('an engine that cannot be made is told of, and tried again with the next message', async () => {
    let tries = 0;
    const create = async (): Promise<TurnRunner> => {
      tries += 1;
      if (tries === 1) throw new Error('no engine today');
      return echo;
    };
    const session = openSession({ runner: create });
    const seen = watch(session);
    session.send(say('one'));
    await seen.until(() => seen.types().includes('notice'));
    expect(session.getState().notices[0]?.text).toContain('no engine today');
    session.send(say('two'));
    await seen.until(() => seen.ends().length === 1);
    expect(session.getState().turns.map((turn) => turn.message.text)).toEqual(['two']);
    await session.close();
  });
});

describe('cancel', () => {
  test('tells the engine, keeps what came, and the next message runs', async () => {
    const { runner, runs } = manualRunner();
    const session = openSession({ runner });
    const seen = watch(session);
    session.send(say('first'));
    await seen.until(() => runs.length === 1);
    const [run] = runs;
    run?.emit({ type: 'text-delta', turnId: run.turn.id, text: 'half' });
    run?.signal.addEventListener('abort', () => run.end('stop'));
    session.send({ type: 'cancel' });
    session.send(say('second'));
    await seen.until(() => runs.length === 2);
    const [turn] = session.getState().turns;
    expect(turn).toMatchObject({ endReason: 'cancelled', parts: [{ text: 'half' }] });
    await session.close();
  });

  test('an engine that does not listen is not waited for, and not heard any more', async () => {
    const { runner, runs } = manualRunner();
    const session = openSession({ runner });
    const seen = watch(session);
    session.send(say('first'));
    await seen.until(() => runs.length === 1);
    session.send({ type: 'cancel' });
    await seen.until(() => seen.ends().length === 1);
    runs[0]?.emit({ type: 'text-delta', turnId: String(runs[0]?.turn.id), text: 'too late' });
    session.send(say('second'));
    await seen.until(() => runs.length === 2);
    expect(JSON.stringify(seen.events)).not.toContain('too late');
    await session.close();
  });

  test('with nothing running nothing happens', async () => {
    const session = openSession();
    const seen = watch(session);
    session.send({ type: 'cancel' });
    session.send(say('hello'));
    await seen.until(() => seen.ends().length === 1);
    expect(seen.ends()).toEqual(['stop']);
    await session.close();
  });
});

describe('sessions', () => {
  test('another one is shown with an empty batch; the running turn of the old one is kept', async () => {
    const { runner, runs } = manualRunner();
    const session = openSession({ runner });
    const seen = watch(session);
    session.send(say('first'));
    await seen.until(() => runs.length === 1);
    const firstId = session.getState().sessionId;
    session.send({ type: 'open-session' });
    await seen.until(() => seen.batches.at(-1)?.length === 0);
    expect(session.getState()).toMatchObject({ turns: [], model: MODEL, seq: 1 });
    expect(session.getState().sessionId).not.toBe(firstId);
    expect(place.store.read(firstId).turns[0]?.endReason).toBe('cancelled');
    session.send({ type: 'open-session', sessionId: firstId });
    await seen.until(() => session.getState().sessionId === firstId);
    expect(session.getState().turns).toHaveLength(1);
    session.send(say('and on'));
    await seen.until(() => runs.length === 2);
    expect(place.store.read(firstId).running?.message.text).toBe('and on');
    await session.close();
  });

  test('what waits in one is sent with the next message, or at once where it is gone on with', async () => {
    const { runner, runs } = manualRunner();
    const session = openSession({ runner });
    const seen = watch(session);
    session.send(say('first'));
    session.send(say('waits'));
    await seen.until(() => session.getState().queue.length === 1 && runs.length === 1);
    const { sessionId } = session.getState();
    const isThere = () => session.getState().sessionId === sessionId;
    session.send({ type: 'open-session' });
    await seen.until(() => !isThere());
    session.send({ type: 'open-session', sessionId });
    await seen.until(isThere);
    expect(
      session
        .getState()
        .notices.map(({ text }) => text)
        .join(),
    ).toContain('still waiting');
    session.send({ type: 'open-session' });
    await seen.until(() => !isThere());
    expect(runs).toHaveLength(1);
    session.send({ type: 'open-session', sessionId, resumesQueue: true });
    await seen.until(() => isThere() && runs.length === 2);
    expect(session.getState().running?.message.text).toBe('waits');
    expect(session.getState().notices).toHaveLength(1);
    await session.close();
  });

  test('one that does not exist is told of and nothing changes', async () => {
    const session = openSession();
    const seen = watch(session);
    session.send({ type: 'open-session', sessionId: 'missing1' });
    session.send({ type: 'open-session', sessionId: '../../etc/passwd' });
    await seen.until(() => seen.types().filter((type) => type === 'notice').length === 2);
    expect(seen.batches.every((batch) => batch.length > 0)).toBe(true);
    await session.close();
  });

  test('opened again, everything is there; messages that waited go with the next one', async () => {
    const { runner, runs } = manualRunner();
    const session = openSession({ runner });
    const seen = watch(session);
    session.send(say('first'));
    await seen.until(() => runs.length === 1);
    session.send(say('waiting'));
    await seen.until(() => session.getState().queue.length === 1);
    await session.close();
    const { sessionId } = session.getState();
    const again = openSession({ sessionId });
    const seenAgain = watch(again);
    await seenAgain.until(() => seenAgain.events.length === 0);
    expect(again.getState().queue).toHaveLength(1);
    again.send(say('new'));
    await seenAgain.until(() => seenAgain.ends().length === 2);
    const texts = again.getState().turns.map((turn) => turn.message.text);
    expect(texts).toEqual(['first', 'waiting', 'new']);
    await again.close();
  });

  test('an op with an id that is known already is not carried out twice', async () => {
    const session = openSession();
    const seen = watch(session);
    void session.sendAs(say('once'), 'sameid22');
    void session.sendAs(say('once'), 'sameid22');
    await seen.until(() => seen.ends().length === 1);
    await session.sendAs(say('once'), 'sameid22');
    await session.close();
    expect(session.getState().turns).toHaveLength(1);
  });

  test('files are for this user alone, and one in which nothing was said leaves none', async () => {
    const empty = openSession();
    empty.send({ type: 'switch-model', model: 'x/y' });
    await empty.close();
    expect(await place.store.list()).toEqual([]);
    const session = openSession();
    session.send(say('hello'));
    await watch(session).until(() => session.getState().turns.length === 1);
    const path = place.journalPath(session.getState().sessionId);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
    await session.close();
  });

  test('an ephemeral one works the same and writes nothing', async () => {
    const session = createEphemeralSession({ project: place.project, model: MODEL, runner: echo });
    const seen = watch(session);
    expect(session.getState()).toMatchObject({ project: place.project, model: MODEL, seq: 1 });
    session.send(say('hello'));
    await seen.until(() => seen.ends().length === 1);
    await session.close();
    expect(() => statSync(place.stateDir)).toThrow('ENOENT');
  });
});

describe('a machine in trouble', () => {
  test('a clock that goes back confuses neither order nor replay', async () => {
    const times = [5000, 4000, 3000, 2000];
    const now = () => times.shift() ?? 1000;
    const session = openSession({ now });
    const seen = watch(session);
    session.send(say('one'));
    session.send(say('two'));
    await seen.until(() => seen.ends().length === 2);
    await session.close();
    expect(seen.events.map((event) => event.seq)).toEqual(seen.events.map((_, index) => index + 2));
    const kept = place.store.read(session.getState().sessionId);
    expect(kept).toEqual(session.getState());
    expect(kept.updatedAt).toBe(5000);
  });

  test('a full disk: the conversation goes on, says so, and is saved when there is room', async ({
    skip,
  }) => {
    const disk = join(place.folder, 'disk');
    mkdirSync(disk);
    const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
    const args = ['-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', disk];
    if (!isRoot || spawnSync('mount', args).status !== 0) {
      return skip('needs root on Linux to mount a small tmpfs');
    }
    try {
      const store = createSessionStore({ paths: { stateDir: disk }, project: place.project });
      const session = openSession({ store });
      const seen = watch(session);
      session.send(say('before'));
      await seen.until(() => seen.ends().length === 1);
      const ballast = join(disk, 'ballast');
      fill(ballast);
      session.send(say('x'.repeat(20_000)));
      session.send(say('during'));
      await seen.until(() => seen.ends().length === 3);
      const told = () => session.getState().notices.map((notice) => notice.text);
      expect(told()).toHaveLength(1);
      expect(told()[0]).toContain('not being saved');
      expect(told()[0]).toContain('disk is full');
      rmSync(ballast);
      session.send(say('after'));
      await seen.until(() => told().length === 2);
      await seen.until(() => seen.ends().length === 4);
      expect(told()[1]).toContain('saved again');
      await session.close();
      expect(store.read(session.getState().sessionId)).toEqual(session.getState());
    } finally {
      spawnSync('umount', [disk]);
    }
  });

  test('what could not be saved is said when the session is closed', async ({ skip }) => {
    if (process.platform !== 'linux') return skip('needs /dev/full');
    const session = openSession();
    symlinkSync('/dev/full', place.journalPath(session.getState().sessionId));
    session.send(say('lost'));
    const seen = watch(session);
    await seen.until(() => seen.ends().length === 1);
    await expect(session.close()).rejects.toMatchObject({ kind: 'system' });
  });

  test('a state folder that cannot be is refused at once', () => {
    writeFileSync(place.stateDir, 'a file');
    expect(() => openSession()).toThrow('a file is in the way');
  });
});

/** Takes all the room there is. */
function fill(path: string): void {
  for (let sizeBytes = 128 * 1024; sizeBytes >= 1; sizeBytes = Math.floor(sizeBytes / 2)) {
    for (;;) {
      try {
        writeFileSync(path, Buffer.alloc(sizeBytes), { flag: 'a' });
      } catch {
        break;
      }
    }
  }
}
