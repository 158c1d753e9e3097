import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fenceOff } from '../../src/platform/storage/append-file.ts';
import type { TurnEventBody } from '../../src/session/events.ts';
import type { Op, UserInput } from '../../src/session/ops.ts';
import type { TurnRun, TurnRunner } from '../../src/session/port.ts';
import { createEphemeralSession, openLocalSession } from '../../src/session/session.ts';
import type { SessionState, Turn } from '../../src/session/state.ts';
import { createSessionStore } from '../../src/session/store.ts';
import { Place } from './front-end-process.ts';
import { Workplace, watch } from './helpers.ts';

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
});
afterEach(() => {
  place.remove();
});

const MODEL = 'test/model';
const HASH = 'a'.repeat(64);
const say = (text: string): Op => ({ type: 'send', message: { text } });
const openSession = (runner: TurnRunner | (() => Promise<TurnRunner>), sessionId?: string) =>
  openLocalSession({
    store: place.store,
    runner,
    model: MODEL,
    ...(sessionId === undefined ? {} : { sessionId }),
  });
const texts = ({ turns }: SessionState) => turns.map((turn) => turn.message.text);
const notices = ({ notices: told }: SessionState) => told.map(({ text }) => text).join('\n');

/**
 * An engine that answers with the message; `edit` changes a file, `summary` makes one, `wait` takes
 * until it is told to stop, `ask` asks and says what the answer was.
 */
function engine() {
  const undone: Turn[] = [];
  const runs: TurnRun[] = [];
  let onUndo = async (): Promise<void> => undefined;
  const runner: TurnRunner = {
    async run(run) {
      runs.push(run);
      const { turn, emit, signal } = run;
      const turnId = turn.id;
      const tell = (event: TurnEventBody) => emit(event);
      if (turn.message.text === 'edit') {
        tell({ type: 'file-change', turnId, path: 'a.ts', before: null, after: HASH });
      }
      if (turn.message.text === 'summary') {
        tell({ type: 'compact', turnId, summary: 'short', turnCount: run.state.turns.length });
      }
      if (turn.message.text === 'ask') {
        const decision = await run.requestApproval(QUESTION);
        tell({ type: 'text-delta', turnId, text: decision });
        return 'stop';
      }
      tell({ type: 'text-delta', turnId, text: `re: ${turn.message.text}` });
      if (turn.message.text !== 'wait') return 'stop';
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve('cancelled'));
      });
    },
    async undo(turn) {
      await onUndo();
      undone.push(turn);
      return { restored: ['a.ts'], kept: [] };
    },
  };
  return {
    runner,
    runs,
    undone,
    undoBy: (how: () => Promise<void>) => {
      onUndo = how;
    },
  };
}
const QUESTION = {
  callId: 'c1',
  tool: 'run_command',
  title: 'run ls',
  detail: { type: 'command', text: 'ls' },
  scope: 'ls',
} as const;

/** A session in which these were said and answered. */
async function talked(runner: TurnRunner, said: readonly string[], id?: string) {
  const session = openSession(runner, id);
  const seen = watch(session);
  for (const text of said) session.send(say(text));
  await seen.until(() => seen.ends().length === said.length);
  return { session, seen };
}

describe('a message that waits', () => {
  test('is taken back once, for good, and its words stay in the journal', async () => {
    const { session, seen } = await talked(engine().runner, ['one']);
    const { sessionId } = session.getState();
    session.send(say('wait'));
    session.send(say('keep'), 'keepid22');
    session.send(say('take back'), 'takeid22');
    await seen.until(() => session.getState().queue.length === 2);
    await session.sendAs({ type: 'unqueue', turnId: 'takeid22' }, 'opopop22');
    // The same one again, as after a take-over, and another front end.
    await session.sendAs({ type: 'unqueue', turnId: 'takeid22' }, 'opopop22');
    await session.sendAs({ type: 'unqueue', turnId: 'takeid22' }, 'opopop33');
    await session.sendAs({ type: 'unqueue', turnId: 'nothing2' }, 'opopop44');
    expect(session.getState()).toMatchObject({
      queue: [{ turnId: 'keepid22' }],
      undoOps: ['opopop22'],
    });
    expect(seen.events.filter(({ type }) => type === 'message-unqueue')).toMatchObject([
      { turnId: 'takeid22', opId: 'opopop22' },
    ]);
    session.send({ type: 'cancel' });
    await seen.until(() => session.getState().turns.length === 3);
    expect(texts(session.getState())).toEqual(['one', 'wait', 'keep']);
    await session.close();
    expect(place.store.read(sessionId)).toEqual(session.getState());
    expect(place.journalLines(sessionId).join('\n')).toContain('take back');
    const fork = await place.store.fork(sessionId);
    expect(place.store.readEvents(fork).map(({ type }) => type)).not.toContain('message-unqueue');
  });
});

describe('fork', () => {
  test('goes on in a new session with the first turns; what is sent with it goes there', async () => {
    const { session, seen } = await talked(engine().runner, ['one', 'two', 'three']);
    const old = session.getState();
    session.send({ type: 'fork', turnCount: 1 }, 'forkid22');
    session.send(say('two, but better'));
    await seen.until(() => session.getState().turns.length === 2);
    const state = session.getState();
    expect(state).toMatchObject({
      sessionId: 'forkid22',
      title: 'one (fork)',
      model: MODEL,
      forkedFrom: { sessionId: old.sessionId, turnCount: 1 },
    });
    expect(texts(state)).toEqual(['one', 'two, but better']);
    expect(state.turns[0]).toEqual(old.turns[0]);
    expect(seen.batches.some((batch) => batch.length === 0)).toBe(true);
    await session.close();
    expect(place.store.read('forkid22')).toEqual(session.getState());
    expect(place.store.read(old.sessionId)).toEqual(old);
    expect((await place.store.list()).map(({ id }) => id)).toEqual(['forkid22', old.sessionId]);
  });

  test('the running turn is stopped in the old session and is there in both', async () => {
    const { session, seen } = await talked(engine().runner, ['one']);
    const oldId = session.getState().sessionId;
    session.send(say('wait'));
    await seen.until(() => session.getState().running?.parts.length === 1);
    session.send(say('waits behind it'));
    session.send({ type: 'fork', turnCount: 99 }, 'forkid22');
    await seen.until(() => session.getState().sessionId === 'forkid22');
    const state = session.getState();
    expect(state.turns).toMatchObject([{ endReason: 'stop' }, { endReason: 'cancelled' }]);
    expect(state.turns[1]).toMatchObject({ parts: [{ text: 're: wait' }] });
    expect(state).toMatchObject({ running: undefined, queue: [] });
    const old = place.store.read(oldId);
    expect(old.turns[1]?.endReason).toBe('cancelled');
    expect(old.queue).toMatchObject([{ message: { text: 'waits behind it' } }]);
    await session.close();
  });

  test('keeps the model of now, and a clear or a summary only when it was before the cut', async () => {
    const { session, seen } = await talked(engine().runner, ['one', 'summary', 'three']);
    session.send({ type: 'clear' });
    session.send({ type: 'switch-model', model: 'other/model' });
    session.send(say('four'));
    await seen.until(() => session.getState().turns.length === 4);
    const id = session.getState().sessionId;
    await session.close();
    const forked = async (turnCount: number) =>
      place.store.read(await place.store.fork(id, turnCount));
    expect(await forked(1)).toMatchObject({ compaction: undefined, clearedTurnCount: 0 });
    expect(await forked(2)).toMatchObject({ compaction: { turnCount: 1 }, clearedTurnCount: 0 });
    const clearedThen = await forked(3);
    expect(clearedThen).toMatchObject({ compaction: undefined, clearedTurnCount: 3 });
    for (const count of [1, 2, 3, 4]) expect((await forked(count)).model).toBe('other/model');
    expect((await forked(4)).turns).toEqual(place.store.read(id).turns);
  });

  test('files that were given back are not given back again in the fork', async () => {
    const { runner, undone } = engine();
    const { session, seen } = await talked(runner, ['edit', 'two']);
    session.send({ type: 'undo-last' });
    session.send({ type: 'fork', turnCount: 1 }, 'forkid22');
    session.send({ type: 'undo-last' });
    await seen.until(() => notices(session.getState()).includes('no changes to files'));
    expect(session.getState().sessionId).toBe('forkid22');
    expect(undone).toHaveLength(1);
    await session.close();
  });

  test('before the first turn it is a new session that says where it comes from', async () => {
    const { session, seen } = await talked(engine().runner, ['one']);
    const oldId = session.getState().sessionId;
    session.send({ type: 'fork', turnCount: 0 }, 'forkid22');
    session.send(say('another beginning'));
    await seen.until(() => session.getState().turns[0]?.message.text === 'another beginning');
    expect(session.getState()).toMatchObject({
      sessionId: 'forkid22',
      title: 'another beginning',
      forkedFrom: { sessionId: oldId, turnCount: 0 },
    });
    await session.close();
  });

  test('sent again, after a take-over or after others went on, nothing is made twice', async () => {
    const { session, seen } = await talked(engine().runner, ['one']);
    const oldId = session.getState().sessionId;
    await session.sendAs({ type: 'fork', turnCount: 1 }, 'forkid22');
    await session.sendAs({ type: 'fork', turnCount: 1 }, 'forkid22');
    session.send(say('two'));
    await seen.until(() => session.getState().turns.length === 2);
    await session.sendAs({ type: 'open-session', sessionId: oldId }, 'openid22');
    await session.sendAs({ type: 'fork', turnCount: 1 }, 'forkid22');
    expect(texts(session.getState())).toEqual(['one', 'two']);
    expect(await place.store.list()).toHaveLength(2);
    await session.close();
  });

  test('asked by another front end, it is shown to everybody; a killed host costs nothing', async () => {
    const shared = new Place();
    try {
      const first = await shared.join();
      const second = await shared.join();
      const oldId = first.joined.sessionId;
      first.say('one 1 0');
      await second.untilEvent((event) => event.type === 'turn-end');
      second.op({ type: 'fork', turnCount: 1 });
      second.say('two 1 0');
      for (const frontEnd of [first, second]) {
        await frontEnd.until((line) => line.id !== undefined && line.id !== oldId);
        await frontEnd.until(
          (line) => line.id !== oldId && !!line.events?.some(({ type }) => type === 'turn-end'),
        );
      }
      const forkId = String(second.lines.at(-1)?.id);
      await first.kill();
      await second.until((line) => line.role === 'host');
      second.op({ type: 'retry' });
      await second.untilEvent((event) => event.type === 'turn-retract');
      await second.leave();
      const store = createSessionStore({ paths: shared.paths, project: shared.project });
      expect(texts(store.read(forkId))).toEqual(['one 1 0', 'two 1 0', 'two 1 0']);
      expect(texts(store.read(String(oldId)))).toEqual(['one 1 0']);
    } finally {
      await shared.remove();
    }
  });

  test('a conversation that is not kept, or not kept now, says so and goes on', async () => {
    const { runner } = engine();
    const kept = { project: place.project, model: MODEL, runner };
    const session = createEphemeralSession(kept);
    const seen = watch(session);
    session.send(say('one'));
    session.send({ type: 'fork', turnCount: 1 });
    session.send(say('two'));
    await seen.until(() => seen.ends().length === 2);
    expect(notices(session.getState())).toContain('is not kept');
    expect(texts(session.getState())).toEqual(['one', 'two']);
    await session.close();
  });

  test('a journal that cannot be read leaves everything as it is', async () => {
    const { session, seen } = await talked(engine().runner, ['one']);
    const { sessionId } = session.getState();
    const path = place.journalPath(sessionId);
    writeFileSync(path, readFileSync(path, 'utf8').replace('"version":1', '"version":9'));
    session.send({ type: 'fork', turnCount: 1 }, 'forkid22');
    await seen.until(() => notices(session.getState()).includes('newer Zeke'));
    expect(session.getState().sessionId).toBe(sessionId);
    expect(place.store.has('forkid22')).toBe(false);
    await session.close();
  });
});

describe('retry', () => {
  test('sets the last turn aside and sends its message again with all that came with it', async () => {
    const { runner, runs } = engine();
    const session = openSession(runner);
    const seen = watch(session);
    const image = { label: 'a.png', mediaType: 'image/png', hash: HASH, sizeBytes: 3 } as const;
    const message: UserInput = {
      text: 'look',
      mentions: ['a.ts'],
      attachments: [{ label: 'l', text: 't' }],
      images: [image],
    };
    session.send({ type: 'send', message });
    await seen.until(() => seen.ends().length === 1);
    session.send({ type: 'switch-model', model: 'other/model' });
    await session.sendAs({ type: 'retry' }, 'retryid2');
    await session.sendAs({ type: 'retry' }, 'retryid2');
    await seen.until(() => seen.ends().length === 2);
    expect(session.getState().turns).toMatchObject([
      { isRetracted: true, message },
      { id: 'retryid2', isRetracted: false, message, model: 'other/model' },
    ]);
    expect(runs).toHaveLength(2);
    expect(notices(session.getState())).toBe('');
    await session.close();
    expect(place.store.read(session.getState().sessionId)).toEqual(session.getState());
  });

  test('with nothing said, or while an answer runs, it says why not', async () => {
    const { runner, runs } = engine();
    const session = openSession(runner);
    const seen = watch(session);
    session.send({ type: 'retry' });
    session.send(say('wait'));
    await seen.until(() => runs.length === 1);
    session.send({ type: 'retry' });
    await seen.until(() => seen.types().filter((type) => type === 'notice').length === 2);
    expect(notices(session.getState())).toMatch(/nothing to send again[\s\S]*stop it first/);
    expect(runs).toHaveLength(1);
    await session.close();
  });
});

test('retry without an engine leaves everything as it was, and works when there is one', async () => {
  const { runner } = engine();
  const { session } = await talked(runner, ['one']);
  await session.close();
  let tries = 0;
  const again = openSession(async () => {
    tries += 1;
    if (tries === 1) throw new Error('no engine today');
    return runner;
  }, session.getState().sessionId);
  const seen = watch(again);
  await again.sendAs({ type: 'retry' }, 'retryid2');
  expect(notices(again.getState())).toContain('no engine today');
  expect(again.getState().turns).toMatchObject([{ isRetracted: false }]);
  await again.sendAs({ type: 'retry' }, 'retryid3');
  await seen.until(() => seen.ends().length === 1);
  expect(again.getState().turns).toMatchObject([{ isRetracted: true }, { id: 'retryid3' }]);
  await again.close();
});

describe('undo of a summary', () => {
  test('only where there is one, and once', async () => {
    const { session, seen } = await talked(engine().runner, ['one', 'summary']);
    expect(session.getState().compaction).toEqual({ summary: 'short', turnCount: 1 });
    await session.sendAs({ type: 'undo-compact' }, 'undoid22');
    await session.sendAs({ type: 'undo-compact' }, 'undoid22');
    expect(session.getState().compaction).toBeUndefined();
    expect(seen.types()).not.toContain('notice');
    await session.sendAs({ type: 'undo-compact' }, 'undoid33');
    expect(notices(session.getState())).toContain('no summary');
    await session.close();
  });
});

describe('undo of changes', () => {
  test('one turn after the other, the last first; a resent op undoes nothing more', async () => {
    const { runner, undone } = engine();
    const { session } = await talked(runner, ['edit', 'two', 'edit']);
    const ids = session.getState().turns.map((turn) => turn.id);
    await session.sendAs({ type: 'undo-last' }, 'undoid22');
    expect(undone.map((turn) => turn.id)).toEqual([ids[2]]);
    await session.close();
    const again = openSession(runner, session.getState().sessionId);
    await again.sendAs({ type: 'undo-last' }, 'undoid22');
    expect(undone).toHaveLength(1);
    await again.sendAs({ type: 'undo-last' }, 'undoid33');
    expect(undone.map((turn) => turn.id)).toEqual([ids[2], ids[0]]);
    expect(again.getState().turns.map((turn) => turn.isUndone)).toEqual([true, false, true]);
    await again.sendAs({ type: 'undo-last' }, 'undoid44');
    expect(notices(again.getState())).toContain('no changes to files');
    await again.close();
  });

  test('ops sent meanwhile wait for it, also when the session is closed at once', async () => {
    const { runner, undone, undoBy, runs } = engine();
    const { session, seen } = await talked(runner, ['edit']);
    const { promise, resolve } = Promise.withResolvers<void>();
    undoBy(() => promise);
    session.send({ type: 'undo-last' });
    session.send({ type: 'rename', title: 'renamed' });
    session.send(say('after it'));
    const closed = session.close();
    expect(session.getState().title).toBe('edit');
    resolve();
    await closed;
    expect(undone).toHaveLength(1);
    expect(runs).toHaveLength(1);
    expect(seen.types().slice(-4)).toEqual(['undo', 'session-rename', 'turn-start', 'turn-end']);
    expect(place.store.read(session.getState().sessionId)).toEqual(session.getState());
  });

  test('while an answer runs, without an engine for it, and when it fails: said, nothing lost', async () => {
    const { runner, undoBy, runs } = engine();
    const { session, seen } = await talked(runner, ['edit']);
    session.send(say('wait'));
    await seen.until(() => runs.length === 2);
    await session.sendAs({ type: 'undo-last' }, 'undoid22');
    expect(notices(session.getState())).toContain('stop it first');
    session.send({ type: 'cancel' });
    await seen.until(() => seen.ends().length === 2);
    undoBy(() => Promise.reject(new Error('the disk is gone')));
    await session.sendAs({ type: 'undo-last' }, 'undoid33');
    expect(notices(session.getState())).toContain('the disk is gone');
    expect(session.getState().turns[0]?.isUndone).toBe(false);
    await session.close();
    const { sessionId } = session.getState();
    const broken = openSession(() => Promise.reject(new Error('no engine today')), sessionId);
    await broken.sendAs({ type: 'undo-last' }, 'undoid44');
    expect(notices(broken.getState())).toContain('no engine today');
    await broken.close();
    const unable = openSession({ run: runner.run }, sessionId);
    await unable.sendAs({ type: 'undo-last' }, 'undoid55');
    expect(notices(unable.getState())).toContain('cannot take changes back');
    await unable.close();
  });
});

test('a turn that another process took over is not run again by what is asked afterwards', async () => {
  const { runner, runs } = engine();
  const session = openSession(runner);
  const seen = watch(session);
  session.send(say('wait'));
  await seen.until(() => seen.types().includes('text-delta'));
  const superseded = new Promise<void>((resolve) => session.onSuperseded(resolve));
  // As who takes over does while this process is stopped; the op has waited in its socket.
  fenceOff(place.journalPath(session.getState().sessionId));
  session.send({ type: 'cancel' });
  await superseded;
  expect(runs.map(({ turn, signal }) => [turn.message.text, signal.aborted])).toEqual([
    ['wait', true],
  ]);
});

describe('questions', () => {
  const answersOf = (seen: ReturnType<typeof watch>) =>
    seen.events.flatMap((event) => (event.type === 'approval-answer' ? [event.decision] : []));

  test('the first answer counts, later and wrong ones are not heard', async () => {
    const session = openSession(engine().runner);
    const seen = watch(session);
    session.send(say('ask'));
    await seen.until(() => session.getState().approval !== undefined);
    const { approval } = session.getState();
    expect(approval).toMatchObject({ callId: 'c1', title: 'run ls', scope: 'ls' });
    const requestId = approval?.id ?? '';
    session.send({ type: 'approve', requestId: 'another1', decision: 'deny' });
    session.send({ type: 'approve', requestId, decision: 'always' });
    session.send({ type: 'approve', requestId, decision: 'deny' });
    await seen.until(() => seen.ends().length === 1);
    expect(answersOf(seen)).toEqual(['always']);
    expect(session.getState().turns[0]).toMatchObject({ parts: [{ text: 'always' }] });
    await session.close();
  });

  test.each([
    ['cancelled', { type: 'cancel' } as Op],
    ['left for another session', { type: 'open-session' } as Op],
  ])('a turn that is %s answers its question with deny', async (_, op) => {
    const session = openSession(engine().runner);
    const seen = watch(session);
    const { sessionId } = session.getState();
    session.send(say('ask'));
    await seen.until(() => session.getState().approval !== undefined);
    await session.sendAs(op, 'someid22');
    await seen.until(() => seen.ends().length === 1);
    expect(answersOf(seen)).toEqual(['deny']);
    const told = seen.types().filter((type) => type !== 'text-delta');
    expect(told.slice(-2)).toEqual(['approval-answer', 'turn-end']);
    await session.close();
    expect(place.store.read(sessionId)).toMatchObject({ approval: undefined });
  });

  test('two at once are asked one after the other', async () => {
    const decisions: string[] = [];
    const runner: TurnRunner = {
      async run({ requestApproval }) {
        const asked = [
          requestApproval(QUESTION),
          requestApproval({ ...QUESTION, title: 'second' }),
        ];
        decisions.push(...(await Promise.all(asked)));
        return 'stop';
      },
    };
    const session = openSession(runner);
    const seen = watch(session);
    session.send(say('go'));
    for (const [title, decision] of [
      ['run ls', 'allow'],
      ['second', 'deny'],
    ] as const) {
      await seen.until(() => session.getState().approval?.title === title);
      const requestId = session.getState().approval?.id ?? '';
      session.send({ type: 'approve', requestId, decision });
    }
    await seen.until(() => seen.ends().length === 1);
    expect(decisions).toEqual(['allow', 'deny']);
    await session.close();
  });

  test('one that was open when the process died is answered when the journal is opened', async () => {
    const session = openSession(engine().runner);
    const seen = watch(session);
    session.send(say('ask'));
    await seen.until(() => session.getState().approval !== undefined);
    const { sessionId } = session.getState();
    const path = place.journalPath(sessionId);
    const asItWas = readFileSync(path);
    await session.close();
    writeFileSync(path, asItWas);
    chmodSync(path, 0o600);
    const again = openSession(engine().runner, sessionId);
    expect(again.getState()).toMatchObject({ approval: undefined, running: undefined });
    const last = place.store.readEvents(sessionId).slice(-2);
    expect(last).toMatchObject([
      { type: 'approval-answer', decision: 'deny' },
      { type: 'turn-end', reason: 'interrupted' },
    ]);
    await again.close();
  });
});
