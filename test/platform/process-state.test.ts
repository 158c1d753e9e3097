import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import {
  isJobOfShell,
  isProcessAlive,
  isProcessName,
  isProcessStopped,
  onContinue,
  ownProcess,
} from '../../src/platform/process-state.ts';

const PROGRAM = fileURLToPath(new URL('./socket-program.ts', import.meta.url));
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

async function startNamed() {
  const child = spawn(process.execPath, [PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  child.stdin.write('\n');
  const [name] = await once(child.stdout, 'data');
  return { child, name: String(name).trim() };
}

test('this process is there and not stopped', () => {
  expect(isProcessName(ownProcess())).toBe(true);
  expect(isProcessAlive(ownProcess())).toBe(true);
  expect(isProcessStopped(ownProcess())).toBe(false);
});

test('another one is stopped, goes on, and is gone', async () => {
  const { child, name } = await startNamed();
  expect([isProcessAlive(name), isProcessStopped(name)]).toEqual([true, false]);
  child.kill('SIGSTOP');
  while (!isProcessStopped(name)) await new Promise(setImmediate);
  expect(isProcessAlive(name)).toBe(true);
  child.kill('SIGCONT');
  while (isProcessStopped(name)) await new Promise(setImmediate);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect([isProcessAlive(name), isProcessStopped(name)]).toEqual([false, false]);
});

test('one that has ended is gone before whoever started it asks how', async ({ skip }) => {
  if (process.platform !== 'linux') return skip('only Linux tells that a process has only ended');
  // The shell becomes a program that never asks how its children ended.
  const script = 'sleep 0 & echo $!; exec sleep 600';
  const parent = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(parent);
  const [id] = await once(parent.stdout, 'data');
  const fields = () => {
    const stat = readFileSync(`/proc/${String(id).trim()}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  };
  while (fields()[0] !== 'Z') await new Promise(setImmediate);
  expect(isProcessAlive(`${String(id).trim()}.${fields()[19]}`)).toBe(false);
});

test('a later process with the same number is not taken for it', ({ skip }) => {
  if (process.platform !== 'linux') return skip('only Linux tells when a process began');
  expect(isProcessAlive(`${process.pid}.1`)).toBe(false);
  expect(isProcessStopped(`${process.pid}.1`)).toBe(false);
});

test.each(['', 'x', '-1', '1.', '1 2', '99999999999999999999', '0x10'])('%j is nobody', (name) => {
  expect([isProcessAlive(name), isProcessStopped(name)]).toEqual([false, false]);
});

test('who was stopped is told when it goes on, until it does not care', async () => {
  const told: string[] = [];
  const forgetFirst = onContinue(() => told.push('first'));
  const went = Promise.withResolvers<void>();
  const forgetSecond = onContinue(() => {
    told.push('second');
    went.resolve();
  });
  forgetFirst();
  process.kill(process.pid, 'SIGCONT');
  await went.promise;
  forgetSecond();
  expect(told).toEqual(['second']);
});

test('a shell with jobs gives each a group of its own', async ({ skip }) => {
  if (process.platform !== 'linux') return skip('only Linux tells the groups of processes');
  const module = fileURLToPath(new URL('../../src/platform/process-state.ts', import.meta.url));
  const script = `import(${JSON.stringify(module)}).then((m) => console.log(m.isJobOfShell()))`;
  const asked = async (shell: string): Promise<string> => {
    // Detached: it leads a session, as what a terminal starts does.
    const env = { ...process.env, SCRIPT: script };
    const child = spawn('/bin/bash', ['-c', shell, process.execPath], { detached: true, env });
    children.push(child);
    const [answer] = await once(child.stdout, 'data');
    return String(answer).trim();
  };
  expect(await asked('exec "$0" -e "$SCRIPT"')).toBe('false');
  expect(await asked('"$0" -e "$SCRIPT"; true')).toBe('false');
  expect(await asked('set -m; "$0" -e "$SCRIPT"; true')).toBe('true');
  expect(isJobOfShell()).toBeTypeOf('boolean');
});
