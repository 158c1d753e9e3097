import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { ZekeError } from '../../../src/platform/errors.ts';
import { runShell, SYSTEM_SHELL, userShell } from '../../../src/platform/shell/run-shell.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'zeke-shell-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const PATH = process.env.PATH;

interface Options {
  readonly signal?: AbortSignal;
  readonly env?: Record<string, string>;
  readonly onOutput?: (text: string) => void;
  readonly timeLimitMs?: number;
  readonly endsLeftovers?: boolean;
}

async function shell(command: string, options: Options = {}) {
  const pieces: string[] = [];
  const end = await runShell({
    command,
    shell: SYSTEM_SHELL,
    cwd: folder,
    signal: new AbortController().signal,
    ...options,
    env: { PATH, ...options.env },
    onOutput: (text) => {
      pieces.push(text);
      options.onOutput?.(text);
    },
  });
  return { ...end, output: pieces.join('') };
}

/** Resolves when the process is gone. */
async function hasEnded(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
      // A zombie whose parent has not looked yet has ended.
      if (/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) return;
    } catch {
      return;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('both outputs come in the order they were written, with the exit code', async () => {
  const script = 'for i in 1 2 3; do echo out$i; echo err$i >&2; done; exit 3';
  const { output, exitCode } = await shell(script);
  expect(output).toBe('out1\nerr1\nout2\nerr2\nout3\nerr3\n');
  expect(exitCode).toBe(3);
});

test('runs in the folder, without input, terminal or keys', async () => {
  const env = { OPENAI_API_KEY: 'sk-1', GITHUB_TOKEN: 't', HARMLESS: 'yes' };
  const script = 'pwd; cat; (: < /dev/tty) 2>/dev/null || echo no terminal; env';
  const { output } = await shell(script, { env });
  expect(output).toContain(folder);
  expect(output).toContain('no terminal');
  expect(output).toContain('HARMLESS=yes');
  expect(output).not.toMatch(/sk-1|GITHUB_TOKEN/);
});

test('what is no UTF-8 is left out; characters cut by a chunk are whole', async () => {
  const { output } = await shell(String.raw`printf 'a\377b\303'; sleep 0.05; printf '\251\n'`);
  expect(output).toBe('abé\n');
});

test('an abort ends the whole group, also a program that does not listen', async () => {
  const abort = new AbortController();
  let shown = '';
  const { exitCode, output } = await shell(
    `sh -c 'trap "" TERM; echo deaf $$; while :; do sleep 1; done' & sleep 1000 & echo kid $!; wait`,
    {
      signal: abort.signal,
      onOutput: (text) => {
        shown += text;
        if (/deaf \d+\n/.test(shown) && /kid \d+\n/.test(shown)) abort.abort();
      },
    },
  );
  expect(exitCode).toBeUndefined();
  const pids = [...output.matchAll(/(?:deaf|kid) (\d+)/g)].map(([, pid]) => Number(pid));
  expect(pids).toHaveLength(2);
  await Promise.all(pids.map(hasEnded));
});

test('a time limit ends it and says so', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  // The time begins to run out when it has begun, however long a busy machine takes for that.
  const onOutput = () => {
    vi.advanceTimersByTime(60_000);
  };
  const limited = { timeLimitMs: 60_000, onOutput };
  const { isOutOfTime, output } = await shell('echo begun; sleep 1000', limited);
  expect(isOutOfTime).toBe(true);
  expect(output).toBe('begun\n');
});

test('what stays in the background does not hold it up, and is ended where that was asked', async () => {
  const { output } = await shell('sleep 1000 & echo $!', { endsLeftovers: true });
  await hasEnded(Number(output));
  const left = Number((await shell('sleep 1000 & echo $!')).output);
  expect(() => process.kill(left, 0)).not.toThrow();
  process.kill(left, 'SIGKILL');
});

test('what it printed last is read also where the time for it was slept through', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const [go, done] = ['go', 'done'].map((name) => join(folder, name)) as [string, string];
  const ended = shell(`(until [ -e '${go}' ]; do sleep 0.01; done; echo last; : > '${done}') &`);
  // The shell has ended, and time is given to what it left.
  while (vi.getTimerCount() === 0) await new Promise((resolve) => setImmediate(resolve));
  writeFileSync(go, '');
  while (!existsSync(done)) execFileSync('true');
  vi.advanceTimersByTime(60_000);
  expect((await ended).output).toBe('last\n');
});

test('a folder that is not there is said', async () => {
  const cwd = join(folder, 'gone');
  const end = runShell({
    command: 'true',
    shell: SYSTEM_SHELL,
    cwd,
    env: { PATH },
    signal: new AbortController().signal,
    onOutput: () => undefined,
  });
  await expect(end).rejects.toThrow(ZekeError);
  await expect(end).rejects.toThrow(cwd);
});

test('the user works in the shell they chose, where it can be started', () => {
  expect(userShell({ SHELL: '/bin/sh' })).toBe('/bin/sh');
  expect(userShell({ SHELL: 'zsh' })).toBe(SYSTEM_SHELL);
  expect(userShell({ SHELL: '/nowhere/fish' })).toBe(SYSTEM_SHELL);
  expect(userShell({})).toBe(SYSTEM_SHELL);
});
