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

describe('a huge text', () => {
  const text = Array.from({ length: 10_000 }, (_, n) => `row ${n}`).join('\n');

  test('shows the rows around the cursor, wherever it is', () => {
    const middle = text.indexOf('row 5000') + 3;
    const { rows, cursor } = layout(`${text.slice(0, middle)}|${text.slice(middle)}`, 40, 4);
    expect(rows).toEqual(['  row 4997', '  row 4998', '  row 4999', '  row 5000']);
    expect(cursor).toEqual({ x: 5, y: 3 });
  });

  test('on one line is cut into parts, and the cursor is on its character', () => {
    const line = Array.from({ length: 50_000 }, (_, n) => 'abcdefghij'[n % 10]).join('');
    for (const at of [0, 1, 8191, 8192, 8193, 30_004, 49_999, 50_000]) {
      const { rows, cursor } = layout(`${line.slice(0, at)}|${line.slice(at)}`, 40, 5);
      expect(rows.length).toBeLessThanOrEqual(5);
      const row = rows[cursor.y] ?? '';
      if (at > 0 && cursor.x > 2) expect(row[cursor.x - 1]).toBe(line[at - 1]);
      if (cursor.x < row.length) expect(row[cursor.x]).toBe(line[at]);
    }
  });

  test('with characters of two units is never cut inside one', () => {
    const line = `x${'😀'.repeat(20_000)}`;
    for (const at of [1, 8193, 16_385, 40_001]) {
      const { rows } = layout(`${line.slice(0, at)}|${line.slice(at)}`, 40, 3);
      expect(rows.join('')).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])/);
    }
  });
});

describe('in the place of a message', () => {
  const theme = chooseTheme({ NO_COLOR: '1' });
  const size = { columns: 30, maxRows: 6 };
  const editor = { ...EMPTY_EDITOR, text: 'ls -l', cursor: 2 };
  const lines = (content: Parameters<typeof layoutInput>[0]) => {
    const { rows, cursor } = layoutInput(content, size, theme);
    return { rows: rows.map(lineText), cursor };
  };

  test('a shell command has a mark of its own', () => {
    expect(lines({ editor, isCommand: true })).toEqual({
      rows: ['! ls -l'],
      cursor: { x: 4, y: 0 },
    });
    const empty = lines({ editor: EMPTY_EDITOR, isCommand: true });
    expect(empty.rows[0]).toMatch(/^! A shell command/);
  });

  test('the search shows what was found on one line, the cursor behind the query', () => {
    const search = { query: 'lo', match: 'fix the\nlogin\x1b[2J now', isMissing: false };
    expect(lines({ editor, search })).toEqual({
      rows: ['history: lo', '  fix the ⏎ login now'],
      cursor: { x: 11, y: 0 },
    });
    const far = { query: 'needle', match: `${'x'.repeat(300)}needle end`, isMissing: false };
    const shown = lines({ editor, search: far }).rows[1] ?? '';
    expect(shown).toContain('xneedle');
    expect(shown.length).toBeLessThan(30);
    const long = lines({
      editor,
      search: { query: '語'.repeat(40), match: undefined, isMissing: true },
    });
    expect(long.cursor.x).toBeLessThan(30);
    expect(long.rows[1]).toBe('  nothing like it');
  });
});
