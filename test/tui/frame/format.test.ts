import { expect, test } from 'vitest';
import { formatAge, formatCost, formatTokens } from '../../../src/tui/frame/format.ts';

test.each([
  [0, '0'],
  [999, '999'],
  [1000, '1k'],
  [1234, '1.2k'],
  [12_345, '12k'],
  [999_499, '999k'],
  [999_999, '1M'],
  [1_050_000, '1.1M'],
])('%i tokens are %s', (count, text) => {
  expect(formatTokens(count)).toBe(text);
});

test('money has more digits when there is little', () => {
  expect([formatCost(0.01234), formatCost(12.345)]).toEqual(['$0.0123', '$12.35']);
});

test.each([
  [-60_000, 'just now'],
  [59_000, 'just now'],
  [60_000, '1 min ago'],
  [3_600_000, '1 hour ago'],
  [7_200_000, '2 hours ago'],
  [90_000_000, 'yesterday'],
  [3 * 86_400_000, '3 days ago'],
  [40 * 86_400_000, '2025-11-22'],
])('%i ms ago is %s', (ago, text) => {
  const now = Date.UTC(2026, 0, 1);
  expect(formatAge(now - ago, now)).toBe(text);
});
