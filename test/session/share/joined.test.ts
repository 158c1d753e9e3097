import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { shortHash } from '../../../src/platform/paths.ts';
import { ownProcess } from '../../../src/platform/process-state.ts';
import { connectOrListen, type LocalSocket, socketAddress } from '../../../src/platform/socket.ts';
import type { SessionEvent } from '../../../src/session/events.ts';
import type { Op } from '../../../src/session/ops.ts';
import { RpcConnection } from '../../../src/session/share/rpc.ts';
import { EMPTY_STATE, type SessionState } from '../../../src/session/state.ts';
import { projectFolder } from '../../../src/session/store.ts';
import { parseEvent } from '../../../src/session/validate.ts';
import { type FrontEnd, Place } from '../front-end-process.ts';

let place: Place;
beforeEach(() => {
  place = new Place();
});
afterEach(async () => {
  await place.remove();
});

const isEnd = (event: SessionEvent) => event.type === 'turn-end';
const isText = (event: SessionEvent) => event.type === 'text-delta';
const isRunning = (state: SessionState) => state.running !== undefined;

function journalPath(frontEnd: FrontEnd): string {
  const folder = projectFolder(place.paths.stateDir, place.project);
  return join(folder, 'sessions', `${frontEnd.joined.sessionId}.jsonl`);
}

/** What is in the journal, line by line: nothing broken, nothing twice, nothing left out. */
function journalEvents(frontEnd: FrontEnd): readonly SessionEvent[] {
  const lines = readFileSync(journalPath(frontEnd), 'utf8').split('\n').slice(0, -1);
  const values = lines.map((line): { type?: unknown } => JSON.parse(line));
  return values
    .filter((value) => value.type !== 'summary')
    .map((value) => {
      const event = parseEvent(value);
      if (event === undefined) throw new Error(`no event: ${JSON.stringify(value)}`);
      return event;
    });
}

/** Waits until every one shows the same conversation with so many turns and none that runs. */
async function untilSame(frontEnds: readonly FrontEnd[], turns: number): Promise<void> {
  const isThere = (state: SessionState) => state.turns.length >= turns && !isRunning(state);
  const states: SessionState[] = [];
  for (const frontEnd of frontEnds) states.push(await frontEnd.state(isThere));
  for (const state of states) expect(state.turns).toEqual(states[0]?.turns);
  expect(states[0]?.turns).toHaveLength(turns);
}

/** Every event that it showed is in the journal as it was shown, in order, none left out. */
function expectShownIsKept(frontEnd: FrontEnd): void {
  const kept = journalEvents(frontEnd);
  expect(kept.map(({ seq }) => seq)).toEqual(kept.map((_, index) => index + 1));
  const shown = frontEnd.events;
  const first = shown[0]?.seq ?? 1;
  expect(shown).toEqual(kept.slice(first - 1, first - 1 + shown.length));
}

/** One that was attached to a host which is killed; stopped, so that it does not know yet. */
async function orphan(): Promise<FrontEnd> {
  const host = await place.join();
  const other = await place.join();
  host.say('words 2');
  await untilSame([host, other], 1);
  await other.stop();
  await host.kill();
  return other;
}

describe('a host that is stopped', () => {
  test('in the middle of an answer: one takes over, and it goes on as an attached one', async () => {
    const host = await place.join();
    const others = [await place.join(), await place.join()];
    host.say('words 1000000 1');
    for (const other of others) await other.untilEvent(isText);
    await host.stop();
    for (const other of others) {
      await other.untilEvent((event) => isEnd(event) && event.reason === 'interrupted');
    }
    others[0]?.say('again 3');
    await untilSame(others, 2);
    expect(others.map(({ role }) => role).toSorted()).toEqual(['attached', 'host']);
    host.continue();
    await untilSame([host, ...others], 2);
    host.say('more 2');
    await untilSame([host, ...others], 3);
    expect(host.role).toBe('attached');
    for (const one of [host, ...others]) expectShownIsKept(one);
  });

  test('at rest: who says something next takes over', async () => {
    const host = await place.join();
    const other = await place.join();
    host.say('words 2');
    await other.untilEvent(isEnd);
    await host.stop();
    other.say('again 2');
    await untilSame([other], 2);
    expect(other.role).toBe('host');
    host.continue();
    await untilSame([host, other], 2);
    expect(host.role).toBe('attached');
    for (const one of [host, other]) expectShownIsKept(one);
  });

  test('before anything was said', async () => {
    const host = await place.join();
    const other = await place.join();
    await host.stop();
    other.say('words 2');
    await untilSame([other], 1);
    host.continue();
    await untilSame([host, other], 1);
    host.say('words 1');
    await untilSame([host, other], 2);
    expectShownIsKept(other);
  });

  test('alone: who joins next goes on with its session', async () => {
    const host = await place.join();
    host.say('words 1000000 1');
    await host.untilEvent(isText);
    await host.stop();
    const next = await place.join();
    expect(next.joined).toMatchObject({ role: 'host', sessionId: host.joined.sessionId });
    host.continue();
    await untilSame([host, next], 1);
    next.say('words 2');
    await untilSame([host, next], 2);
    expect(host.role).toBe('attached');
    for (const one of [host, next]) expectShownIsKept(one);
  });

  test('what all say at once is said once, whoever takes over', async () => {
    const host = await place.join();
    const others = await Promise.all(Array.from({ length: 4 }, () => place.join()));
    host.say('words 1');
    for (const other of others) await other.untilEvent(isEnd);
    await host.stop();
    for (const [index, other] of others.entries()) other.say(`words${index} 2`);
    await untilSame(others, 5);
    const roles = others.map(({ role }) => role);
    expect(roles.filter((role) => role === 'host')).toHaveLength(1);
    // Read by its terminal only when it goes on.
    host.say('late 1');
    host.continue();
    await untilSame([host, ...others], 6);
    const texts = (await host.state()).turns.map((turn) => turn.message.text);
    expect(new Set(texts).size).toBe(6);
    for (const other of others) expectShownIsKept(other);
  });

  test('messages that wait are answered in order', async () => {
    const host = await place.join();
    const other = await place.join();
    host.say('words 1000000 1');
    await other.untilEvent(isText);
    const texts = ['a 1', 'b 1', 'c 1', 'd 1'];
    for (const [index, text] of texts.entries()) {
      (index % 2 === 0 ? host : other).say(text);
      await other.untilEvent(
        (event) => event.type === 'message-queue' && event.message.text === text,
      );
    }
    await host.stop();
    await untilSame([other], 5);
    host.continue();
    await untilSame([host, other], 5);
    const turns = (await host.state()).turns;
    expect(turns.map((turn) => turn.message.text)).toEqual(['words 1000000 1', ...texts]);
    expect(turns.map((turn) => turn.endReason)).toEqual([
      'interrupted',
      ...texts.map(() => 'stop'),
    ]);
  });

  test('host after host, then all go on at once', async () => {
    const all = [await place.join(), await place.join(), await place.join(), await place.join()];
    const [first, second, third, last] = all as [FrontEnd, FrontEnd, FrontEnd, FrontEnd];
    first.say('words 1');
    await last.untilEvent(isEnd);
    const stopped: FrontEnd[] = [];
    for (let turns = 2; turns <= 3; turns += 1) {
      const host = all.find((one) => one.role === 'host' && !stopped.includes(one));
      await host?.stop();
      if (host !== undefined) stopped.push(host);
      const left = all.filter((one) => !stopped.includes(one));
      left.at(-1)?.say('words 2');
      await untilSame(left, turns);
    }
    expect(stopped).toHaveLength(2);
    for (const one of stopped) one.continue();
    await untilSame([first, second, third, last], 3);
    expect(all.filter((one) => one.role === 'host')).toHaveLength(1);
    for (const one of all) expectShownIsKept(one);
  });

  test('its successor is killed before it goes on', async () => {
    const host = await place.join();
    const other = await place.join();
    host.say('words 1');
    await other.untilEvent(isEnd);
    await host.stop();
    other.say('words 2');
    await untilSame([other], 2);
    await other.kill();
    host.continue();
    await untilSame([host], 2);
    host.say('words 3');
    await untilSame([host], 3);
    expect(host.role).toBe('host');
    expectShownIsKept(host);
  });

  test('its successor leaves before it goes on, and nothing was said', async () => {
    const host = await place.join();
    await host.stop();
    const next = await place.join();
    expect(next.joined).toMatchObject({ role: 'host', sessionId: host.joined.sessionId });
    await next.leave();
    host.continue();
    // It tells who is there when it has found its place again.
    await host.until(() => host.lines.filter(({ what }) => what === 'clients').length > 1);
    const late = await place.join();
    expect(late.joined).toMatchObject({ role: 'attached', sessionId: host.joined.sessionId });
    late.say('words 1');
    await untilSame([host, late], 1);
    expectShownIsKept(host);
  });

  test('killed while the others were stopped: who came in between is taken to the conversation', async () => {
    const other = await orphan();
    const late = await place.join();
    expect(late.role).toBe('host');
    other.continue();
    await untilSame([other, late], 1);
    other.say('again 3');
    await untilSame([other, late], 2);
    expect(other.role).toBe('attached');
  });

  test('one that is only busy is waited for', async () => {
    const host = await place.join();
    const other = await place.join();
    host.tell({ what: 'block', ms: 2000 });
    await host.until(({ what }) => what === 'blocked');
    other.say('words 2');
    const late = await place.join();
    await untilSame([host, other, late], 1);
    const roles = [other, late].flatMap(({ lines }) => lines.flatMap(({ role }) => role ?? []));
    expect(new Set(roles)).toEqual(new Set(['attached']));
    expect(host.role).toBe('host');
  });
});

describe('a host that is busy for long', () => {
  test('is waited for by whoever joins, who is told of it, and may leave', async () => {
    const host = await place.join();
    host.tell({ what: 'block', ms: 14_000 });
    await host.until(({ what }) => what === 'blocked');
    const late = place.start();
    const impatient = place.start({ isImpatient: true });
    const named = { what: 'waiting', host: host.joined.process };
    expect(await late.until(() => true)).toMatchObject(named);
    expect(await impatient.until(({ what }) => what === 'refused')).toMatchObject({
      name: 'AbortError',
    });
    await late.until(({ what }) => what === 'joined' || what === 'refused');
    expect(late.joined).toMatchObject({ role: 'attached', sessionId: host.joined.sessionId });
    late.say('words 2');
    await untilSame([host, late], 1);
  });

  test('is left by one that waits for it after its own host died', async () => {
    const host = await place.join();
    const others = [await place.join(), await place.join()];
    host.say('words 1');
    for (const other of others) await other.untilEvent(isEnd);
    await others[0]?.stop();
    await host.kill();
    const [stopped, waiting] = others as [FrontEnd, FrontEnd];
    await waiting.until(({ role }) => role === 'host');
    waiting.tell({ what: 'block', ms: 5000 });
    await waiting.until(({ what }) => what === 'blocked');
    stopped.continue();
    await stopped.until(({ what }) => what === 'waiting');
    await stopped.leave();
  });
});

describe('a host that others find in between', () => {
  /** Listens where the front ends of the place meet. Each connection is served by the next of these. */
  async function standIn(serve: readonly ((socket: LocalSocket) => void)[]) {
    const address = socketAddress(place.paths.runtimeDir, shortHash(place.project));
    const waiting = [...serve];
    const meeting = await connectOrListen(address, (socket) => {
      socket.on('error', () => undefined);
      waiting.shift()?.(socket);
    });
    if (meeting.role !== 'listening') throw new Error('somebody is here already');
    return meeting.listener;
  }

  /** Answers as a host does that knows of no conversation, and hands on what is asked of it. */
  function answerAsNew(socket: LocalSocket, onOp: (asked: { op: Op }) => unknown): void {
    const state = { ...EMPTY_STATE, sessionId: 'between2', seq: 1 };
    const welcome = { process: ownProcess(), clientId: 'guest222', state: JSON.stringify(state) };
    new RpcConnection(socket, 1e6, {
      onRequest: (method, params) =>
        method === 'hello' ? welcome : method !== 'op' || onOp(params[0] as { op: Op }),
      onNotification: () => undefined,
      onClose: () => undefined,
    });
  }

  test('and that dies before it has opened theirs: the next one is asked for it', async () => {
    const other = await orphan();
    const dead = Promise.withResolvers<void>();
    const listener = await standIn([
      (socket) =>
        answerAsNew(socket, () => {
          socket.destroy();
          void listener.close().then(dead.resolve);
          return new Promise(() => undefined);
        }),
    ]);
    other.continue();
    await dead.promise;
    await other.state(({ sessionId }) => sessionId === other.joined.sessionId);
    await untilSame([other], 1);
    expect(other.role).toBe('host');
    other.say('words 3');
    await untilSame([other], 2);
    expectShownIsKept(other);
  });

  test('is not asked to stop what ran before, however late that was asked', async () => {
    const other = await orphan();
    const silent = Promise.withResolvers<LocalSocket>();
    const asked: string[] = [];
    const sent = Promise.withResolvers<void>();
    const listener = await standIn([
      silent.resolve,
      (socket) =>
        answerAsNew(socket, ({ op }) => {
          asked.push(op.type);
          if (op.type === 'send') sent.resolve();
          return true;
        }),
    ]);
    other.continue();
    const socket = await silent.promise;
    other.op({ type: 'cancel' });
    other.say('words 2');
    // It has read both when it answers.
    await other.state();
    socket.destroy();
    await sent.promise;
    expect(asked).toEqual(['open-session', 'send']);
    await listener.close();
  });
});

describe('a host that suspends itself', () => {
  test('hands over at once, in order', async () => {
    const host = await place.join();
    const other = await place.join();
    host.say('words 1000000 1');
    await other.untilEvent(isText);
    other.say('next 2');
    await other.untilEvent((event) => event.type === 'message-queue');
    host.tell({ what: 'suspend' });
    await host.until(({ what }) => what === 'suspended');
    await host.untilStopped();
    await untilSame([other], 2);
    expect(other.role).toBe('host');
    host.continue();
    await untilSame([host, other], 2);
    const { turns } = await host.state();
    expect(turns.map((turn) => turn.endReason)).toEqual(['cancelled', 'stop']);
    host.say('back 1');
    await untilSame([host, other], 3);
    expect(host.role).toBe('attached');
    for (const one of [host, other]) expectShownIsKept(one);
  });

  test('alone, it goes on with the answer that was coming', async () => {
    const host = await place.join();
    host.say('words 300 1');
    await host.untilEvent(isText);
    host.tell({ what: 'suspend' });
    await host.until(({ what }) => what === 'suspended');
    await host.untilStopped();
    host.continue();
    await untilSame([host], 1);
    expect((await host.state()).turns[0]?.endReason).toBe('stop');
    expect(host.role).toBe('host');
  });
});

describe('who is attached', () => {
  const names = (line: { readonly clients?: readonly { readonly name: string }[] }) =>
    line.clients?.map(({ name }) => name);

  test('is known everywhere, also after the host went', async () => {
    const host = await place.join({ clientName: 'terminal' });
    const other = await place.join({ clientName: 'neovim' });
    const third = await place.join({ clientName: 'ask' });
    for (const one of [host, other, third]) {
      await one.until((line) => names(line)?.join() === 'terminal,neovim,ask');
    }
    await host.kill();
    for (const one of [other, third]) {
      const { clients } = await one.until(
        (line) => names(line)?.toSorted().join() === 'ask,neovim',
      );
      expect(clients?.filter(({ isHost }) => isHost)).toHaveLength(1);
      expect(clients?.filter(({ isSelf }) => isSelf)).toHaveLength(1);
      expect(clients?.find(({ isSelf }) => isSelf)?.isHost).toBe(one.role === 'host');
    }
  });
});

describe('a question of the running turn', () => {
  test('is answered by an attached one', async () => {
    const host = await place.join();
    const others = [await place.join(), await place.join()];
    host.say('ask');
    for (const other of others) {
      await other.untilEvent((event) => event.type === 'approval-request');
    }
    const requestId = (await others[0]?.state())?.approval?.id ?? '';
    others[1]?.op({ type: 'approve', requestId, decision: 'always' });
    // The first answer counts.
    await host.untilEvent((event) => event.type === 'approval-answer');
    host.op({ type: 'approve', requestId, decision: 'deny' });
    await untilSame([host, ...others], 1);
    expect(host.text).toBe('It is always.');
  });

  test('is closed when its host is stopped', async () => {
    const host = await place.join();
    const other = await place.join();
    host.say('ask');
    await other.untilEvent((event) => event.type === 'approval-request');
    await host.stop();
    await untilSame([other], 1);
    host.continue();
    await untilSame([host, other], 1);
    for (const one of [host, other]) expect((await one.state()).approval).toBeUndefined();
  });
});

describe('a journal', () => {
  test('that is deleted while its session is live is written anew', async () => {
    const host = await place.join();
    const other = await place.join();
    host.say('words 2');
    await other.untilEvent(isEnd);
    rmSync(journalPath(host));
    other.say('words 3');
    await untilSame([host, other], 2);
    expect(host.role).toBe('host');
    for (const one of [host, other]) expectShownIsKept(one);
  });

  test('that something else has replaced is gone on with as it is then', async () => {
    const host = await place.join();
    host.say('words 2');
    await host.untilEvent(isEnd);
    const path = journalPath(host);
    const text = readFileSync(path, 'utf8');
    rmSync(path);
    writeFileSync(path, text);
    host.say('words 3');
    await untilSame([host], 2);
    expectShownIsKept(host);
  });
});
