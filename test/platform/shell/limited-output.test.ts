import { expect, test } from 'vitest';
import { createLimitedOutput, keepEnds } from '../../../src/platform/shell/limited-output.ts';

test('a short output is all there, as it came', () => {
  const output = createLimitedOutput(100);
  expect([output.push('one\n'), output.push('two\n'), output.flush()].join('')).toBe('one\ntwo\n');
});

test('of a long one the beginning and the end are kept, and the rest is counted', () => {
  const output = createLimitedOutput(20);
  const pieces = Array.from({ length: 1000 }, (_, index) => `${index},`);
  const all = pieces.join('');
  const kept = pieces.map((piece) => output.push(piece)).join('') + output.flush();
  expect(kept.startsWith(all.slice(0, 10))).toBe(true);
  expect(kept.endsWith(all.slice(-10))).toBe(true);
  expect(kept).toContain(`[… ${all.length - 20} characters left out …]`);
});

test('nothing is said to be missing where nothing is', () => {
  expect(keepEnds('x'.repeat(20), 20)).toBe('x'.repeat(20));
  const output = createLimitedOutput(20);
  expect(output.push('x'.repeat(15)) + output.flush()).toBe('x'.repeat(15));
});
