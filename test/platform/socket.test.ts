import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ZekeError } from '../../src/platform/errors.ts';
import { isProcessStopped, ownProcess } from '../../src/platform/process-state.ts';
import {
  connectLocal,
  connectOrListen,
  listenerProcess,
  socketAddress,
  watchListener,
} from '../../src/platform/socket.ts';

const PROGRAM = fileURLToPath(new URL('./socket-program.ts', import.meta.url));
const ignore = () => undefined;
let folder = '';
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'zk-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** A process that meets at a folder when it is told to and answers with its role. */
function startRacer() {
  const child = spawn(process.execPath, [PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    meet: async (at: string): Promise<string> => {
      child.stdin.write(`${at}\n`);
      return String((await answers.next()).value);
    },
  };
}

test('the folder is made private, the socket goes with its listener', async () => {
  const address = socketAddress(join(folder, 'run'), 'name');
  const meeting = await connectOrListen(address, ignore);
  expect(meeting.role).toBe('listening');
  expect(statSync(join(folder, 'run')).mode & 0o777).toBe(0o700);
  const other = await connectOrListen(address, ignore);
  expect(other.role).toBe('connected');
  if (other.role === 'connected') other.socket.destroy();
  if (meeting.role === 'listening') await meeting.listener.close();
  expect(existsSync(address.path)).toBe(false);
  expect(await connectLocal(address)).toBeUndefined();
});

test('eight processes, twenty-five rounds, a dead host and a dead lock in the way each time', async () => {
  const dead = startRacer();
  const seed = join(folder, 'seed');
  await dead.meet(seed);
  dead.child.kill('SIGKILL');
  await once(dead.child, 'exit');
  expect(existsSync(join(seed, 'meet.sock'))).toBe(true);
  const racers = Array.from({ length: 8 }, startRacer);
  const outcomes: string[] = [];
  for (let round = 0; round < 25; round += 1) {
    const at = join(folder, `r${round}`);
    mkdirSync(at, { mode: 0o700 });
    // A dead socket is nothing but a file of that kind which nobody listens at.
    linkSync(join(seed, 'meet.sock'), join(at, 'meet.sock'));
    if (round % 2 === 0) writeFileSync(join(at, 'meet.sock.lock'), `${dead.child.pid} ab${round}`);
    const roles = await Promise.all(racers.map((racer) => racer.meet(at)));
    outcomes.push(roles.toSorted().join(' '));
  }
  const expected = [...Array.from({ length: 7 }, () => 'connected'), 'listening'].join(' ');
  expect(new Set(outcomes)).toEqual(new Set([expected]));
});

describe('a listener that is stopped', () => {
  async function stoppedListener(at: string) {
    const racer = startRacer();
    const name = await racer.meet('');
    expect(await racer.meet(at)).toBe('listening');
    racer.child.kill('SIGSTOP');
    while (!isProcessStopped(name)) await new Promise(setImmediate);
    return { ...racer, name };
  }

  test('is superseded by exactly one, and takes nothing with it when it ends', async () => {
    const at = join(folder, 'run');
    const stopped = await stoppedListener(at);
    const address = socketAddress(at, 'meet');
    const tries = Array.from({ length: 8 }, () => connectOrListen(address, ignore, stopped.name));
    const meetings = await Promise.all(tries);
    const listening = meetings.filter(({ role }) => role === 'listening');
    expect(listening).toHaveLength(1);
    stopped.child.kill('SIGCONT');
    stopped.child.stdin.end();
    await once(stopped.child, 'exit');
    const socket = await connectLocal(address);
    expect(socket).toBeDefined();
    socket?.destroy();
    for (const meeting of meetings) {
      if (meeting.role === 'listening') await meeting.listener.close();
      else meeting.socket.destroy();
    }
    expect(readdirSync(at)).toEqual([]);
  });

  test('is not superseded once it goes on, nor when it is another one', async () => {
    const at = join(folder, 'run');
    const stopped = await stoppedListener(at);
    const address = socketAddress(at, 'meet');
    const wrong = await connectOrListen(address, ignore, `${process.pid}.1`);
    expect(wrong.role).toBe('connected');
    stopped.child.kill('SIGCONT');
    while (isProcessStopped(stopped.name)) await new Promise(setImmediate);
    const meeting = await connectOrListen(address, ignore, stopped.name);
    expect(meeting.role).toBe('connected');
    for (const one of [wrong, meeting]) if (one.role === 'connected') one.socket.destroy();
  });

  test('who watches the address hears of the next one', async () => {
    const at = join(folder, 'run');
    const stopped = await stoppedListener(at);
    const address = socketAddress(at, 'meet');
    const heard = Promise.withResolvers<void>();
    const unwatch = watchListener(address, () => {
      if (listenerProcess(address) === ownProcess()) heard.resolve();
    });
    const meeting = await connectOrListen(address, ignore, stopped.name);
    await heard.promise;
    unwatch();
    if (meeting.role === 'listening') await meeting.listener.close();
  });
});

test('what a process left that died while it made its socket is removed', async () => {
  const address = socketAddress(folder, 'name');
  chmodSync(folder, 0o700);
  const leftovers = ['name.0a1b', 'name.0a1b.pid'];
  const others = ['name.txt', 'names.0a1b', 'name-x.0a1b'];
  for (const name of [...leftovers, ...others]) writeFileSync(join(folder, name), '');
  const meeting = await connectOrListen(address, ignore);
  if (meeting.role === 'listening') await meeting.listener.close();
  expect(readdirSync(folder).toSorted()).toEqual(others.toSorted());
});

test('sockets of others that were killed are removed, those of the living stay', async () => {
  const at = join(folder, 'run');
  const racers = [startRacer(), startRacer()] as const;
  await racers[0].meet(at);
  linkSync(join(at, 'meet.sock'), join(at, 'dead.sock'));
  const [dead, alive] = [await racers[1].meet(''), await racers[0].meet('')];
  racers[1].child.kill('SIGKILL');
  await once(racers[1].child, 'exit');
  writeFileSync(join(at, 'dead.pid'), dead);
  writeFileSync(join(at, 'taken.pid'), dead);
  writeFileSync(join(at, 'taken.sock.lock'), `${alive} aa`);
  const meeting = await connectOrListen(socketAddress(at, 'new'), ignore);
  expect(readdirSync(at).toSorted()).toEqual(
    ['meet.pid', 'meet.sock', 'new.pid', 'new.sock', 'taken.pid', 'taken.sock.lock'].toSorted(),
  );
  if (meeting.role === 'listening') await meeting.listener.close();
});

test('a file that names no process is not believed', () => {
  writeFileSync(join(folder, 'name.pid'), '1; rm -rf');
  expect(listenerProcess(socketAddress(folder, 'name'))).toBeUndefined();
});

describe('a folder that is not safe is refused', () => {
  const attempt = (at: string) => connectOrListen(socketAddress(at, 'name'), ignore);

  test.each([0o750, 0o701, 0o777])('mode %o', async (mode) => {
    chmodSync(folder, mode);
    await expect(attempt(folder)).rejects.toThrow('others can enter it');
    await expect(attempt(folder)).rejects.toMatchObject({ kind: 'permission' });
    expect(statSync(folder).mode & 0o777).toBe(mode);
  });

  test('a link to one, even of ours', async () => {
    mkdirSync(join(folder, 'real'), { mode: 0o700 });
    symlinkSync(join(folder, 'real'), join(folder, 'link'));
    await expect(attempt(join(folder, 'link'))).rejects.toThrow(ZekeError);
  });

  test('somebody else’s', async ({ skip }) => {
    if (process.getuid?.() !== 0) return skip('needs root to give a folder away');
    chownSync(folder, 65534, 65534);
    await expect(attempt(folder)).rejects.toThrow('belongs to somebody else');
  });

  test('a path below a file', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(attempt(join(folder, 'file', 'run'))).rejects.toThrow('ENOTDIR');
  });

  test('a path that no socket can have', async () => {
    const long = join(folder, 'x'.repeat(100));
    await expect(attempt(long)).rejects.toThrow('too long');
  });
});
