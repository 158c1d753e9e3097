import { expect, test } from 'vitest';
import { fuzzyScore } from '../../../src/tui/picker/fuzzy.ts';

test('every word has to be found, as a part or by its letters', () => {
  expect(fuzzyScore('', 'anything')).toBeGreaterThan(0);
  expect(fuzzyScore('gpt large', 'openai/gpt-5-large')).toBeGreaterThan(0);
  expect(fuzzyScore('gpt tiny', 'openai/gpt-5-large')).toBe(0);
  expect(fuzzyScore('snnt', 'anthropic/sonnet')).toBeGreaterThan(0);
  expect(fuzzyScore('tens', 'anthropic/sonnet')).toBe(0);
  expect(fuzzyScore('az', 'a-z')).toBe(0);
  expect(fuzzyScore('abc', `a${'-'.repeat(20)}b-c`)).toBe(0);
});

test('a better place counts more', () => {
  const places = ['main.ts', 'src/main.ts', 'domain.ts', 'my-ascii-name'];
  const scores = places.map((text) => fuzzyScore('main', text));
  expect(scores).toEqual([...scores].sort((left, right) => right - left));
  expect(new Set(scores).size).toBe(scores.length);
});
