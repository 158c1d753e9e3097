/** Windows of any size, while text streams: nothing is lost, nothing is there twice. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { bundleChatHarness } from '../helpers/bundle-harness.ts';
import { PtyProgram } from '../helpers/pty.ts';

let harness = '';
let folder = '';
const programs: PtyProgram[] = [];

beforeAll(async () => {
  harness = await bundleChatHarness();
  folder = await mkdtemp(join(tmpdir(), 'zeke-resize-'));
});
afterEach(async () => {
  await Promise.all(programs.splice(0).map((program) => program.dispose()));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  if (harness !== '') await rm(dirname(harness), { recursive: true, force: true });
});

async function start(options: {
  readonly env?: Record<string, string>;
  readonly columns?: number;
  readonly rows?: number;
}): Promise<PtyProgram> {
  const program = new PtyProgram({
    command: process.execPath,
    args: [harness],
    cwd: folder,
    env: {
      HOME: folder,
      ZEKE_STATE_DIR: folder,
      PATH: process.env.PATH ?? '',
      // The emulator is the one of that program.
      TERM_PROGRAM: 'vscode',
      ...options.env,
    },
    columns: options.columns ?? 80,
    rows: options.rows ?? 24,
  });
  programs.push(program);
  await program.waitForText('Harness ready.');
  return program;
}

/** The same numbers in every run (mulberry32). */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const NUMBERED_LINE = /Line \d+ of it\./g;
const allLines = Array.from({ length: 300 }, (_, n) => `Line ${n} of it.`);
/** Text without the places where a terminal breaks its rows. */
const joined = (program: PtyProgram): string => program.text().replaceAll('\n', '');

const lastWord = (program: PtyProgram): number =>
  Number(joined(program).match(/.*word(\d+) /)?.[1] ?? 0);

describe('sizes at random while an answer streams', () => {
  test.each([1, 2, 3])('from 20 × 5 to 200 × 60 (%i)', async (seed) => {
    const program = await start({ env: { HARNESS_DELAY_MS: '2' } });
    const random = randomNumbers(seed);
    program.type('long\r');
    for (let step = 1; step <= 25; step += 1) {
      await program.waitFor(`line ${step * 10}`, (text) => text.includes(`Line ${step * 10} `));
      program.resize(20 + random(181), 5 + random(56));
    }
    await program.waitFor('the end', (text) => text.includes('Line 299 of it.'));
    program.resize(100, 24);
    program.type('still here');
    await program.waitForText('> still here');
    expect(joined(program).match(NUMBERED_LINE)).toEqual(allLines);
    expect(program.text().trim().slice(0, 22)).toBe('Harness ready.\n\n> long');
    expect(joined(program).match(/> still here/g)).toHaveLength(1);
    expect(program.raw).not.toMatch(/\x1b\[[23]J/);
  });

  test('one endless paragraph, with a draft in the input', async () => {
    const program = await start({ env: { HARNESS_DELAY_MS: '2' }, rows: 36 });
    const random = randomNumbers(4);
    let columns = 80;
    program.type('forever\r');
    await program.waitForText('word3 ');
    program.type('a draft that is long enough to take two rows when the window is narrow');
    for (let step = 1; step <= 20; step += 1) {
      await program.waitFor(`word ${step * 20}`, () => lastWord(program) >= step * 20);
      // Half as wide at most: what a window cannot hold is scrolled away by the terminal itself.
      columns = Math.max(40, Math.floor(columns / 2)) + random(60);
      program.resize(columns, 30 + random(10));
    }
    program.type('\x1b');
    await program.waitForText('Stopped.');
    const words = joined(program).match(/word\d+/g) ?? [];
    expect(words.length).toBeGreaterThan(400);
    expect(words).toEqual(words.map((_, n) => `word${n}`));
    expect(program.text().trim().slice(0, 25)).toBe('Harness ready.\n\n> forever');
    expect(joined(program).match(/a draft that is long/g)).toHaveLength(1);
  });

  test.each([
    ['completions', '/', '/help'],
    ['the list of models', '\x0f', 'test/other'],
  ])('with %s open', async (_, keys, shown) => {
    const program = await start({ env: { HARNESS_DELAY_MS: '2' } });
    const random = randomNumbers(5);
    program.type('long\r');
    await program.waitForText('Line 3 of it.');
    program.type(keys);
    await program.waitForText(shown);
    for (let step = 1; step <= 20; step += 1) {
      await program.waitFor(`line ${step * 12}`, (text) => text.includes(`Line ${step * 12} `));
      program.resize(20 + random(181), 5 + random(56));
    }
    await program.waitFor('the end', (text) => text.includes('Line 299 of it.'));
    program.resize(100, 30);
    await program.waitForText(shown);
    program.type('\x1b');
    await program.waitFor('the prompt alone', (text) => !text.slice(-300).includes(shown));
    expect(joined(program).match(NUMBERED_LINE)).toEqual(allLines);
  });

  test.each([
    [10, 3],
    [4, 2],
    [1, 1],
  ])('a window of %i × %i is survived', async (columns, rows) => {
    const program = await start({ env: { HARNESS_DELAY_MS: '1' } });
    program.type('markdown\r');
    await program.waitForText('first item');
    program.resize(columns, rows);
    program.type('x');
    await program.waitFor('the key', () => joined(program).includes('x'));
    program.resize(100, 30);
    await program.waitForText('The end of it.');
    await program.waitFor('the input', (text) => /> x$/m.test(text));
  });
});
