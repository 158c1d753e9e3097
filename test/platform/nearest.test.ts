import { expect, test } from 'vitest';
import { nearestName, slipsBetween } from '../../src/platform/nearest.ts';

test.each([
  ['modles', 'models', 1],
  ['ask', 'ask', 0],
  ['ASK', 'ask', 0],
  ['mod', 'models', 0.5],
  ['', 'ask', 3],
  ['kitten', 'sitting', 3],
])('from %j to %j it is %d slips', (typed, meant, slips) => {
  expect(slipsBetween(typed, meant)).toBe(slips);
});

test('the nearest of several, or nothing of none', () => {
  expect(nearestName('confg', ['commit', 'config', 'completion'])).toBe('config');
  expect(nearestName('x', [])).toBeUndefined();
});

test('a very long word is no burden', () => {
  expect(nearestName('x'.repeat(1_000_000), ['ask', 'config'])).toBeDefined();
});
