import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ownProcess } from '../../../src/platform/process-state.ts';
import { readLock, tryLock } from '../../../src/platform/storage/lock-file.ts';

const PROGRAM = fileURLToPath(new URL('./lock-program.ts', import.meta.url));
let folder = '';
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'zeke-lock-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function start(...args: string[]): ChildProcess {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  return child;
}

/** The first tries break what is in the way, the last one takes the lock. */
function takeBroken(path: string): void {
  for (let tries = 0; tries < 5; tries += 1) {
    const lock = tryLock(path);
    lock?.release();
    if (lock !== undefined) return;
  }
  throw new Error('the lock could not be taken');
}

test('one owner at a time, and nothing is left afterwards', async () => {
  const path = join(folder, 'lock');
  const first = tryLock(path);
  expect(first).toBeDefined();
  expect(tryLock(path)).toBeUndefined();
  first?.release();
  const second = tryLock(path);
  expect(second).toBeDefined();
  second?.release();
  expect(readdirSync(folder)).toEqual([]);
});

test('the lock of a process that was killed is broken', async () => {
  const path = join(folder, 'lock');
  const holder = start('hold', path);
  await once(holder.stdout ?? holder, 'data');
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  takeBroken(path);
  expect(readdirSync(folder)).toEqual([]);
});

test('a remover that died while breaking a lock is dealt with too', async () => {
  const path = join(folder, 'lock');
  const gone = start('count', path, 'unused', '0');
  await once(gone, 'exit');
  writeFileSync(path, `${gone.pid} aa`);
  writeFileSync(`${path}.aa`, `${gone.pid} bb`);
  takeBroken(path);
  expect(readdirSync(folder)).toEqual([]);
});

test('many processes, a dead lock in front of each round: never two inside', async () => {
  const gone = start('count', 'unused', 'unused', '0');
  await once(gone, 'exit');
  const counter = join(folder, 'counter');
  writeFileSync(counter, '0');
  for (let round = 0; round < 4; round += 1) {
    const path = join(folder, `lock${round}`);
    writeFileSync(path, `${gone.pid} d${round}`);
    const workers = Array.from({ length: 6 }, () => start('count', path, counter, '20'));
    await Promise.all(workers.map((worker) => once(worker, 'exit')));
  }
  expect(readFileSync(counter, 'utf8')).toBe('480');
});

test('a note says who has it; the owner notices that another one has', () => {
  const path = join(folder, 'lock');
  const first = tryLock(path, { note: '/a path/with\nanything.sock' });
  expect(first?.isHeld()).toBe(true);
  expect(readLock(path)?.note).toBe('/a path/with\nanything.sock');
  expect(tryLock(path, { isOver: (owner) => owner.process === ownProcess() })).toBeUndefined();
  const second = tryLock(path);
  expect(second?.isHeld()).toBe(true);
  expect(first?.isHeld()).toBe(false);
  first?.release();
  expect(second?.isHeld()).toBe(true);
  second?.release();
  expect(readdirSync(folder)).toEqual([]);
});

test('the lock of an earlier process with our number is broken', ({ skip }) => {
  if (process.platform !== 'linux') return skip('only Linux tells when a process began');
  const path = join(folder, 'lock');
  writeFileSync(path, `${process.pid}.1 aa`);
  takeBroken(path);
  expect(readdirSync(folder)).toEqual([]);
});

test.each(['', 'nonsense', '\0\0\0', '12'])('a lock in which %j is written is broken', (text) => {
  const path = join(folder, 'lock');
  writeFileSync(path, text);
  takeBroken(path);
  expect(readdirSync(folder)).toEqual([]);
});
