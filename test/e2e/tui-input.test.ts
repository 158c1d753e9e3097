/** Writing a message, driven through a real terminal. */
import { chmod, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type HarnessOptions, HarnessPlace } from '../helpers/harness-place.ts';
import type { PtyProgram } from '../helpers/pty.ts';

const CTRL_C = '\x03';
const CTRL_G = '\x07';
const CTRL_R = '\x12';
const CTRL_S = '\x13';
const CTRL_U = '\x15';
const CTRL_V = '\x16';
const ESCAPE = '\x1b';
const UP = '\x1b[A';
const BACKSPACE = '\x7f';
const EMPTY = '> Ask anything';
const PNG = Buffer.from('\x89PNG\r\n\x1a\nbytes', 'latin1');

const place = new HarnessPlace();
beforeAll(() => place.prepare());
afterEach(() => place.closeAll());
afterAll(() => place.remove());

interface StartOptions extends HarnessOptions {
  /** What the terminal sends before anything was painted. */
  readonly early?: string;
}

async function start({ early = '', ...options }: StartOptions = {}): Promise<PtyProgram> {
  const stateDir = options.stateDir ?? place.newStateDir();
  const program = place.open({ ...options, stateDir, env: { TMPDIR: stateDir, ...options.env } });
  program.type(early);
  await program.waitForText('Harness ready.');
  await program.waitForText('· main');
  return program;
}

/** A program that the conversation may start, as a script. */
async function script(name: string, lines: string): Promise<string> {
  const bin = await mkdtemp(join(place.folder, 'bin-'));
  const path = join(bin, name);
  await writeFile(path, `#!/bin/sh\nPATH=/usr/bin:/bin\n${lines}\n`);
  await chmod(path, 0o755);
  return path;
}

/** The last row of the input is right above the status line. */
const shows = (text: string) => (screen: string) => screen.includes(`${text}\n`);

describe('editing', () => {
  test('undo and redo, and what was cut earlier', async () => {
    const program = await start();
    program.type('one two');
    await program.waitForText('> one two');
    program.type(' three');
    await program.waitForText('> one two three');
    program.type('\x1f');
    await program.waitFor('a word less', shows('> one two'));
    program.type('\x1b_');
    await program.waitForText('> one two three');
    program.type('\x17\x02\x17\x19');
    await program.waitFor('what was cut last', shows('> one two'));
    program.type('\x1by');
    await program.waitFor('what was cut before', shows('> one three'));
  });

  test('ten thousand lines typed as they are can be walked through and sent whole', async () => {
    const editor = await script('edit', `seq -f 'row %.0f' 0 9999 > "$1"`);
    const writer = await start({ rows: 12, env: { EDITOR: editor } });
    writer.type(CTRL_G);
    await writer.waitForText('row 9999');
    writer.type('\x1b<');
    await writer.waitForText('> row 0\n  row 1\n');
    expect(writer.cursor().x).toBe(2);
    writer.type('\x1b[B\x1b[B!');
    await writer.waitForText('  !row 2\n');
    writer.type('\x1b>!');
    await writer.waitForText('  row 9999!');
    writer.type('\x1b<attached all\n\r');
    await writer.waitForText('Got  and .');
    expect(writer.text()).toMatch(/\n {2}row 9998\n {2}row 9999!\n/);
  });

  test('keys of newer and of older terminals, and none that types garbage', async () => {
    const program = await start();
    program.type('one\x1b[27;2;13~two\x1b[13;5uthree');
    await program.waitForText('> one\n  two\n  three');
    program.type('\x1b[57400u\x1bOk\x1b[57401u');
    await program.waitForText('  three1+2');
    program.type('\x1b[99;99;99Q\x1b[?62;4c\x1b]11;rgb:0/0/0\x1b\\\x1b[I\x1b[200');
    program.type('\x1b[1;\x05!');
    await program.waitForText('  three1+2!');
    program.type('\x1b[1;5H?');
    await program.waitForText('> ?one\n');
  });
});

test('the keyboard protocol is switched on where the terminal has it, and off again', async () => {
  // The answer is there when the question is asked: it must come quickly to be heard.
  const program = await start({ early: '\x1b[?1u' });
  await program.waitFor('the protocol', () => program.raw.includes('\x1b[>5u'));
  program.type('a\x1b[13;2ub\x1b[97;5u\x1b[44:60;4uc');
  await program.waitForText('> ca\n  b');
  program.type('\x1b[99;5u\x1b[100;5u');
  expect(await program.exit).toEqual({ exitCode: 0, signal: undefined });
  expect(program.raw).toContain('\x1b[<u');
});

describe('pasting', () => {
  test('several chips, each gone with one key, whole in the history', async () => {
    const program = await start();
    const long = Array.from({ length: 40 }, (_, n) => `pasted ${n}`).join('\n');
    program.paste(long);
    await program.waitForText('> [pasted 40 lines]');
    program.paste(long);
    await program.waitForText('> [pasted 40 lines][pasted 40 lines #2]');
    program.type(BACKSPACE);
    await program.waitFor('one chip', shows('> [pasted 40 lines]'));
    program.type('\r');
    await program.waitForText('You said: [pasted 40 lines]');
    await program.waitForText(EMPTY);
    program.type(UP);
    await program.waitForText('pasted 39');
  });

  test('an end mark and control characters inside are harmless', async () => {
    const program = await start();
    program.type('\x1b[200~echo \x1b[201~\x15!rm -rf .\r\x1b]52;c;AAAA\x07\x1b[201~');
    await program.waitForText('> echo !rm -rf .');
    expect(program.text()).not.toContain('ran **');
    program.type(`${CTRL_U}${CTRL_U}${CTRL_C}x`);
    await program.waitForText('> x');
    expect(program.text()).not.toContain('ran **');
  });

  test('ten thousand lines without brackets are a chip too and send nothing', async () => {
    // On a slow machine it comes in parts, each a chip: they have room in one row.
    const program = await start({ columns: 1000 });
    program.type(Array.from({ length: 10_000 }, (_, n) => `line ${n} of it\r`).join(''));
    const pastedLines = (text: string) =>
      [...text.matchAll(/\[pasted (\d+) lines/g)].reduce(
        (sum, [, count]) => sum + Number(count),
        0,
      );
    // What is typed before the last part has been read would belong to it.
    await program.waitFor('all of it', (text) => pastedLines(text) >= 10_000);
    program.type('end');
    await program.waitForText(']end');
    expect(program.text()).not.toContain('You said');
  });
});

describe('history', () => {
  test('is searched backwards, and what another terminal wrote is found', async () => {
    const stateDir = place.newStateDir();
    const program = await start({ stateDir });
    const other = await start({ stateDir });
    for (const message of ['first apple', 'second banana\nof two lines']) {
      other.type(`${message}\r`);
      await other.waitForText(`You said: ${message}`);
      await other.waitForText(EMPTY);
    }
    const entries = () => readFile(join(stateDir, 'input-history.jsonl'), 'utf8');
    await expect.poll(entries, { timeout: 60_000 }).toContain('banana');
    program.type('my draft');
    await program.waitForText('> my draft');
    program.type(`${CTRL_R}an`);
    await program.waitForText('history: an\n  second banana ⏎ of two lines');
    program.type(BACKSPACE);
    await program.waitForText('history: a\n');
    program.type(CTRL_R);
    await program.waitForText('  first apple');
    program.type(CTRL_S);
    await program.waitForText('  second banana');
    program.type('nowhere');
    await program.waitForText('nothing like it');
    program.type(ESCAPE);
    await program.waitForText('> my draft');
    program.type(`${CTRL_R}apple\r`);
    await program.waitForText('> first apple');
    expect(program.text()).not.toContain('You said');
    program.type('\r');
    await program.waitForText('You said: first apple');
  });
});

describe('shell commands', () => {
  test('! begins one, Backspace leaves, the history keeps them', async () => {
    const program = await start();
    program.type('!');
    await program.waitForText('! A shell command.');
    program.type(BACKSPACE);
    await program.waitForText(EMPTY);
    program.type('!git status\r');
    await program.waitForText('ran **git status**');
    await program.waitForText(EMPTY);
    program.type(UP);
    await program.waitForText('! git status');
    program.type(`${CTRL_C}`);
    await program.waitForText(EMPTY);
    program.type('no command!\r');
    await program.waitForText('You said: no command!');
  });

  test('a pasted ! is a message', async () => {
    const program = await start();
    program.paste('!rm -rf .');
    await program.waitForText('> !rm -rf .');
    program.type('\r');
    await program.waitForText('You said: !rm -rf .');
    expect(program.text()).not.toContain('ran **');
  });
});

describe('completion', () => {
  test('folders go on, lines stay with their file, arguments of commands', async () => {
    const program = await start();
    program.type('@sr');
    await program.waitForText('  src/\n');
    program.type('\x1b[B\t');
    await program.waitForText('> @src/\n');
    program.type('mai');
    await program.waitForText('› src/main.ts');
    program.type(`\t${BACKSPACE}:10-40 `);
    program.type(`${CTRL_U}pictures @src/main.ts:10-40\r`);
    await program.waitForText('read src/main.ts:10-40.');
    program.type('/model oth');
    await program.waitForText('› test/other');
    program.type('\t\r');
    await program.waitForText('The next message goes to test/other');
  });
});

describe('the external editor', () => {
  test('gets the draft and gives it back; the screen is whole afterwards', async () => {
    const editor = await script('edit', `cat "$2" > "$2.seen"; echo "$1 $(cat "$2")" > "$2"`);
    const program = await start({ env: { VISUAL: `"${editor}" --wait` } });
    program.type('a draft');
    await program.waitForText('> a draft');
    program.type(CTRL_G);
    await program.waitForText('> --wait a draft');
    program.type('!\r');
    await program.waitForText('You said: --wait a draft!');
    expect(program.text().match(/Harness ready\./g)).toHaveLength(1);
  });

  test('a failing one keeps the draft and says why', async () => {
    const stateDir = place.newStateDir();
    const editor = await script('edit', 'exit 3');
    const program = await start({ stateDir, env: { EDITOR: editor } });
    program.type('a draft');
    await program.waitForText('> a draft');
    program.type(CTRL_G);
    await program.waitForText('ended with an error (3)');
    await program.waitForText('> a draft');
    const left = await readdir(stateDir);
    expect(left.filter((name) => name.startsWith('zeke-message-'))).toEqual([]);
  });
});

describe('images', () => {
  test('by a pasted path, by a mention and by a path in the text', async () => {
    const program = await start();
    await writeFile(join(place.folder, 'a shot.png'), PNG);
    await writeFile(join(place.folder, 'b.gif'), 'GIF89a');
    program.type('pictures ');
    program.paste(`${place.folder.replaceAll(' ', '\\ ')}/a\\ shot.png`);
    await program.waitForText('> pictures [image 1]');
    program.type(` @b.gif @missing.png\r`);
    await program.waitForText(
      `Saw [image 1] image/png ${PNG.length}, b.gif image/gif 6; read missing.png.`,
    );
  });

  test('from the clipboard; by its bytes; kept out of the history', async () => {
    await writeFile(join(place.folder, 'clip.png'), PNG);
    const paste = await script(
      'wl-paste',
      `case "$*" in --list-types) echo image/png ;; *) cat ${place.folder}/clip.png ;; esac`,
    );
    const program = await start({ env: { WAYLAND_DISPLAY: 'wayland-0', PATH: dirname(paste) } });
    program.type(`pictures ${CTRL_V}`);
    await program.waitForText('> pictures [image 1]');
    program.type('\r');
    await program.waitForText(`Saw [image 1] image/png ${PNG.length}`);
  });

  test('what cannot be sent is said and stays in the input', async () => {
    const program = await start({
      env: { SSH_CONNECTION: '1 2 3 4', WAYLAND_DISPLAY: '', DISPLAY: '' },
    });
    await writeFile(join(place.folder, 'fake.png'), 'no image');
    program.type(CTRL_V);
    await program.waitForText('Over SSH the clipboard of your own machine cannot be read.');
    program.type('pictures @fake.png\r');
    await program.waitForText('is no image that models take');
    await program.waitForText('> pictures @fake.png');
  });
});

describe('vi mode', () => {
  test('is shown, edits, and lets Escape stop the answer the second time', async () => {
    const program = await start({ settings: { viMode: true } });
    program.type('one two');
    await program.waitForText('vi insert');
    program.type(ESCAPE);
    await program.waitForText('vi normal');
    program.type('0dwAx');
    await program.waitForText('> twox');
    program.type('\r');
    await program.waitForText('You said: twox');
    program.type('forever\r');
    await program.waitForText('word3');
    program.type('dr');
    await program.waitForText('> dr');
    program.type(ESCAPE);
    await program.waitForText('vi normal');
    expect(program.text()).not.toContain('Stopped.');
    program.type(ESCAPE);
    await program.waitForText('Stopped.');
    program.type('ddi\x04');
    expect(await program.exit).toEqual({ exitCode: 0, signal: undefined });
    expect(program.raw.lastIndexOf('\x1b[0 q')).toBeGreaterThan(
      program.raw.lastIndexOf('\x1b[6 q'),
    );
  });
});

describe('keys of the user', () => {
  test('take the place of the usual ones; mistakes are said at the start', async () => {
    const program = await start({
      settings: { keys: { 'history-search': ['Ctrl+X', 'Hyper+Y'], nonsense: ['Ctrl+Q'] } },
    });
    await program.waitForText('tui.keys.history-search: "Hyper+Y" is no key.');
    await program.waitForText('tui.keys.nonsense: there is no such action.');
    program.type('\x18');
    await program.waitForText('history:');
    program.type(`${ESCAPE}`);
    await program.waitForText(EMPTY);
    program.type(`${CTRL_R}typed`);
    await program.waitForText('> typed');
  });
});

describe('the cursor is where the text goes', () => {
  test('at wide characters, on several rows, behind chips, after a resize', async () => {
    const program = await start({ columns: 24, rows: 16 });
    program.type('日本語かな');
    await program.waitFor('the cursor behind it', () => program.cursor().x === 12);
    expect(program.text()).toContain('> 日本語かな');
    program.type('漢字漢字漢字');
    await program.waitFor('the second row', () => program.cursor().x === 4);
    const row = program.cursor().y;
    program.type('\x1b[D\x1b[D');
    await program.waitFor('the first row', () => program.cursor().y === row - 1);
    expect(program.cursor().x).toBe(20);
    program.type(`${CTRL_U}${CTRL_C}`);
    await program.waitForText(EMPTY);
    program.paste('x\n'.repeat(30));
    await program.waitForText('[pasted 30 lines');
    program.resize(60, 16);
    await program.waitFor('the cursor behind the chip', () => program.cursor().x === 19);
    program.type('\x1b[D');
    await program.waitFor('the cursor before it', () => program.cursor().x === 2);
  });
});
