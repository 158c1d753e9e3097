import { expect, test } from 'vitest';
import { contextSize } from '../../../src/providers/ollama/context-size.ts';

const model = (contextTokens: number | undefined, ownContextTokens?: number) => ({
  contextTokens,
  ownContextTokens,
  capabilities: undefined,
});

test.each([
  ['unknown model', 1000, undefined, model(undefined), undefined, undefined],
  ['a short question', 1000, undefined, model(131_072), undefined, 8192],
  ['a small model', 1000, undefined, model(2048), undefined, 2048],
  ['a long request', 60_000, undefined, model(131_072), undefined, 32_768],
  ['room for the answer', 1000, 20_000, model(131_072), undefined, 32_768],
  ['never above the model', 900_000, undefined, model(131_072), undefined, 131_072],
  ['never below its own setting', 1000, undefined, model(131_072, 24_000), undefined, 24_000],
  ['never smaller than before', 1000, undefined, model(131_072), 32_768, 32_768],
] as const)('%s', (_, requestCharacters, maxOutputTokens, shown, lastTokens, expected) => {
  expect(contextSize({ requestCharacters, maxOutputTokens, model: shown, lastTokens })).toBe(
    expected,
  );
});
