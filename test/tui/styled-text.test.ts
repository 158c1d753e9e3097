import xterm from '@xterm/headless';
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
    ['👩‍💻👩‍💻x', 8, ['👩‍💻👩‍💻', 'x']],
    ['日本ab語', 5, ['日本a', 'b語']],
    ['─│ü語x', 4, ['─│ü', '語x']],
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

describe('widths are those of a terminal', () => {
  const terminal = new xterm.Terminal({ cols: 80, rows: 4, allowProposedApi: true });
  const columnAfter = (text: string) =>
    new Promise<number>((resolve) => {
      terminal.write(`\x1b[2J\x1b[H${text}`, () => resolve(terminal.buffer.active.cursorX));
    });

  test.each([
    ['ASCII', 'abc ~'],
    ['Han', '漢字と仮名'],
    ['half width', 'ｶﾅｶﾞ'],
    ['full width', 'ＡＢ！'],
    ['Hangul', '한글'],
    ['Hangul in its parts', '\u1112\u1161\u11ab'],
    ['the second plane', '𠀀𠮷'],
    ['marks', 'e\u0301 a\u0300\u0301\u0302'],
    ['Thai', 'ภาษาไทย น้ำ'],
    ['Lao', 'ຳ'],
    ['Arabic', 'العربية'],
    ['Hebrew', 'שָׁלוֹם'],
    ['Hindi', 'हिन्दी'],
    ['Tamil', 'நிமிர்'],
    ['Greek and Cyrillic', 'αβγ жук'],
    ['lines and blocks', '─│┌█▓⠋'],
    ['ambiguous signs', '±×÷…§①→✓✗·'],
    ['control pictures', '␛␀␍'],
    ['mathematical letters', '𝒳𝔸'],
    ['a flag', '🇩🇪'],
    ['a picture as text', '❤⚠☀'],
  ])('%s', async (_, text) => {
    const width = await columnAfter(text);
    expect(lineWidth(plainLine(text))).toBe(width);
    expect(wrapLine(plainLine(text), width)).toHaveLength(1);
  });

  test.each(['\t', 'a\tb', '漢\tb', 'é\t', '1234567\tx', '12345678\tx'])(
    'a tab: %j',
    async (text) => {
      const [row = []] = wrapLine(plainLine(text), 80);
      expect(lineWidth(row)).toBe(await columnAfter(text));
    },
  );

  /**
   * Terminals draw these from 1 to 8 cells wide. They are measured as whole clusters of two cells,
   * as newer terminals draw them, and cut as the widest of all would need it, so that a row of the
   * live frame never runs over the edge.
   */
  test.each([
    ['a family', '👨‍👩‍👧‍👦', 8],
    ['a profession', '👩‍💻', 4],
    ['a skin tone', '👍🏽', 4],
    ['a family with skin tones', '👨🏽‍👩🏽‍👧🏽', 12],
    ['a rainbow flag', '🏳️‍🌈', 3],
    ['a heart as a picture', '❤️', 2],
    ['a keycap', '1️⃣', 2],
    ['a new emoji', '🫨', 2],
  ])('%s is never wider than its row', async (_, text, largest) => {
    expect(lineWidth(plainLine(text))).toBe(2);
    expect(await columnAfter(text)).toBeLessThanOrEqual(largest);
    const twice = plainLine(text.repeat(2));
    expect(wrapLine(twice, largest)).toHaveLength(2);
    expect(wrapLine(twice, 2 * largest)).toHaveLength(1);
  });
});
