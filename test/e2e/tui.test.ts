import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type HarnessOptions, HarnessPlace } from '../helpers/harness-place.ts';
import type { PtyProgram } from '../helpers/pty.ts';

const CTRL_C = '\x03';
const CTRL_D = '\x04';
const ESCAPE = '\x1b';
const UP = '\x1b[A';
const DOWN = '\x1b[B';

const place = new HarnessPlace();
beforeAll(() => place.prepare());
afterEach(() => place.closeAll());
afterAll(() => place.remove());

function start(options: HarnessOptions = {}): PtyProgram {
  return place.open({ stateDir: place.newStateDir(), ...options });
}

async function startReady(options: HarnessOptions = {}): Promise<PtyProgram> {
  const program = await place.openReady({ stateDir: place.newStateDir(), ...options });
  await program.waitForText('· main');
  return program;
}

async function answered(program: PtyProgram, message: string, end: string): Promise<void> {
  program.type(`${message}\r`);
  await program.waitFor(end, (text) => text.split(`> ${message}`).at(-1)?.includes(end) === true);
  await program.waitFor('the end of the turn', (text) => text.includes('> Ask anything'));
}

describe('a conversation', () => {
  test('streams Markdown into the scrollback, and what is copied is the text', async () => {
    const program = await startReady({ columns: 40, rows: 16 });
    await answered(program, 'markdown', 'The end of it.');
    const text = program.text();
    expect(text).toContain(
      'A paragraph with bold and code that is long enough to be wrapped by a narrow terminal, twice or so.\n',
    );
    expect(text).toContain('```ts\nconst answer = 42;\n```\n');
    expect(text).toContain('- first item\n- second item\n');
    expect(text).toContain('name  size\n');
    expect(text).toContain('See the page (https://example.org/page).');
    expect(text.match(/The end of it\./g)).toHaveLength(1);
    expect(program.raw).not.toMatch(/\x1b\[[23]J/);
  });

  test('three hundred paragraphs arrive once each and in order on a small screen', async () => {
    const program = await startReady({ columns: 50, rows: 12, env: { HARNESS_DELAY_MS: '0' } });
    await answered(program, 'long', 'Line 299 of it.');
    const shown = program.text().match(/Line \d+ of it\./g) ?? [];
    expect(shown).toEqual(Array.from({ length: 300 }, (_, n) => `Line ${n} of it.`));
  });

  test('shows reasoning folded and a tool call on a line', async () => {
    const program = await startReady();
    await answered(program, 'tools', 'It is empty.');
    expect(program.text()).toContain('thought (7 words)\n✓ read-file src/main.ts\n');
  });

  test('shows an error with what to do next', async () => {
    const program = await startReady();
    await answered(program, 'error', 'Try again in a minute.');
    expect(program.text()).toContain('✗ example.org answered 503.');
    expect(program.text()).toContain('Alt+R sends it again.');
    program.type(`${UP}`);
    await program.waitFor('the message', (text) => /\n> error\n/.test(text));
  });

  test('shows model, context, cost and branch in the status line', async () => {
    const program = await startReady();
    await answered(program, 'hello', 'You said: hello');
    await program.waitForText('test/scripted · 1.5k used (15%), 8.5k left · $0.0123 · main');
  });

  test('sends the prompt of the command line at once', async () => {
    const program = start({ env: { HARNESS_PROMPT: 'first words' } });
    await program.waitForText('You said: first words');
  });
});

describe('stopping and leaving', () => {
  test('Escape stops the stream and keeps what came', async () => {
    const program = await startReady();
    program.type('forever\r');
    await program.waitForText('word20');
    program.type(ESCAPE);
    await program.waitForText('Stopped. What came so far is kept.');
    expect(program.text()).toContain('word0 word1 word2');
    await answered(program, 'again', 'You said: again');
  });

  test('Ctrl+C clears the input, then stops the turn, then leaves with a second press', async () => {
    const program = await startReady();
    program.type('silent\r');
    await program.waitForText('waiting for the model');
    program.type('a draft');
    await program.waitForText('> a draft');
    program.type(CTRL_C);
    await program.waitFor('an empty input', (text) => !text.includes('> a draft'));
    expect(program.text()).toContain('waiting for the model');
    program.type(CTRL_C);
    await program.waitForText('Stopped.');
    program.type(UP);
    await program.waitForText('> a draft');
    program.type(CTRL_C);
    await program.waitForText('> Ask anything');
    program.type(CTRL_C);
    await program.waitForText('Press Ctrl+C again to leave.');
    // Two, for a machine that stood still for so long that the first press does not count any more.
    program.type(CTRL_C + CTRL_C);
    expect(await program.exit).toEqual({ exitCode: 0, signal: undefined });
  });

  test('Ctrl+C, another key, Ctrl+C stays', async () => {
    const program = await startReady();
    program.type(CTRL_C);
    await program.waitForText('Press Ctrl+C again to leave.');
    program.type('x');
    await program.waitForText('> x');
    program.type(CTRL_C);
    await program.waitForText('> Ask anything');
    program.type(CTRL_C);
    await program.waitForText('Press Ctrl+C again to leave.');
    expect(program.hasEnded).toBe(false);
  });

  test('Ctrl+D leaves when the input is empty, and nothing of the frame stays', async () => {
    const program = await startReady();
    await answered(program, 'hello', 'You said: hello');
    program.type(`ab${CTRL_D}`);
    await program.waitForText('> ab');
    program.type(`\x01${CTRL_D}${CTRL_D}`);
    await program.waitForText('> Ask anything');
    program.type(CTRL_D);
    expect(await program.exit).toEqual({ exitCode: 0, signal: undefined });
    expect(program.text()).toMatch(/You said: hello\n\n?LEFT$/);
  });

  test('messages sent while a turn runs are queued in sight and sent in order', async () => {
    const program = await startReady();
    program.type('forever\r');
    await program.waitForText('word3');
    program.type('second\r');
    await program.waitForText('queued: second');
    program.type('third\r');
    await program.waitForText('queued: third');
    program.type(ESCAPE);
    await program.waitForText('You said: third');
    const text = program.text();
    expect(text.indexOf('You said: second')).toBeLessThan(text.indexOf('You said: third'));
    await program.waitFor('an empty queue', (shown) => !shown.includes('queued:'));
  });
});

describe('the input', () => {
  test('has several lines by every means', async () => {
    const program = await startReady();
    program.type('one\ntwo\x1b\rthree\\');
    await program.waitForText('  three\\');
    program.type('\r');
    await program.waitFor('the new line', (text) => !text.includes('three\\'));
    program.type('four\x1b[13;2ufive');
    await program.waitForText('> one\n  two\n  three\n  four\n  five');
    program.type('\r');
    await program.waitForText('You said: one\ntwo\nthree\nfour\nfive');
  });

  test('edits by words, lines and characters, wide ones too', async () => {
    const program = await startReady();
    program.type('alpha beta gamma\x17delta');
    await program.waitForText('> alpha beta delta');
    program.type('\x01\x1bf!\x05 日本👩‍💻\x7f\x7f語');
    await program.waitForText('> alpha! beta delta 日語');
    expect(program.cursor().x).toBe(2 + 'alpha! beta delta '.length + 4);
    program.type('\x1b[D\x1b[D\x0b');
    await program.waitFor(
      'the cut',
      (text) => text.includes('> alpha! beta delta \n') || text.includes('> alpha! beta delta\n'),
    );
    program.type('\x15\x19');
    await program.waitForText('> alpha! beta delta');
  });

  test('a large paste is one chip and travels whole', async () => {
    const program = await startReady();
    program.type('look at ');
    program.paste(Array.from({ length: 10_000 }, (_, n) => `pasted line ${n}`).join('\n'));
    await program.waitForText('> look at [pasted 10000 lines]');
    program.type('\x7f');
    await program.waitFor('the chip gone', (text) => !text.includes('[pasted'));
    program.type('\x15attached ');
    program.paste(Array.from({ length: 312 }, (_, n) => `pasted line ${n}`).join('\n'));
    await program.waitForText('> attached [pasted 312 lines]');
    program.type('and @src/main.ts\r');
    await program.waitForText('Got [pasted 312 lines]=312 and src/main.ts.');
  });

  test('a small paste stays text, and an end mark inside a paste cannot type', async () => {
    const program = await startReady();
    program.paste('two\nlines');
    await program.waitForText('> two\n  lines');
    program.type('\x15\x15\x15');
    program.paste('a\x1b[31mb\x07c');
    await program.waitForText('> abc');
  });

  test('completes files after @ and commands after /', async () => {
    const program = await startReady();
    program.type('see @main');
    await program.waitForText('› src/main.ts');
    program.type(DOWN);
    await program.waitForText('› src/main-loop.ts');
    program.type('\t');
    await program.waitForText('> see @src/main-loop.ts');
    program.type('\x15/he');
    await program.waitForText('› /help');
    program.type('\t');
    await program.waitForText('> /help');
    program.type('\r');
    await program.waitForText('@path puts a file into the message,');
    expect(program.text()).toContain('Ctrl+J, Alt+Enter');
  });

  test('chooses a model by a key and a session by a command', async () => {
    const program = await startReady();
    program.type('\x0f');
    await program.waitForText('Model of the next turn (now test/scripted)');
    program.type('oth');
    await program.waitForText('› test/other');
    program.type('\r');
    await program.waitFor(
      'the new model',
      (text) =>
        /\ntest\/other · main$/m.test(text) ||
        text.includes('The next message goes to test/other.'),
    );
    program.type('/resume\r');
    await program.waitForText('› Earlier talk');
    program.type(ESCAPE);
    await program.waitForText('> Ask anything');
    program.type('/nonsense\r');
    await program.waitForText('There is no command /nonsense.');
  });
});

describe('the start', () => {
  test('keys typed before the first paint are not lost', async () => {
    const program = start({ env: { HARNESS_OPEN_MS: '300' } });
    program.type('typed early\r');
    await program.waitForText('You said: typed early');
    expect(program.text().match(/typed early/g)).toHaveLength(2);
  });

  test('the prompt is there before the session is', async () => {
    const program = start({ env: { HARNESS_OPEN_MS: '100000' } });
    await program.waitForText('opening the session');
    expect(program.text()).not.toContain('Harness ready');
    program.type(`x${CTRL_C}`);
    await program.waitForText('> Ask anything');
    program.kill('SIGTERM');
    expect((await program.exit).exitCode).toBe(130);
  });

  test('works where CI is set', async () => {
    const program = await startReady({ env: { CI: 'true' } });
    await answered(program, 'hello', 'You said: hello');
  });
});

test('the history is private and holds what was typed', async () => {
  const stateDir = place.newStateDir();
  const program = await startReady({ stateDir });
  await answered(program, 'kept words', 'You said: kept words');
  const path = join(stateDir, 'input-history.jsonl');
  await expect.poll(() => readFile(path, 'utf8')).toBe('"kept words"\n');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const second = await startReady({ stateDir });
  second.type(UP);
  await second.waitForText('> kept words');
});
