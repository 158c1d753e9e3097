import { expect, it } from 'vitest';
import { memoryLimit } from '../../../src/platform/native/memory-limit.ts';

it.each([
  ['no container', 8_000, 2 ** 64, 4_000],
  ['a container without a limit', 8_000, 0, 4_000],
  ['a small container', 8_000, 1_001, 500],
])('half of what there is: %s', (_, total, allowed, limit) => {
  expect(memoryLimit(total, allowed)).toBe(limit);
});
