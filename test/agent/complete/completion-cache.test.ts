import { expect, test } from 'vitest';
import { createCompletionCache } from '../../../src/agent/complete/completion-cache.ts';

const QUESTION = { model: 'a/b', language: 'lua', prefix: 'x = ', suffix: '\ny' };

test('the same place is known again, for as many texts as were asked for', () => {
  const cache = createCompletionCache();
  expect(cache.find(QUESTION, 1)).toBeUndefined();
  cache.keep(QUESTION, 1, ['1']);
  expect(cache.find(QUESTION, 1)).toEqual(['1']);
  expect(cache.find(QUESTION, 3)).toBeUndefined();
  cache.keep(QUESTION, 3, ['1', '2']);
  expect(cache.find(QUESTION, 3)).toEqual(['1', '2']);
});

test('what stands near the cursor counts, and who is asked', () => {
  const cache = createCompletionCache();
  cache.keep(QUESTION, 1, ['1']);
  for (const other of [{ model: 'a/c' }, { language: 'c' }, { prefix: 'y = ' }, { suffix: '' }]) {
    expect(cache.find({ ...QUESTION, ...other }, 1)).toBeUndefined();
  }
  const far = { ...QUESTION, prefix: `${'a'.repeat(9000)}x = ` };
  cache.keep(far, 1, ['2']);
  expect(cache.find({ ...far, prefix: `b${far.prefix}` }, 1)).toEqual(['2']);
});

test('the least used one is forgotten', () => {
  const cache = createCompletionCache();
  cache.keep(QUESTION, 1, ['kept']);
  for (let index = 0; index < 300; index += 1) {
    cache.keep({ ...QUESTION, prefix: `${index}` }, 1, [`${index}`]);
    expect(cache.find(QUESTION, 1)).toEqual(['kept']);
  }
  expect(cache.find({ ...QUESTION, prefix: '0' }, 1)).toBeUndefined();
  expect(cache.find({ ...QUESTION, prefix: '299' }, 1)).toEqual(['299']);
});
