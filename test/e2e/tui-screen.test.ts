/** The terminal around the conversation: its background, its whole window, the job and the way back. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { HarnessPlace } from '../helpers/harness-place.ts';
import type { PtyProgram } from '../helpers/pty.ts';

const place = new HarnessPlace();
beforeAll(() => place.prepare());
afterEach(() => place.closeAll());
afterAll(() => place.remove());

const DARK = '\x1b]11;rgb:1616/1818/1d1d\x1b\\';
const LIGHT = '\x1b]11;rgb:fafa/fafa/fafa\x1b\\';
const QUERY = '\x1b]11;?\x1b\\\x1b[c';

/** The colour of the first character of a text on the screen, as the emulator has it. */
function colourOf(program: PtyProgram, text: string): number {
  const row = program.screen().findIndex((line) => line.includes(text));
  const { active } = program.terminal.buffer;
  const line = active.getLine(active.viewportY + row);
  return line?.getCell(program.screen()[row]?.indexOf(text) ?? 0)?.getFgColor() ?? -1;
}

describe('the background of the terminal', () => {
  test('is asked for once, after the first frame, and ended by ST', async () => {
    const program = await place.openReady();
    await program.waitFor('the query', () => program.raw.includes(QUERY));
    expect(program.raw.split('\x1b]11;?')).toHaveLength(2);
    expect(program.raw.indexOf('Ask anything')).toBeLessThan(program.raw.indexOf(QUERY));
    expect(program.raw).not.toContain('\x07');
  });

  test('chooses the theme of what is drawn next, the frame included', async () => {
    const program = await place.openReady();
    program.type(DARK);
    program.type('one\r');
    await program.waitForText('You said: one');
    const onDark = colourOf(program, 'test/scripted');
    program.type(LIGHT);
    await program.waitFor('other colours', () => colourOf(program, 'test/scripted') !== onDark);
  });

  test.each([
    ['in one piece', [DARK]],
    ['cut after the escape', ['\x1b', DARK.slice(1)]],
    ['cut in the middle', [DARK.slice(0, 9), DARK.slice(9)]],
    ['byte by byte', [...DARK]],
  ])('late and while somebody types is no typed text (%s)', async (_, pieces) => {
    const program = await place.openReady();
    program.type('before ');
    await program.waitForText('> before');
    for (const piece of pieces) program.type(piece);
    program.type('after');
    await program.waitFor('the draft', (text) => text.includes('> before after'));
    expect(program.text()).not.toMatch(/rgb|1616/);
  });

  test('is not asked for where nobody would answer', async () => {
    const program = await place.openReady({ env: { NO_COLOR: '1' } });
    program.type('one\r');
    await program.waitForText('You said: one');
    expect(program.raw).not.toContain('\x1b]11;?');
  });
});

describe('--fullscreen', () => {
  const open = (rows = 12) => place.openReady({ settings: { fullscreen: true }, rows });

  test('shows the end, scrolls by keys and follows again', async () => {
    const program = await open();
    program.type('long\r');
    await program.waitForText('Line 299 of it.');
    await program.waitForText('used');
    expect(program.terminal.buffer.active.type).toBe('alternate');
    program.type('\x1b[5~');
    await program.waitForText('lines below');
    expect(program.screen().join('\n')).not.toContain('Line 299');
    program.type('a draft');
    await program.waitForText('> a draft');
    expect(program.screen().join('\n')).not.toContain('Line 299');
    program.type('\x1b[1;2B');
    program.type('\x1b[F');
    await program.waitForText('Line 299 of it.');
    expect(program.text()).not.toContain('below');
    expect(program.screen()).toHaveLength(12);
  });

  test('keeps the place that is read while more comes', async () => {
    const program = await open();
    program.type('long\r');
    await program.waitFor('some lines', (text) => /Line [2-9]\d of it/.test(text));
    program.type('\x1b[5~\x1b[5~');
    await program.waitForText('lines below');
    const [first] = program.screen().filter((line) => line.startsWith('Line '));
    await program.waitForText('used');
    expect(program.screen().filter((line) => line.startsWith('Line '))[0]).toBe(first);
  });

  test('leaves the last lines and how to go on', async () => {
    const program = place.open({
      settings: { fullscreen: true },
      script: 'echo before; "$0" "$1"; echo after',
    });
    await program.waitForText('Harness ready.');
    program.type('long\r');
    await program.waitForText('Line 299 of it.');
    await program.waitForText('used');
    program.type('\x04');
    await program.exit;
    expect(program.terminal.buffer.active.type).toBe('normal');
    const text = program.text();
    expect(text).toMatch(/^before\n/);
    expect(text).toContain('Line 299 of it.');
    expect(text).toContain('zeke --continue');
    expect(text).toContain('\nafter');
  });

  test.each(['crash', 'SIGTERM'])('gives the usual screen back (%s)', async (fault) => {
    const program = place.open({
      settings: { fullscreen: true, notify: 'bell', viMode: true },
      script: 'echo before; "$0" "$1"; echo "status $?"; stty -a | tr ";" "\\n" | grep icanon',
    });
    await program.waitForText('Harness ready.');
    expect(program.terminal.buffer.active.type).toBe('alternate');
    if (fault === 'crash') program.type('crash\r');
    else process.kill(childOf(program.pid), fault);
    await program.exit;
    expect(program.terminal.buffer.active.type).toBe('normal');
    expect(program.text()).toMatch(/^before\n/);
    expect(program.text()).toMatch(/status \d+/);
    expect(program.text()).toMatch(/(^|\s)icanon/);
    const last = (sequence: string) => program.raw.lastIndexOf(sequence);
    expect(last('\x1b[?1004l')).toBeGreaterThan(last('\x1b[?1004h'));
    expect(last('\x1b[0 q')).toBeGreaterThan(last('\x1b[6 q'));
    expect(last('\x1b[?1049l')).toBeGreaterThan(last('\x1b[?1049h'));
  });

  test('any size shows whole rows and the input', async () => {
    const program = await open(24);
    program.type('markdown\r');
    await program.waitForText('The end of it.');
    let typed = '';
    for (const [columns, rows] of [
      [40, 10],
      [200, 60],
      [20, 5],
      [100, 12],
      [10, 3],
      [80, 24],
    ] as const) {
      program.resize(columns, rows);
      program.type('x');
      typed += 'x';
      await program.waitFor('the key', () => program.screen().includes(`> ${typed}`));
    }
    await program.waitFor('the end', () => program.screen().join('\n').includes('The end of it.'));
    expect(program.screen().filter((line) => line.startsWith('> x'))).toEqual([`> ${typed}`]);
  });
});

describe('the job', () => {
  /** A shell with job control, which is what stops and continues jobs. */
  async function shell(): Promise<PtyProgram> {
    const program = place.run('bash', ['--norc', '--noprofile', '-i'], { PS1: 'shell$ ' });
    await program.waitForText('shell$');
    program.type(`${place.commandLine}\r`);
    await program.waitForText('Harness ready.');
    return program;
  }
  const STATE = `stty -a | tr ";" "\\n" | grep -oE -- "-?(icanon|echo)\\b" | tr "\\n" " "\r`;

  test('stops with Ctrl+Z, gives the terminal back, and takes it again', async () => {
    const program = await shell();
    program.type('a draft');
    await program.waitForText('> a draft');
    program.type('\x1a');
    await program.waitForText('Stopped');
    expect(program.screen().join('\n')).not.toContain('> a draft');
    program.type(STATE);
    await program.waitFor('usual modes', (text) => /^(icanon echo|echo icanon)/m.test(text));
    program.type('fg\r');
    await program.waitFor('the draft', (text) => /> a draft$/m.test(text));
    program.type(' goes on\r');
    await program.waitForText('You said: a draft goes on');
    expect(program.text().match(/Harness ready/g)).toHaveLength(1);
  });

  test('ended while it is stopped leaves the terminal and keeps the draft', async () => {
    const program = await shell();
    program.type('a draft');
    await program.waitForText('> a draft');
    program.type('\x1a');
    await program.waitForText('Stopped');
    program.type('kill -TERM %1; fg; echo "ended $?"\r');
    await program.waitFor('the end', (text) => /ended \d+$/m.test(text));
    program.type(STATE);
    await program.waitFor('usual modes', (text) => /^(icanon echo|echo icanon)/m.test(text));
    const history = readFileSync(join(place.folder, 'input-history.jsonl'), 'utf8');
    expect(history).toContain('"a draft"');
  });
});

test.each(['SIGSTOP', 'SIGTSTP'] as const)('the job stopped from outside by %s', async (signal) => {
  const program = place.run('bash', ['--norc', '--noprofile', '-i'], { PS1: 'shell$ ' });
  await program.waitForText('shell$');
  program.type(`${place.commandLine}\r`);
  await program.waitForText('Harness ready.');
  program.type('a draft');
  await program.waitForText('> a draft');
  process.kill(childOf(program.pid), signal);
  await program.waitForText('Stopped');
  program.type('echo between $((40 + 2))\r');
  await program.waitForText('between 42');
  program.type('fg\r');
  await program.waitFor('the draft', (text) =>
    /> a draft$/m.test(text.split('between 42')[1] ?? ''),
  );
  program.type(' goes on\r');
  await program.waitForText('You said: a draft goes on');
  expect(program.text()).toContain('between 42');
  expect(program.text().match(/Harness ready/g)).toHaveLength(1);
});

test('stopped and continued without a shell, what stands on the terminal stays as it is', async () => {
  const program = await place.openReady();
  program.type('forever\r');
  await program.waitForText('word9');
  program.type('a draft');
  await program.waitForText('> a draft');
  program.kill('SIGSTOP');
  const state = () => readFileSync(`/proc/${program.pid}/stat`, 'utf8').split(') ')[1]?.[0];
  await expect.poll(state, { timeout: 60_000, interval: 20 }).toBe('T');
  program.kill('SIGCONT');
  program.type(' goes on');
  await program.waitForText('> a draft goes on');
  program.type('\x1b');
  await program.waitForText('Stopped.');
  const words = program.text().match(/word\d+/g) ?? [];
  expect(words).toEqual(words.map((_, n) => `word${n}`));
  expect(program.text().match(/> a draft/g)).toHaveLength(1);
});

function childOf(pid: number): number {
  return Number(
    execFileSync('pgrep', ['-P', String(pid)])
      .toString()
      .trim(),
  );
}

describe('the end of a turn', () => {
  const MESSAGE = '\x1b]9;Zeke: The answer is there.\x1b\\';
  const FOCUS_IN = '\x1b[I';
  const FOCUS_OUT = '\x1b[O';
  const count = (program: PtyProgram, sequence: string) => program.raw.split(sequence).length - 1;

  /** What the session has cost by then says that the turn is over. */
  async function say(program: PtyProgram, text: string, cost: string): Promise<void> {
    program.type(`${text}\r`);
    await program.waitForText(`You said: ${text}`);
    await program.waitForText(cost);
  }

  test.each([
    ['osc9', MESSAGE, '\x07'],
    ['bell', '\x07', '\x1b]9;'],
  ])(
    'is told once to who looks elsewhere, and not to who looks (%s)',
    async (notify, sign, other) => {
      const program = await place.openReady({ settings: { notify } });
      await program.waitFor('reports of focus', () => program.raw.includes('\x1b[?1004h'));
      program.type(FOCUS_OUT);
      await say(program, 'one', '$0.0123');
      await program.waitFor('the sign', () => count(program, sign) === 1);
      program.type(FOCUS_IN);
      await say(program, 'two', '$0.0246');
      // Drawn before it is sent: a quick answer ends, with its sign, before the next frame.
      program.type('three');
      await program.waitForText('> three');
      const before = program.raw.length;
      program.type(FOCUS_OUT);
      await say(program, '', '$0.0369');
      // The third sign comes second: there was none for the turn that was watched.
      await program.waitFor('the sign', () => program.raw.indexOf(sign, before) >= 0);
      expect(count(program, sign)).toBe(2);
      expect(program.raw).not.toContain(other);
      program.type('\x04');
      await program.exit;
      expect(program.raw.lastIndexOf('\x1b[?1004l')).toBeGreaterThan(
        program.raw.lastIndexOf('\x1b[?1004h'),
      );
      expect(program.text()).not.toMatch(/\[[IO]|9;Zeke/);
    },
  );

  test('a question is told too', async () => {
    const program = await place.openReady({ settings: { notify: 'osc9' } });
    program.type(`${FOCUS_OUT}edit\r`);
    await program.waitForText('? edit src/a.ts');
    const sign = '\x1b]9;Zeke: Your approval is needed.\x1b\\';
    await program.waitFor('the sign', () => count(program, sign) === 1);
    expect(count(program, MESSAGE)).toBe(0);
  });

  test('is not told, and focus not asked for, without the setting', async () => {
    const program = await place.openReady();
    program.type(FOCUS_OUT);
    await say(program, 'one', '$0.0123');
    program.type('\x04');
    await program.exit;
    expect(program.raw).not.toContain('\x1b[?1004h');
    expect(program.raw).not.toContain('\x1b]9;');
    expect(program.raw).not.toContain('\x07');
  });
});

describe('at rest', () => {
  test.each([
    ['inline', {}],
    ['in fullscreen', { fullscreen: true }],
    ['for a screen reader', { screenReader: true }],
  ])('no timer runs and nothing is written (%s)', async (_, settings) => {
    const program = await place.openReady({ settings });
    program.type('one\r');
    await program.waitForText('You said: one');
    program.type('a draft');
    await program.waitForText('> a draft');
    const path = join(place.folder, 'idle');
    rmSync(path, { force: true });
    program.kill('SIGUSR2');
    const limit = { timeout: 60_000, interval: 100 };
    await expect.poll(() => existsSync(path), limit).toBe(true);
  });
});

test.each(['SIGTERM', 'SIGHUP'] as const)('a draft is in the history after %s', async (signal) => {
  const program = await place.openReady();
  program.type(`not sent yet ${signal}`);
  await program.waitForText(`> not sent yet ${signal}`);
  program.kill(signal);
  await program.exit;
  const next = await place.openReady();
  next.type('\x1b[A');
  await next.waitForText(`> not sent yet ${signal}`);
});
