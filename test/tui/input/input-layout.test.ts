import { describe, expect, test } from 'vitest';
import { EMPTY_EDITOR } from '../../../src/tui/input/editor.ts';
import { layoutInput } from '../../../src/tui/input/input-layout.ts';
import { lineText } from '../../../src/tui/styled-text.ts';
import { chooseTheme } from '../../../src/tui/theme/theme.ts';

function layout(marked: string, columns: number, maxRows = 10) {
  const cursor = marked.indexOf('|');
  const state = { ...EMPTY_EDITOR, text: marked.replace('|', ''), cursor };
  const { rows, cursor: place } = layoutInput(
    { editor: state },
    { columns, maxRows },
    chooseTheme({}),
  );
  return { rows: rows.map(lineText), cursor: place };
}

describe('layoutInput', () => {
  test('one line', () => {
    expect(layout('ab|c', 20)).toEqual({ rows: ['> abc'], cursor: { x: 4, y: 0 } });
  });

  test('an empty input shows what can be typed', () => {
    const { rows, cursor } = layout('|', 80);
    expect(rows[0]).toContain('/ for commands');
    expect(cursor).toEqual({ x: 2, y: 0 });
  });

  test('lines and wrapped rows, the cursor on a column that exists', () => {
    expect(layout('abcdefghij|\nk', 8)).toEqual({
      rows: ['> abcde', '  fghij', '  k'],
      cursor: { x: 7, y: 1 },
    });
  });

  test('wide characters take two columns', () => {
    expect(layout('日本|語', 20)).toEqual({ rows: ['> 日本語'], cursor: { x: 6, y: 0 } });
    expect(layout('日本語|', 8)).toEqual({ rows: ['> 日本', '  語'], cursor: { x: 4, y: 1 } });
  });

  test('an empty last line has the cursor', () => {
    expect(layout('a\n|', 20)).toEqual({ rows: ['> a', '  '], cursor: { x: 2, y: 1 } });
  });

  test('a long text shows the rows around the cursor', () => {
    const text = Array.from({ length: 30 }, (_, n) => `row ${n}`).join('\n');
    const atEnd = layout(`${text}|`, 40, 4);
    expect(atEnd.rows).toEqual(['  row 26', '  row 27', '  row 28', '  row 29']);
    expect(atEnd.cursor.y).toBe(3);
    const atStart = layout(`|${text}`, 40, 4);
    expect(atStart.rows).toEqual(['> row 0', '  row 1', '  row 2', '  row 3']);
    expect(atStart.cursor).toEqual({ x: 2, y: 0 });
  });
});
