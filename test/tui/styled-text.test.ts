import { describe, expect, test } from 'vitest';
import {
  encodeLine,
  lineText,
  lineWidth,
  plainLine,
  span,
  truncateLine,
  wrapLine,
} from '../../src/tui/styled-text.ts';

describe('wrapLine', () => {
  test.each([
    ['', 4, ['']],
    ['abcd', 4, ['abcd']],
    ['abcdefghi', 4, ['abcd', 'efgh', 'i']],
    ['日本語', 4, ['日本', '語']],
    ['a日本', 4, ['a日', '本']],
    ['👩‍💻👩‍💻x', 4, ['👩‍💻👩‍💻', 'x']],
    ['ab', 0, ['a', 'b']],
  ])('%j at %i', (text, columns, rows) => {
    expect(wrapLine(plainLine(text), columns).map(lineText)).toEqual(rows);
  });

  test('a tab goes to the next stop', () => {
    expect(wrapLine(plainLine('é\tb'), 80).map(lineText)).toEqual(['é       b']);
  });

  test('looks go on in the next row', () => {
    const rows = wrapLine([span('ab', '1'), span('cdef', '2')], 3);
    expect(rows).toEqual([[span('ab', '1'), span('c', '2')], [span('def', '2')]]);
  });
});

test('truncateLine shows that something is missing', () => {
  expect(lineText(truncateLine(plainLine('abcdef'), 4))).toBe('abc…');
  expect(lineText(truncateLine(plainLine('abcd'), 4))).toBe('abcd');
  expect(lineWidth(truncateLine(plainLine('日本語'), 4))).toBeLessThanOrEqual(4);
  expect(truncateLine(plainLine('abc'), 0)).toEqual([]);
});

test('encodeLine ends every look that it begins', () => {
  expect(encodeLine([span('a'), span('b', '1;36')])).toBe('a\x1b[1;36mb\x1b[0m');
});
