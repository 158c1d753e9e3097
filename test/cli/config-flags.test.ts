import { expect, test } from 'vitest';
import { configFlags } from '../../src/cli/config-flags.ts';

test('only what was given is set', () => {
  expect(configFlags({ options: {} })).toEqual({});
  expect(
    configFlags({
      options: { model: 'a/b', offline: true, 'max-cost': '0.5', reasoning: 'low', json: true },
    }),
  ).toEqual({ model: 'a/b', offline: true, maxCostUsd: 0.5, reasoningEffort: 'low' });
});

test.each(['', ' ', 'free', '1,5', '0x'])('a limit of %j is no number', (text) => {
  expect(configFlags({ options: { 'max-cost': text } }).maxCostUsd).toBeNaN();
});
