/** Windows of any size, while text streams: nothing is lost, nothing is there twice. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { HarnessPlace } from '../helpers/harness-place.ts';
import type { PtyProgram } from '../helpers/pty.ts';

const place = new HarnessPlace();
beforeAll(() => place.prepare());
afterEach(() => place.closeAll());
afterAll(() => place.remove());

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
const allLines = Array.from({ length: 250 }, (_, n) => `Line ${n} of it.`);
/** Text without the places where a terminal breaks its rows. */
const joined = (program: PtyProgram): string => program.text().replaceAll('\n', '');

/**
 * Resizes after each ten pieces of the answer. What a program has written before it can know of a
 * new size no program can take back; so the answer pauses for the moment of the change itself.
 */
async function resizeBetween(
  program: PtyProgram,
  piece: (n: number) => string,
  nextSize: () => readonly [number, number],
): Promise<void> {
  for (let step = 1; step <= 25; step += 1) {
    const last = piece(step * 10 - 1);
    await program.waitForWholeFrame(last, () => joined(program).includes(last));
    program.resize(...nextSize());
    program.kill('SIGURG');
  }
}
const line = (n: number): string => `Line ${n} of it.`;

describe('sizes at random while an answer streams', () => {
  test.each([1, 2, 3])('from 20 × 5 to 200 × 60 (%i)', async (seed) => {
    const program = await place.openReady();
    const random = randomNumbers(seed);
    program.type('paced lines 250\r');
    await resizeBetween(program, line, () => [20 + random(181), 5 + random(56)]);
    program.resize(100, 24);
    program.type('still here');
    await program.waitForText('> still here');
    expect(joined(program).match(NUMBERED_LINE)).toEqual(allLines);
    expect(program.text().trim().slice(0, 33)).toBe('Harness ready.\n\n> paced lines 250');
    expect(joined(program).match(/> still here/g)).toHaveLength(1);
    expect(program.raw).not.toMatch(/\x1b\[[23]J/);
  });

  test('one endless paragraph, with a draft in the input', async () => {
    const program = await place.openReady({ rows: 36 });
    const random = randomNumbers(4);
    let columns = 80;
    program.type('paced words 1000\r');
    await program.waitForText('word9');
    program.type('a draft that is long enough to take two rows when the window is narrow');
    await program.waitForText('window is narrow');
    await resizeBetween(
      program,
      (n) => `word${n}`,
      () => {
        // Half as wide at most: what a window cannot hold is scrolled away by the terminal itself.
        columns = Math.max(40, Math.floor(columns / 2)) + random(60);
        return [columns, 30 + random(10)];
      },
    );
    program.type('\x1b');
    program.kill('SIGURG');
    await program.waitForText('Stopped.');
    // The same frame; what has been read of it may end between the two.
    await program.waitFor('the draft', () => joined(program).includes('a draft that is long'));
    const words = joined(program).match(/word\d+/g) ?? [];
    expect(words.length).toBeGreaterThan(250);
    expect(words).toEqual(words.map((_, n) => `word${n}`));
    expect(joined(program).match(/a draft that is long/g)).toHaveLength(1);
  });

  test.each([
    ['completions', '/', '/help'],
    ['the list of models', '\x0f', 'test/other'],
  ])('with %s open', async (_, keys, shown) => {
    const program = await place.openReady();
    const random = randomNumbers(5);
    program.type('paced lines 250\r');
    await program.waitForText('Line 9 of it.');
    program.type(keys);
    await program.waitForText(shown);
    await resizeBetween(program, line, () => [20 + random(181), 5 + random(56)]);
    program.resize(100, 30);
    await program.waitForText(shown);
    program.type('\x1b');
    await program.waitFor('the prompt alone', (text) => !text.slice(-300).includes(shown));
    expect(joined(program).match(NUMBERED_LINE)).toEqual(allLines);
  });

  test('with the search in the history open, and a draft below it', async () => {
    const program = await place.openReady();
    const random = randomNumbers(6);
    program.type('a needle in it\r');
    await program.waitForText('You said: a needle in it');
    program.type('paced lines 250\r');
    await program.waitForText('Line 9 of it.');
    program.type('my draft');
    await program.waitForText('> my draft');
    program.type('\x12need');
    await program.waitForText('history: need');
    await resizeBetween(program, line, () => [20 + random(181), 5 + random(56)]);
    program.resize(100, 30);
    program.type('le');
    await program.waitForText('history: needle\n  a needle in it');
    expect(program.screen().filter((row) => row.startsWith('history: '))).toHaveLength(1);
    program.type('\x1b');
    await program.waitForText('> my draft');
    expect(joined(program).match(NUMBERED_LINE)).toEqual(allLines);
    expect(joined(program).match(/> my draft/g)).toHaveLength(1);
    expect(joined(program)).not.toContain('history: ');
  });

  test('with a question open, and a draft that it leaves alone', async () => {
    const program = await place.openReady({ rows: 30 });
    const random = randomNumbers(7);
    program.type('paced lines 250\r');
    for (let step = 1; step <= 25; step += 1) {
      await program.waitForText(line(step * 10 - 1));
      program.kill('SIGURG');
    }
    program.type('edit\r');
    await program.waitForText('? edit src/a.ts');
    program.paste('my draft');
    await program.waitForText('> my draft');
    let draft = 'my draft';
    for (let step = 0; step < 20; step += 1) {
      // The question takes a row for each of its own at these sizes, and two when it was wider.
      program.resize(40 + random(161), 28 + random(33));
      const isLonger = draft === 'my draft';
      program.type(isLonger ? '!' : '\x7f');
      draft = isLonger ? 'my draft!' : 'my draft';
      await program.waitFor('the key', () => program.screen().includes(`> ${draft}`));
    }
    program.resize(100, 40);
    program.type('.');
    await program.waitForText(`> ${draft}.`);
    expect(joined(program).match(NUMBERED_LINE)).toEqual(allLines);
    for (const once of [/\? edit src\/a\.ts/g, /\+const two = 2;/g, /> my draft/g, /> edit/g]) {
      expect(joined(program).match(once), String(once)).toHaveLength(1);
    }
  });

  test.each([
    [10, 3],
    [4, 2],
    [1, 1],
  ])('a window of %i × %i is survived', async (columns, rows) => {
    const program = await place.openReady({ env: { HARNESS_DELAY_MS: '1' } });
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
