import { expect, test } from 'vitest';
import { countLines } from '../../../src/cli/chat/count-lines.ts';

test.each([
  ['', 'a\nb\n', { added: 2, removed: 0 }],
  ['a\nb\n', '', { added: 0, removed: 2 }],
  ['a\nb\nc\n', 'a\nx\ny\nc\n', { added: 2, removed: 1 }],
  ['same\n', 'same\n', { added: 0, removed: 0 }],
])('%j to %j', (before, after, counts) => {
  expect(countLines(before, after)).toEqual(counts);
});

test('what takes too long to compare is not counted', () => {
  const text = (sign: string) => Array.from({ length: 20_000 }, (_, n) => `${sign}${n}\n`).join('');
  expect(countLines(text('a'), text('b'))).toBeUndefined();
});
