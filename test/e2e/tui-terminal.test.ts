/** What the terminal front end does to the terminal: restoring, resizing, hostile text. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type HarnessOptions, HarnessPlace } from '../helpers/harness-place.ts';
import type { PtyProgram } from '../helpers/pty.ts';

const place = new HarnessPlace();
beforeAll(() => place.prepare());
afterEach(() => place.closeAll());
afterAll(() => place.remove());

/** In a shell: what the program leaves behind is what the shell's own tools then see. */
function start(options: HarnessOptions = {}): PtyProgram {
  const script = '"$0" "$1"; echo "status $?"; stty -a | tr ";" "\\n" | grep -E "icanon|echo"';
  return place.open({ ...options, script });
}

/** Every mode that a program can switch and that the program's bytes have left switched on. */
function modesLeftOn(raw: string): readonly string[] {
  const modes = new Map<string, boolean>([['25', true]]);
  for (const [, list = '', action] of raw.matchAll(/\x1b\[\?([\d;]+)([hl])/g)) {
    for (const mode of list.split(';')) modes.set(mode, action === 'h');
  }
  const isWrong = ([mode, isOn]: [string, boolean]) => (mode === '25' ? !isOn : isOn);
  return [...modes].filter(isWrong).map(([mode]) => mode);
}

async function expectRestored(program: PtyProgram): Promise<void> {
  await program.exit;
  expect(modesLeftOn(program.raw)).toEqual([]);
  // Raw mode off: lines are edited and echoed by the terminal again.
  expect(program.text()).toMatch(/(^|\s)icanon/);
  expect(program.text()).toMatch(/(^|\s)echo\s/);
  const pushes = program.raw.match(/\x1b\[>\d+u/g)?.length ?? 0;
  const pops = program.raw.match(/\x1b\[<u/g)?.length ?? 0;
  expect(pops).toBeGreaterThanOrEqual(pushes);
}

async function pidOfChild(program: PtyProgram): Promise<number> {
  const { execFileSync } = await import('node:child_process');
  return Number(
    execFileSync('pgrep', ['-P', String(program.pid)])
      .toString()
      .trim(),
  );
}

describe('the terminal is given back', () => {
  test('when the user leaves', async () => {
    const program = start();
    await program.waitForText('Harness ready.');
    program.type('\x04');
    await expectRestored(program);
    expect(program.text()).toContain('status 0');
  });

  test.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)('after %s', async (signal) => {
    const program = start();
    await program.waitForText('Harness ready.');
    program.type('forever\r');
    await program.waitForText('word5');
    process.kill(await pidOfChild(program), signal);
    await expectRestored(program);
    expect(program.text()).toContain('status 130');
  });

  test.each(['crash', 'reject'])('after a fault of our own (%s)', async (script) => {
    const program = start();
    await program.waitForText('Harness ready.');
    program.type(`${script}\r`);
    await expectRestored(program);
    expect(program.text()).toContain('status 1');
    expect(program.text()).toMatch(/a fault of our own|a promise nobody watched/);
  });

  test.each(['before-paint', 'open'])('after a failure at the start (%s)', async (fault) => {
    const program = start({ env: { HARNESS_FAULT: fault } });
    await expectRestored(program);
    expect(program.text()).toMatch(/before the first paint|could not be opened/);
  });

  test('with a keyboard protocol that was on', async () => {
    const program = start();
    // The answer is there when the question is asked: it must come quickly to be heard.
    program.type('\x1b[?0u');
    await program.waitFor('the protocol', () => /\x1b\[>\d+u/.test(program.raw));
    await program.waitForText('Harness ready.');
    program.type('one\x1b[13;2utwo\x1b[106;5uthree\x1b[99;5u');
    await program.waitForText('> Ask anything');
    program.type('\x1b[100;5u');
    await expectRestored(program);
    expect(program.raw.match(/\x1b\[<u/g)).toHaveLength(1);
  });

  test('and the process ends when the terminal is closed', async () => {
    const program = start();
    await program.waitForText('Harness ready.');
    program.type('forever\r');
    await program.waitForText('word5');
    const pid = await pidOfChild(program);
    program.closeTerminal();
    await expect.poll(() => isAlive(pid), { timeout: 30_000 }).toBe(false);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('a resize', () => {
  /** The answer halts with this; it goes on at once when the window has changed. */
  async function resizeAt(
    program: PtyProgram,
    last: string,
    size: readonly [number, number],
  ): Promise<void> {
    await program.waitForWholeFrame(last, (text) => text.replaceAll('\n', '').includes(last));
    program.resize(...size);
    program.kill('SIGURG');
  }

  test('keeps every word, once, while text streams', async () => {
    const program = await place.openReady({ env: { HARNESS_DELAY_MS: '1' }, columns: 90 });
    program.type('halting lines 300 20\r');
    const sizes = [
      [60, 20],
      [100, 30],
      [40, 12],
      [80, 24],
      [120, 10],
      [80, 24],
    ] as const;
    for (const [index, size] of sizes.entries()) {
      await resizeAt(program, `Line ${index * 20 + 5}`, size);
    }
    await program.waitForWholeFrame('the end', (text) => text.includes('Line 299 of it.'));
    const shown = program.text().match(/^Line \d+ of it\.$/gm) ?? [];
    expect(shown).toEqual(Array.from({ length: 300 }, (_, n) => `Line ${n} of it.`));
    expect(program.text().match(/^> Ask/gm)).toHaveLength(1);
  });

  test('leaves no part of an old frame behind when a long paragraph is being written', async () => {
    const program = await place.openReady({ env: { HARNESS_DELAY_MS: '3' }, columns: 100 });
    program.type('halting words 1000 40\r');
    const widths = [60, 100, 70, 80, 50, 90];
    for (const [index, columns] of widths.entries()) {
      await resizeAt(program, `word${index * 40 + 5}`, [columns, 24]);
    }
    await program.waitForText('word300 ');
    program.type('\x1b');
    await program.waitForText('Stopped.');
    const words = program.text().match(/word\d+/g) ?? [];
    expect(words).toEqual(words.map((_, n) => `word${n}`));
  });

  test('loses no word to a frame that is on its way while the window gets lower', async () => {
    const program = await place.openReady({ env: { HARNESS_DELAY_MS: '1' } });
    program.type('halting lines 70 20\r');
    await resizeAt(program, 'Line 5', [80, 24]);
    await program.waitForWholeFrame('a full screen', (text) => text.includes('Line 25'));
    // The terminal has cut off what is below the cursor; the program has not been told.
    program.terminal.resize(80, 22);
    program.type('mine');
    await program.waitForWholeFrame('the keys', (text) => text.includes('> mine'));
    await resizeAt(program, 'Line 25', [80, 22]);
    await resizeAt(program, 'Line 45', [80, 24]);
    await resizeAt(program, 'Line 65', [80, 22]);
    await program.waitForWholeFrame('the end', (text) => text.includes('Line 69 of it.'));
    const shown = program.text().match(/^Line \d+ of it\.$/gm) ?? [];
    expect(shown).toEqual(Array.from({ length: 70 }, (_, n) => `Line ${n} of it.`));
    expect(program.text().match(/^> mine$/gm)).toHaveLength(1);
  });

  test('wraps finished text anew and redraws the input', async () => {
    const program = start({ columns: 100 });
    await program.waitForText('Harness ready.');
    program.type('markdown\r');
    await program.waitForText('The end of it.');
    await program.waitForWholeFrame('the end of the turn', (text) => text.includes('used'));
    const prose =
      'A paragraph with bold and code that is long enough to be wrapped by a narrow terminal, twice or so.';
    for (const columns of [40, 70, 30, 100]) {
      program.resize(columns, 24);
      program.type('x');
      await program.waitForWholeFrame('the key', (text) => /> x+$/m.test(text));
      expect(program.text()).toContain(`\n${prose}\n`);
      expect(program.text().match(/^> x/gm)).toHaveLength(1);
    }
  });
});

describe('hostile text', () => {
  /** What the renderer itself may write: looks, cursor, erasing, and its own modes. */
  const ALLOWED = [
    /^\x1b\[[\d;]*m$/,
    /^\x1b\[\d*[ABCDEFGJK]$/,
    /^\x1b\[\d+;\d+H$/,
    /^\x1b\[\?(25|2004|2026|1000|1002|1003|1004|1006)[hl]$/,
    /^\x1b\[\?u$/,
    /^\x1b\[[<>]\d*u$/,
    /^\x1b\]11;\?\x1b\\$/,
    /^\x1b\[c$/,
  ];
  const HOSTILE = [
    '\\u001b[2J\\u001b[3J\\u001b[H',
    '\\u001b]0;owned\\u0007',
    '\\u001b]52;c;ZXZpbA==\\u001b\\\\',
    '\\u009b31m\\u009d52;c;eA==\\u009c',
    '\\u001b]8;;http://evil.example\\u001b\\\\bank\\u001b]8;;\\u001b\\\\',
    '\\u001bP+q\\u001b\\\\\\u001b_Gx\\u001b\\\\\\u001b^x\\u001b\\\\',
    '\\u001b[6n\\u001b[c\\u001b]11;?\\u0007\\u001b[?1049h\\u001b[?1000h',
    'rm -rf\\b\\b\\b\\rls\\u0007\\u000e\\u000f\\u007f',
    '\\u202egnp.exe\\u2066\\u200b\\ufeff',
    '```\\u001b[31m\\n\\u001b]52;c;eA==\\u0007\\n```',
    '**\\u001b[5mbold\\u001b[0m** [x\\u001b[2J](http://a\\u001b[2J.example)',
    '| a\\u001b[2J | b |\\n|---|---|\\n| \\u009b2J | \\u001bc |',
  ];

  test('from the model, in pieces, adds no sequence of its own', async () => {
    const program = start();
    await program.waitForText('Harness ready.');
    for (const [index, text] of HOSTILE.entries()) {
      program.type(`say ${text}\\n\\nend${index}.\r`);
      await program.waitFor('the answer', (shown) => shown.split(`end${index}.`).length >= 3);
    }
    program.type('\x04');
    await program.exit;
    expect(foreignSequences(program.raw)).toEqual([]);
  });

  test('from a branch name, the input and a paste adds no sequence of its own', async () => {
    const program = start({ env: { HARNESS_BRANCH: 'main\x1b]0;owned\x07\x1b[2J\u202e' } });
    await program.waitForText('Harness ready.');
    program.paste('a\x1b]52;c;eA==\x07b\x1b[2Jc\x9b2Jd');
    await program.waitForText('> abcd');
    program.type('\r');
    await program.waitForText('You said: abcd');
    program.paste(`${'x\x1b[2J\n'.repeat(50)}`);
    await program.waitForText('[pasted 50 lines]');
    program.type('\r');
    await program.waitForText('You said: [pasted');
    program.type('\x04');
    await program.exit;
    expect(foreignSequences(program.raw)).toEqual([]);
  });

  function foreignSequences(raw: string): readonly string[] {
    const own = raw.split('status ')[0] ?? '';
    const found = own.match(
      /\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][\s\S]*?(?:\x07|\x1b\\|$)|[\s\S])|[\x00-\x07\x0b\x0c\x0e-\x1a\x7f-\x9f]|\u202e|\u2066|\u200b/g,
    );
    return (found ?? []).filter((sequence) => !ALLOWED.some((allowed) => allowed.test(sequence)));
  }
});
