import { expect, test } from 'vitest';
import { actionOf, KEYMAP } from '../../src/tui/keymap.ts';

test('every key does one thing, and the table says which', () => {
  const keys = KEYMAP.flatMap((binding) => binding.keys);
  expect(new Set(keys).size).toBe(keys.length);
  for (const binding of KEYMAP) {
    for (const key of binding.keys) expect(actionOf(key)).toBe(binding.action);
  }
  expect(actionOf('F7')).toBeUndefined();
});
