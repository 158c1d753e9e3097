import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
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
import { connectLocal, connectOrListen, socketAddress } from '../../src/platform/socket.ts';

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
