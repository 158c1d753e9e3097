import { expect, test } from 'vitest';
import {
  chosenItem,
  moveSelection,
  type PickerState,
  setFilter,
  shownItems,
  visibleWindow,
} from '../../../src/tui/picker/picker.ts';

const PICKER: PickerState = {
  kind: 'model',
  title: '',
  filter: '',
  selected: 0,
  items: [
    { id: 'a/small', label: 'a/small', detail: '8k context' },
    { id: 'a/large', label: 'a/large', detail: '200k context' },
    { id: 'b/large', label: 'b/large' },
  ],
};

test('a filter finds items with all of its words', () => {
  expect(shownItems(setFilter(PICKER, 'LARGE a/')).map(({ id }) => id)).toEqual(['a/large']);
  expect(shownItems(setFilter(PICKER, '200k'))).toHaveLength(1);
  expect(chosenItem(setFilter(PICKER, 'none of it'))).toBeUndefined();
});

test('the selection goes round what is shown', () => {
  const filtered = setFilter(PICKER, 'large');
  expect(chosenItem(filtered)?.id).toBe('a/large');
  expect(chosenItem(moveSelection(filtered, 1))?.id).toBe('b/large');
  expect(chosenItem(moveSelection(moveSelection(filtered, 1), 1))?.id).toBe('a/large');
  expect(chosenItem(moveSelection(filtered, 8))?.id).toBe('b/large');
  expect(chosenItem(moveSelection(filtered, -8))?.id).toBe('a/large');
  expect(chosenItem(moveSelection(filtered, -1))?.id).toBe('b/large');
  expect(moveSelection({ ...PICKER, items: undefined }, 1).selected).toBe(0);
});

test('a long list shows the part around the selection', () => {
  const items = Array.from({ length: 20 }, (_, n) => n);
  expect(visibleWindow(items, 0, 5)).toEqual({ items: [0, 1, 2, 3, 4], offset: 0 });
  expect(visibleWindow(items, 10, 5).items).toContain(10);
  expect(visibleWindow(items, 19, 5)).toEqual({ items: [15, 16, 17, 18, 19], offset: 15 });
  expect(visibleWindow([1, 2], 1, 5)).toEqual({ items: [1, 2], offset: 0 });
});
