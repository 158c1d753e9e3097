import { expect, it } from 'vitest';
import { parseQuery } from '../../../src/context/scan/query.ts';

function wordsOf(question: string): readonly string[] {
  return parseQuery(question)
    .terms.filter(({ weight }) => weight === 1)
    .map(({ word }) => word);
}

it.each([
  ['where is the retry logic?', ['retry']],
  ['How do I use it?', ['how', 'do', 'use', 'it']],
  ['retries and retry', ['retries']],
  ['what calls parseDiff()', ['calls', 'parse', 'diff']],
  ['', []],
  ['?! 1 22', []],
])('the words of %j', (question, words) => {
  expect(wordsOf(question)).toEqual(words);
});

it('keeps names as they are written, and paths', () => {
  const query = parseQuery('why does parseDiff in src/review/diff.ts ignore MAX_LINES?');
  expect(query.names.map(({ name }) => name)).toEqual(['parseDiff', 'MAX_LINES']);
  expect(query.paths).toContain('src/review/diff.ts');
});

it('counts what stands below the first line less, and keeps to a limit', () => {
  const body = Array.from(
    { length: 500 },
    (_, index) => `word${'abcdefghij'[index % 10]} x${index}`,
  );
  const query = parseQuery(`crash in lexer\n${body.join(' ')}`);
  const [crash, lexer, ...rest] = query.terms;
  expect([crash?.word, lexer?.word]).toEqual(['crash', 'lexer']);
  expect(rest.every(({ weight }) => weight < 0.5)).toBe(true);
  expect(query.terms.length).toBeLessThan(60);
  expect(query.names.length).toBeLessThan(30);
});

it('reads only the beginning of a very long question', () => {
  expect(wordsOf(`${' '.repeat(10_000)}needle`)).toEqual([]);
});
