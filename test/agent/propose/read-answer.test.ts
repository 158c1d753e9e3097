/** Random texts, changes and answers: what is applied is the change and nothing else, or it is refused. */
import { expect, it } from 'vitest';
import { applyAnswer } from '../../../src/agent/propose/apply-answer.ts';
import type { Outcome } from '../../../src/agent/propose/outcome.ts';
import { readAnswer } from '../../../src/agent/propose/read-answer.ts';

const ROUNDS = 4000;
const FIRST_SEED = Number(process.env.ZEKE_FUZZ_SEED ?? 1);
/** Few, so that lines repeat; some look like the marks of an answer. */
const WORDS = ['a', 'b', '', '}', '  x y', '-- c', '++ d', '@ e', '```sh', '```', '\tf', 'g  '];

interface Change {
  readonly start: number;
  readonly end: number;
  readonly lines: readonly string[];
}
/** A change with lines around it that no other change touches. */
interface Piece extends Change {
  readonly from: number;
  readonly to: number;
}
interface Round {
  readonly old: readonly string[];
  readonly pieces: readonly Piece[];
  readonly answer: string;
  /** Every line stands in one place only, and nothing in the answer differs from the text. */
  readonly isPlain: boolean;
}
type Random = (count: number) => number;

function createRandom(seed: number): Random {
  let state = seed * 7919 + 1;
  return (count) => {
    state = (state * 16807) % 2147483647;
    return state % count;
  };
}
function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[random(items.length)] as Item;
}

function makeRound(seed: number): Round {
  const random = createRandom(seed);
  const isUnique = random(3) === 0;
  const old = Array.from({ length: 1 + random(20) }, (_, at) =>
    isUnique ? `line ${at}${pick(random, ['', ';', ' }'])}` : pick(random, WORDS),
  );
  const pieces = makePieces(random, old);
  const form = pick(random, [writeBlocks, writeDiff, writeWhole]);
  const { text, isExact } = form(random, old, pieces);
  const answer = random(4) === 0 ? text.replaceAll('\n', '\r\n') : text;
  return { old, pieces, answer, isPlain: isUnique && isExact };
}

function makePieces(random: Random, old: readonly string[]): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  while (at < old.length && pieces.length < 3) {
    const from = at + random(3);
    const start = from + random(3);
    const end = start + random(3);
    const to = Math.min(old.length, end + random(3));
    if (end > old.length || to === from) break;
    const lines = Array.from({ length: random(3) }, () => `new ${random(100)}`);
    if (start < end || lines.length > 0) pieces.push({ from, start, end, to, lines });
    at = to + 1;
  }
  return pieces;
}

function applied(old: readonly string[], pieces: readonly Piece[]): readonly string[] {
  return pieces.reduceRight<readonly string[]>(
    (lines, { start, end, lines: fresh }) => [
      ...lines.slice(0, start),
      ...fresh,
      ...lines.slice(end),
    ],
    old,
  );
}

/** Some models drop the white space at the ends of lines. */
function copy(random: Random, lines: readonly string[]): readonly string[] {
  return random(2) === 0 ? lines : lines.map((line) => line.trimEnd());
}

function writeBlocks(random: Random, old: readonly string[], pieces: readonly Piece[]) {
  const width = pick(random, [7, 7, 7, 5, 8]);
  const text = pieces.map(({ from, start, end, to, lines }) => {
    const [before, removed, after] = [
      copy(random, old.slice(from, start)),
      copy(random, old.slice(start, end)),
      copy(random, old.slice(end, to)),
    ];
    return [
      `${'<'.repeat(width)} SEARCH`,
      ...[...before, ...removed, ...after],
      '='.repeat(width),
      ...[...before, ...lines, ...after],
      `${'>'.repeat(width)} REPLACE`,
    ].join('\n');
  });
  const answer = ['I change it.', ...(random(2) === 0 ? text : text.reverse())].join('\n');
  return { text: answer, isExact: true };
}

function writeDiff(random: Random, old: readonly string[], pieces: readonly Piece[]) {
  const hunks = pieces.flatMap(({ from, start, end, to, lines }, index) => {
    const sign = (mark: string, some: readonly string[]) => some.map((line) => `${mark}${line}`);
    const context = (some: readonly string[]) =>
      copy(random, some).map((line) => (line === '' && random(2) === 0 ? '' : ` ${line}`));
    const header = pick(random, [
      `@@ -${from + 1},${to - from} +${from + 1},9 @@`,
      `@@ -${from + 1000},${random(9)} +${random(9)},1 @@ function one()`,
      '@@ ... @@',
    ]);
    return [
      ...(pieces.length === 1 && random(4) === 0 ? [] : [header]),
      ...context(old.slice(from, start)),
      ...sign('-', copy(random, old.slice(start, end))),
      ...sign('+', lines),
      ...context(old.slice(end, to)),
      ...(index < pieces.length - 1 && random(3) === 0 ? [''] : []),
    ];
  });
  const head = random(2) === 0 ? ['--- a/x.txt', '+++ b/x.txt'] : [];
  const text = ['- I change it.', '', '```diff', ...head, ...hunks, '```', '', 'Done.'].join('\n');
  return { text, isExact: pieces.length > 0 };
}

function writeWhole(random: Random, old: readonly string[], pieces: readonly Piece[]) {
  const fence = '`'.repeat(pick(random, [3, 4]));
  const lines = applied(old, pieces);
  const text = [`Here:`, `${fence}txt`, ...lines, fence, 'Done.'].join('\n');
  return { text, isExact: lines.length > 0 };
}

function answer(text: string, written: string): Outcome {
  const reading = readAnswer(written, 'src/x.txt');
  return reading.ok ? applyAnswer(text, reading.answer) : reading;
}

it('is applied exactly, whatever form it has, or refused with the reason', () => {
  const wrong: string[] = [];
  let count = 0;
  for (let seed = FIRST_SEED; seed < FIRST_SEED + ROUNDS; seed += 1) {
    const { old, pieces, answer: written, isPlain } = makeRound(seed);
    const ends = seed % 5 === 0 ? '\r' : '';
    const join = (lines: readonly string[]) => lines.map((line) => line + ends).join('\n');
    const outcome = answer(join(old), written);
    if (!outcome.ok && isPlain) wrong.push(`seed ${seed}: refused: ${outcome.problem}`);
    if (!outcome.ok && !/^[A-Z].{15,}\.$/s.test(outcome.problem)) {
      wrong.push(`seed ${seed}: says ${outcome.problem}`);
    }
    if (!outcome.ok) continue;
    count += 1;
    const wanted = applied(old, pieces);
    if (outcome.text !== join(wanted)) {
      wrong.push(`seed ${seed}: ${JSON.stringify({ old, wanted, got: outcome.text, written })}`);
    }
  }
  expect(wrong.slice(0, 5)).toEqual([]);
  expect(count).toBeGreaterThan(ROUNDS / 3);
});
