import { chmodSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { shortHash } from '../../../src/platform/paths.ts';
import type { SessionEvent } from '../../../src/session/events.ts';
import { findLiveSession, joinProject, listLive } from '../../../src/session/share/join.ts';
import { createSessionStore, projectFolder } from '../../../src/session/store.ts';
import { type FrontEnd, Place, textOf } from '../front-end-process.ts';

let place: Place;
beforeEach(() => {
  place = new Place();
});
afterEach(async () => {
  await place.remove();
});

const isEnd = (event: SessionEvent) => event.type === 'turn-end';
const journalOf = (frontEnd: FrontEnd) =>
  createSessionStore(place).read(String(frontEnd.joined.sessionId));

describe('joining', () => {
  test('the first hosts, the others see and say the same', async () => {
    const host = await place.join();
    const other = await place.join();
    expect([host.joined.role, other.joined.role]).toEqual(['host', 'attached']);
    expect(other.joined.sessionId).toBe(host.joined.sessionId);
    other.say('words 5');
    await Promise.all([host.untilEvent(isEnd), other.untilEvent(isEnd)]);
    expect(other.events).toEqual(host.events);
    expect(other.text).toBe('words0 words1 words2 words3 words4 ');
  });

  test('who joins in the middle of an answer sees all of it', async () => {
    const host = await place.join();
    host.say('words 1000000 1');
    await host.untilEvent((event) => event.type === 'text-delta');
    const late = await place.join();
    await late.untilEvent((event) => event.type === 'text-delta');
    late.op({ type: 'cancel' });
    await Promise.all([late.untilEvent(isEnd), host.untilEvent(isEnd)]);
    late.tell({ what: 'state' });
    const { state } = (await late.until((line) => line.what === 'state')) as never as {
      state: { turns: { parts: { text: string }[] }[] };
    };
    expect(state.turns[0]?.parts[0]?.text).toBe(host.text);
    expect(host.text).toContain(late.text);
  });

  test('of many that start at once exactly one hosts, round after round', async () => {
    for (let round = 0; round < 3; round += 1) {
      const frontEnds = await Promise.all(Array.from({ length: 8 }, () => place.join()));
      const roles = frontEnds.map((frontEnd) => frontEnd.joined.role);
      expect(roles.filter((role) => role === 'host')).toHaveLength(1);
      expect(new Set(frontEnds.map((frontEnd) => frontEnd.joined.sessionId)).size).toBe(1);
      // Killed, so that every next round finds a dead socket in its way.
      await Promise.all(frontEnds.map((frontEnd) => frontEnd.kill()));
    }
  });

  test('hundreds in one process: one hosts', async () => {
    const options = {
      paths: place.paths,
      project: place.project,
      model: 'test/model',
      clientName: 'test',
      createRunner: () => Promise.reject(new Error('no turn is started here')),
    };
    const joined = await Promise.all(Array.from({ length: 200 }, () => joinProject(options)));
    expect(joined.filter((session) => session.role() === 'host')).toHaveLength(1);
    expect(new Set(joined.map((session) => session.getState().sessionId)).size).toBe(1);
    const attached = joined.filter((session) => session.role() === 'attached');
    await Promise.all(attached.map((session) => session.close()));
    await Promise.all(joined.map((session) => session.close()));
    expect(await findLiveSession(options)).toBeUndefined();
  });

  test('a session by id, a new one, and one that does not exist', async () => {
    const host = await place.join();
    host.say('words 1');
    await host.untilEvent(isEnd);
    const first = String(host.joined.sessionId);
    const second = await place.join({ isNew: true });
    expect(second.joined.sessionId).not.toBe(first);
    await host.until((line) => line.id === second.joined.sessionId);
    const third = await place.join({ sessionId: first });
    expect(third.joined.sessionId).toBe(first);
    const refused = place.start({ sessionId: 'nosuchid' });
    const line = await refused.until(({ what }) => what !== 'shown');
    expect(line).toMatchObject({ what: 'refused', kind: 'usage' });
    expect(await findLiveSession(place)).toBe(first);
  });

  test('nothing is left when the last one leaves', async () => {
    const host = await place.join();
    await host.leave();
    expect(readdirSync(place.paths.runtimeDir)).toEqual([]);
    expect(await createSessionStore(place).list()).toEqual([]);
    expect(await findLiveSession(place)).toBeUndefined();
  });
});

describe('a session apart', () => {
  const idOf = (frontEnd: FrontEnd) => String(frontEnd.joined.sessionId);
  const liveIds = async () => (await listLive(place)).map(({ sessionId }) => sessionId).toSorted();

  test('has its own, is found by its id, and goes with its last front end', async () => {
    const shared = await place.join();
    const apart = [await place.join({ isApart: true }), await place.join({ isApart: true })];
    expect(new Set([shared, ...apart].map(idOf)).size).toBe(3);
    expect(apart.map(({ role }) => role)).toEqual(['host', 'host']);
    expect((await place.join()).joined).toMatchObject({ sessionId: idOf(shared) });
    expect(await findLiveSession(place)).toBe(idOf(shared));
    expect(await liveIds()).toEqual([shared, ...apart].map(idOf).toSorted());
    for (const one of apart) {
      one.say('words 2');
      await one.untilEvent(isEnd);
      const guest = await place.join({ sessionId: idOf(one) });
      expect(guest.joined).toMatchObject({ role: 'attached', sessionId: idOf(one) });
      guest.say('words 3');
      await guest.untilEvent(isEnd);
      await guest.leave();
      await one.leave();
    }
    expect(shared.events).toEqual([]);
    expect(await liveIds()).toEqual([idOf(shared)]);
  });

  test('is found by the session that it goes on to', async () => {
    const apart = await place.join({ isApart: true });
    apart.say('words 1');
    await apart.untilEvent(isEnd);
    apart.op({ type: 'open-session' });
    const next = await apart.state((state) => state.sessionId !== idOf(apart));
    apart.say('words 2');
    await apart.state((state) => state.turns.length === 1);
    const guest = await place.join({ sessionId: next.sessionId });
    expect(guest.joined).toMatchObject({ role: 'attached', sessionId: next.sessionId });
    // The one before is free again.
    const first = await place.join({ sessionId: idOf(apart) });
    expect(first.joined).toMatchObject({ role: 'host', sessionId: idOf(apart) });
  });

  test('is not opened by the others too, and they are told how to join it', async () => {
    const apart = await place.join({ isApart: true });
    apart.say('words 1');
    await apart.untilEvent(isEnd);
    const shared = await place.join();
    const guest = await place.join();
    guest.op({ type: 'open-session', sessionId: idOf(apart) });
    await shared.untilEvent(
      (event) =>
        event.type === 'notice' &&
        event.text.includes(`Join it there: zeke --session ${idOf(apart)}`),
    );
    expect((await shared.state()).sessionId).toBe(idOf(shared));
    expect(createSessionStore(place).read(idOf(apart)).notices).toEqual([]);
  });

  test('goes on where it was when its host is killed, and when it is stopped', async () => {
    const apart = await place.join({ isApart: true });
    const shared = await place.join();
    apart.say('words 1');
    await apart.untilEvent(isEnd);
    const guests = [
      await place.join({ sessionId: idOf(apart) }),
      await place.join({ sessionId: idOf(apart) }),
    ];
    await apart.kill();
    guests[0]?.say('words 2');
    for (const guest of guests) await guest.state((state) => state.turns.length === 2);
    const host = guests.find(({ role }) => role === 'host');
    await host?.stop();
    const late = await place.join({ sessionId: idOf(apart) });
    expect(late.joined).toMatchObject({ sessionId: idOf(apart) });
    late.say('words 3');
    await late.state((state) => state.turns.length === 3 && state.running === undefined);
    host?.continue();
    for (const guest of guests) await guest.state((state) => state.turns.length === 3);
    expect(shared.events).toEqual([]);
  });

  test('a claim of a process that died counts no more, whoever has its number now', async () => {
    const apart = await place.join({ isApart: true });
    apart.say('words 1');
    await apart.untilEvent(isEnd);
    await apart.kill();
    expect(await liveIds()).toEqual([]);
    const folder = join(projectFolder(place.paths.stateDir, place.project), 'sessions');
    const claim = join(folder, `${idOf(apart)}.host`);
    for (const owner of [`${process.pid} aa ${place.folder}/gone.sock`, 'nonsense', '']) {
      writeFileSync(claim, owner);
      const next = await place.join({ sessionId: idOf(apart) });
      expect(next.joined).toMatchObject({ role: 'host', sessionId: idOf(apart) });
      await next.leave();
      expect(await liveIds()).toEqual([]);
    }
    writeFileSync(claim, '');
    expect(createSessionStore(place).remove(idOf(apart))).toBe(true);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('front ends that have different folders for sockets', () => {
  const idOf = (frontEnd: FrontEnd) => frontEnd.joined.sessionId;
  const pathsOf = (name: string) => ({ ...place.paths, runtimeDir: join(place.folder, name) });
  const joinFrom = (name: string, options: object = {}) =>
    place.join({ paths: pathsOf(name), ...options });
  const claimPath = (id: string) =>
    join(projectFolder(place.paths.stateDir, place.project), 'sessions', `${id}.host`);
  const socketName = () => `${shortHash(place.project)}.sock`;

  test('share one conversation, whoever came first', async () => {
    const host = await joinFrom('a');
    const other = await joinFrom('b');
    expect(other.joined).toMatchObject({ role: 'attached', sessionId: idOf(host) });
    other.say('words 3');
    await Promise.all([host.untilEvent(isEnd), other.untilEvent(isEnd)]);
    expect(other.events).toEqual(host.events);
    expect(await findLiveSession({ ...place, paths: pathsOf('c') })).toBe(idOf(host));
    const byId = await joinFrom('c', { sessionId: idOf(host) });
    expect(byId.joined).toMatchObject({ role: 'attached', sessionId: idOf(host) });
    const apart = await joinFrom('b', { isApart: true });
    expect(apart.joined.role).toBe('host');
    apart.say('words 1');
    await apart.untilEvent(isEnd);
    expect(idOf(apart)).not.toBe(idOf(host));
    const guest = await joinFrom('c', { sessionId: idOf(apart) });
    expect(guest.joined).toMatchObject({ role: 'attached', sessionId: idOf(apart) });
    expect((await joinFrom('d')).joined.sessionId).toBe(idOf(host));
  });

  test('of many that start at once exactly one hosts, round after round', async () => {
    for (let round = 0; round < 3; round += 1) {
      const names = ['a', 'b', 'c', 'a', 'b', 'c'];
      const frontEnds = await Promise.all(names.map((name) => joinFrom(name)));
      const roles = frontEnds.map((frontEnd) => frontEnd.joined.role);
      expect(roles.filter((role) => role === 'host')).toHaveLength(1);
      expect(new Set(frontEnds.map(idOf)).size).toBe(1);
      await Promise.all(frontEnds.map((frontEnd) => frontEnd.kill()));
    }
  });

  test('go on together when the host is killed, host after host', async () => {
    const names = ['a', 'b', 'c', 'b'];
    const left: FrontEnd[] = [];
    for (const name of names) left.push(await joinFrom(name));
    const [first] = left;
    left[1]?.say('words 2');
    for (const one of left) await one.untilEvent(isEnd);
    for (let turns = 2; turns <= 5; turns += 1) {
      const host = left.find(({ role }) => role === 'host');
      await host?.kill();
      left.splice(left.indexOf(host as FrontEnd), 1);
      left.at(-1)?.say('words 2');
      // Who comes meanwhile finds them, wherever they went.
      left.push(await joinFrom(`new${turns}`));
      for (const one of left) await one.state((state) => state.turns.length === turns);
      expect(left.filter(({ role }) => role === 'host')).toHaveLength(1);
    }
    expect(await findLiveSession(place)).toBe(first && idOf(first));
  });

  test('take over from one that is stopped, and are found by it', async () => {
    const host = await joinFrom('a');
    host.say('words 2');
    await host.untilEvent(isEnd);
    await host.stop();
    const next = await joinFrom('b');
    expect(next.joined).toMatchObject({ role: 'host', sessionId: idOf(host) });
    next.say('words 3');
    await next.state((state) => state.turns.length === 2);
    host.continue();
    await host.state((state) => state.turns.length === 2);
    expect(host.role).toBe('attached');
    expect((await joinFrom('a')).joined).toMatchObject({ role: 'attached', sessionId: idOf(host) });
  });

  test('are not led to where nobody is, by claims of the dead', async () => {
    const host = await joinFrom('a');
    host.say('words 1');
    await host.untilEvent(isEnd);
    await host.kill();
    const id = String(idOf(host));
    for (const owner of [
      `${process.pid} aa ${join(place.folder, 'a', socketName())}`,
      `${process.pid} aa ${join(place.folder, 'gone', socketName())}`,
      'nonsense',
    ]) {
      writeFileSync(claimPath(id), owner);
      const next = await joinFrom('b');
      expect(next.joined.role).toBe('host');
      expect(idOf(next)).not.toBe(id);
      await next.leave();
    }
  });

  test('never touch a socket in a folder that others could have put there', async () => {
    const id = 'planted2';
    const open = join(place.folder, 'open');
    const folders = {
      'others can enter it': join(place.folder, 'entered'),
      'the one above it can be written to': join(open, 'inner'),
      'it is a link': join(place.folder, 'link'),
    };
    for (const folder of [place.folder, open, folders['others can enter it']]) {
      mkdirSync(folder, { recursive: true });
    }
    mkdirSync(folders['the one above it can be written to'], { mode: 0o700 });
    chmodSync(open, 0o777);
    chmodSync(folders['others can enter it'], 0o755);
    symlinkSync(place.paths.stateDir, folders['it is a link']);
    mkdirSync(place.paths.stateDir, { mode: 0o700 });
    const first = await joinFrom('a');
    await first.leave();
    for (const [why, folder] of Object.entries(folders)) {
      let connections = 0;
      const server = createServer((socket) => {
        connections += 1;
        socket.destroy();
      });
      await new Promise<void>((resolve) => server.listen(join(folder, socketName()), resolve));
      writeFileSync(claimPath(id), `${process.pid} aa ${join(folder, socketName())}`);
      const alone = await joinFrom('a');
      expect(alone.joined.role, why).toBe('host');
      const refused = place.start({ paths: pathsOf('a'), sessionId: id });
      await refused.until(({ what }) => what === 'refused' || what === 'joined');
      await refused.kill();
      await alone.leave();
      expect(connections, why).toBe(0);
      await new Promise((resolve) => server.close(resolve));
    }
  });

  test('meet where a folder cannot be used, or went with a login', async () => {
    const host = await joinFrom('a');
    mkdirSync(join(place.folder, 'open'));
    chmodSync(join(place.folder, 'open'), 0o755);
    const other = await joinFrom('open');
    expect(other.joined).toMatchObject({ role: 'attached', sessionId: idOf(host) });
    await other.leave();
    const guest = await joinFrom('b');
    guest.say('words 1');
    await host.untilEvent(isEnd);
    // Nothing can be made in its place.
    rmSync(join(place.folder, 'a'), { recursive: true });
    writeFileSync(join(place.folder, 'a'), '');
    await host.kill();
    guest.say('words 2');
    await guest.state((state) => state.turns.length === 2);
    expect((await guest.state()).notices.map(({ text }) => text).join()).not.toMatch(/not being/);
    expect((await joinFrom('c')).joined).toMatchObject({
      role: 'attached',
      sessionId: idOf(host),
    });
  });
});

describe('when the host goes away', () => {
  test('killed in the middle of an answer: one takes over, nothing shown is lost', async () => {
    const host = await place.join();
    const others = [await place.join(), await place.join(), await place.join()];
    host.say('words 10000 1');
    for (const other of others) await other.untilEvent((event) => event.type === 'text-delta');
    await host.kill();
    for (const other of others) await other.untilEvent(isEnd);
    const ends = others.map((other) => other.events.find(isEnd));
    expect(new Set(ends.map((end) => JSON.stringify(end))).size).toBe(1);
    expect(ends[0]).toMatchObject({ reason: 'interrupted' });
    others[0]?.say('again 3');
    const secondEnd = (event: SessionEvent) => isEnd(event) && event.seq > (ends[0]?.seq ?? 0);
    for (const other of others) await other.untilEvent(secondEnd);
    const roles = others.map((other) => other.lines.at(-1)?.role);
    expect(roles.toSorted()).toEqual(['attached', 'attached', 'host']);
    const kept = journalOf(host);
    const text = kept.turns[0]?.parts.find((part) => part.type === 'text')?.text ?? '';
    for (const frontEnd of [host, ...others]) {
      const shown = frontEnd.events.filter((event) => event.seq < (ends[0]?.seq ?? 0));
      expect(text).toContain(textOf(shown));
    }
    for (const other of others) expect(gapsIn(other.events)).toEqual([]);
  });

  test('it leaves in order: the answer is kept, the message that waits is answered', async () => {
    const host = await place.join();
    const other = await place.join();
    host.say('words 10000 1');
    await other.untilEvent((event) => event.type === 'text-delta');
    other.say('next 2');
    await other.untilEvent((event) => event.type === 'message-queue');
    await host.leave();
    await other.until((line) => textOf(line.events ?? []).includes('next'));
    await other.untilEvent((event) => isEnd(event) && event.reason === 'stop');
    const kept = journalOf(host);
    expect(kept.turns.map((turn) => turn.endReason)).toEqual(['cancelled', 'stop']);
    expect(gapsIn(other.events)).toEqual([]);
  });

  test('what is said while nobody hosts is said to the next host, once', async () => {
    const host = await place.join();
    const others = [await place.join(), await place.join()];
    await host.kill();
    for (const other of others) other.say('words 2');
    for (const other of others) {
      await other.until(() => other.events.filter(isEnd).length === 2);
    }
    expect(journalOf(host).turns).toHaveLength(2);
  });

  test('host after host is killed and the conversation goes on', async () => {
    const frontEnds = await Promise.all(Array.from({ length: 5 }, () => place.join()));
    const left = new Set(frontEnds);
    for (let round = 0; round < 4; round += 1) {
      const asker = [...left].at(-1);
      const before = asker?.events.filter(isEnd).length ?? 0;
      asker?.say('words 2');
      for (const frontEnd of left) {
        await frontEnd.until(() => frontEnd.events.filter(isEnd).length > before);
      }
      const hosts = [...left].filter((one) => (one.lines.at(-1) ?? one.joined).role === 'host');
      expect(hosts).toHaveLength(1);
      for (const host of hosts) {
        await host.kill();
        left.delete(host);
      }
    }
    expect(
      createSessionStore(place).read(String(frontEnds[0]?.joined.sessionId)).turns,
    ).toHaveLength(4);
  });
});

describe('a machine that does not let us', () => {
  test('a socket folder that others can enter is not used, and the user is told', async () => {
    mkdirSync(place.paths.runtimeDir);
    chmodSync(place.paths.runtimeDir, 0o755);
    const alone = await place.join();
    await alone.untilEvent((event) => event.type === 'notice');
    const [notice] = alone.events;
    expect(notice).toMatchObject({ type: 'notice', level: 'warning' });
    expect(JSON.stringify(notice)).toContain('others can enter it');
    expect(readdirSync(place.paths.runtimeDir)).toEqual([]);
    alone.say('words 1');
    await alone.untilEvent(isEnd);
  });

  test('a state folder that cannot be made is refused with what to do', async () => {
    writeFileSync(join(place.folder, 'file'), '');
    const paths = { ...place.paths, stateDir: join(place.folder, 'file', 'state') };
    const line = await place.start({ paths }).until(() => true);
    expect(line).toMatchObject({ what: 'refused', kind: 'system' });
    expect(line.hint).toContain('ZEKE_STATE_DIR');
    expect(readdirSync(place.paths.runtimeDir)).toEqual([]);
  });

  test('another user’s state folder is refused as permission', async ({ skip }) => {
    if (process.getuid?.() !== 0) return skip('needs root to become another user');
    mkdirSync(place.paths.stateDir, { mode: 0o700 });
    chmodSync(place.folder, 0o755);
    const paths = { stateDir: place.paths.stateDir, runtimeDir: join(place.folder, 'run2') };
    const line = await place.start({ paths, uid: 65534 }).until(({ what }) => what === 'refused');
    expect(line).toMatchObject({ kind: 'permission' });
    expect(line.message).toContain(place.paths.stateDir);
  });

  test('another user cannot reach the socket', async ({ skip }) => {
    if (process.getuid?.() !== 0) return skip('needs root to become another user');
    await place.join();
    chmodSync(place.folder, 0o755);
    const stateDir = join(place.folder, 'theirs');
    mkdirSync(stateDir);
    chmodSync(stateDir, 0o777);
    const paths = { stateDir, runtimeDir: place.paths.runtimeDir };
    const other = await place.join({ paths, uid: 65534 });
    expect(other.joined.role).toBe('host');
    await other.untilEvent((event) => event.type === 'notice');
    expect(JSON.stringify(other.events)).toContain('cannot be shared');
  });
});

/** Sequence numbers that do not follow the one before. */
function gapsIn(events: readonly SessionEvent[]): readonly number[] {
  return events.slice(1).flatMap((event, index) => {
    const before = events[index]?.seq ?? 0;
    return event.seq === before + 1 ? [] : [event.seq];
  });
}
