import { expect, test } from 'vitest';
import { estimateCostUsd } from '../../src/providers/cost.ts';

const PRICE = { input: 2, output: 10, cachedInput: 0.2, cacheWrite: 2.5 };

test('cached and written tokens are part of the input, at prices of their own', () => {
  const usage = {
    inputTokens: 1_000_000,
    cachedTokens: 500_000,
    cacheWriteTokens: 100_000,
    outputTokens: 100_000,
    reasoningTokens: 90_000,
  };
  expect(estimateCostUsd(usage, PRICE)).toBeCloseTo(0.8 + 0.1 + 0.25 + 1, 10);
});

test('without prices for the cache its tokens cost the full input price', () => {
  const usage = { inputTokens: 1_000_000, cachedTokens: 500_000 };
  expect(estimateCostUsd(usage, { input: 2, output: 10 })).toBe(2);
});

test('what the host says wins', () => {
  expect(estimateCostUsd({ inputTokens: 1, costUsd: 0.5 }, PRICE)).toBe(0.5);
  expect(estimateCostUsd({ costUsd: 0 }, undefined)).toBe(0);
});

test('unknown price or unknown tokens are no zero', () => {
  expect(estimateCostUsd({ inputTokens: 5 }, undefined)).toBeUndefined();
  expect(estimateCostUsd({}, PRICE)).toBeUndefined();
});
