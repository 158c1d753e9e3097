import { expect, test } from 'vitest';
import * as recall from '../../../src/tui/input/input-recall.ts';

test('goes back, stops at the oldest, and comes forward to the draft', () => {
  let state = recall.loadEntries(recall.remember(recall.EMPTY_RECALL, 'new'), ['old']);
  const seen: string[] = [];
  for (let step = 0; step < 3; step += 1) {
    const found = recall.recallPrevious(state, seen.at(-1) ?? 'draft');
    if (found === undefined) break;
    state = found.state;
    seen.push(found.text);
  }
  expect(seen).toEqual(['new', 'old']);
  for (let found = recall.recallNext(state); found; found = recall.recallNext(state)) {
    state = found.state;
    seen.push(found.text);
  }
  expect(seen).toEqual(['new', 'old', 'new', 'draft']);
});

test('history that arrives while an entry is shown keeps that entry', () => {
  const own = recall.remember(recall.EMPTY_RECALL, 'mine');
  const shown = recall.recallPrevious(own, '')?.state ?? own;
  expect(recall.recallPrevious(recall.loadEntries(shown, ['a', 'b']), '')?.text).toBe('b');
});

test('the same input twice is one entry', () => {
  const state = recall.remember(recall.remember(recall.EMPTY_RECALL, 'x'), 'x');
  expect(state.entries).toEqual(['x']);
});
