/** What stands in the input is there again, however the program was ended from outside. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PtyProgram } from '../helpers/pty.ts';
import { TerminalPlace } from '../helpers/terminal-zeke.ts';

let place: TerminalPlace;
beforeEach(async () => {
  place = new TerminalPlace();
  await place.start();
});
afterEach(() => place.remove());

const UP = '\x1b[A';
const LIMIT = { timeout: 120_000, interval: 50 };
const DRAFT = 'a question that was never sent';

async function openWithDraft(script?: string): Promise<PtyProgram> {
  const program = await place.openReady(script === undefined ? {} : { script });
  program.type(DRAFT);
  await program.waitForText(`> ${DRAFT}`);
  return program;
}

async function expectDraftBack(): Promise<void> {
  const next = await place.openReady();
  next.type(UP);
  await next.waitForText(`> ${DRAFT}`);
}

const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`);

function childrenOf(pid: number): readonly number[] {
  const listed = execFileSync('pgrep', ['-P', String(pid)]);
  return listed.toString().trim().split('\n').map(Number);
}

describe('a draft is found with Up after', () => {
  test.each(['SIGHUP', 'SIGTERM', 'SIGINT'] as const)('%s', async (signal) => {
    const program = await openWithDraft();
    program.kill(signal);
    expect((await program.exit).exitCode).toBe(130);
    await expectDraftBack();
  });

  test('being told several times that the terminal is closed', async () => {
    const program = await openWithDraft();
    // A shell passes it on, and the system tells it once more when the shell ends.
    for (let n = 0; n < 20 && !program.hasEnded; n += 1) {
      program.kill('SIGHUP');
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await program.exit).exitCode).toBe(130);
    await expectDraftBack();
  });

  test('the terminal was closed while an answer streamed', async () => {
    const program = await place.openReady();
    program.type('a long question\r');
    const answer = await place.nextAnswer();
    answer.say('The beginning');
    await program.waitForText('The beginning');
    program.type(DRAFT);
    await program.waitForText(`> ${DRAFT}`);
    program.closeTerminal();
    await expect.poll(() => isAlive(program.pid), LIMIT).toBe(false);
    await expectDraftBack();
  });

  test('the terminal was closed without a signal: quietly, and nothing is left running', async () => {
    // The one who is told is the shell, and it does not pass it on: reads and writes fail.
    const program = await openWithDraft(
      'trap "" HUP; "$0" "$1" --model openai/test 2> error.txt; echo $? > code.txt',
    );
    const children = childrenOf(program.pid);
    expect(children.length).toBeGreaterThan(0);
    program.closeTerminal();
    const code = join(place.home.project, 'code.txt');
    await expect.poll(() => existsSync(code) && readFileSync(code, 'utf8'), LIMIT).toBe('130\n');
    for (const pid of [...children, program.pid]) {
      await expect.poll(() => isAlive(pid), LIMIT).toBe(false);
    }
    const said = readFileSync(join(place.home.project, 'error.txt'), 'utf8');
    expect(said.replaceAll('\x1b[?25h', '')).toBe('');
    await expectDraftBack();
  });
});
