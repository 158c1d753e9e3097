import { describe, expect, test } from 'vitest';
import { ScrollView, type ScrollWindow } from '../../../src/tui/fullscreen/scroll-view.ts';
import { type Line, lineText } from '../../../src/tui/styled-text.ts';
import type { TranscriptView } from '../../../src/tui/transcript/transcript.ts';

function view(lines: readonly Line[], live: readonly Line[] = [], generation = 1): TranscriptView {
  const items = lines.map((line, index) => ({ id: index + 1, lines: [line] }));
  return { generation, items, live, activity: 'idle' };
}
const plain = (text: string): Line => [{ text, style: '' }];
const numbered = (count: number): readonly Line[] =>
  Array.from({ length: count }, (_, n) => plain(`line ${n}`));
const texts = ({ rows }: ScrollWindow): readonly string[] => rows.map(lineText);
const create = (): ScrollView => new ScrollView(() => undefined);
const size = { columns: 20, rows: 3 };

describe('the window', () => {
  test('follows the end, the open end of the answer included', () => {
    const scroll = create();
    expect(texts(scroll.window(view(numbered(2)), size))).toEqual(['line 0', 'line 1']);
    const shown = scroll.window(view(numbered(5), [plain('open')]), size);
    expect(texts(shown)).toEqual(['line 3', 'line 4', 'open']);
    expect(shown.below).toBe(0);
  });

  test('of nothing is empty', () => {
    const scroll = create();
    expect(scroll.window(view([]), size)).toEqual({ rows: [], below: 0 });
    scroll.move(-5);
    scroll.move(5);
    expect(scroll.window(view([]), size).below).toBe(0);
  });

  test('stays where it is looked at while more comes', () => {
    const scroll = create();
    scroll.window(view(numbered(10)), size);
    scroll.move(-2);
    const before = scroll.window(view(numbered(10)), size);
    expect(texts(before)).toEqual(['line 5', 'line 6', 'line 7']);
    expect(before.below).toBe(2);
    const after = scroll.window(view(numbered(20), [plain('open')]), size);
    expect(texts(after)).toEqual(texts(before));
    expect(after.below).toBe(13);
  });

  test('goes by rows through lines that take several, and counts a line that goes on', () => {
    const scroll = create();
    const long = [plain('a'), plain(`${'b'.repeat(20)}${'c'.repeat(20)}d`), plain('e')];
    expect(texts(scroll.window(view(long), size))).toEqual(['c'.repeat(20), 'd', 'e']);
    scroll.move(-1);
    const up = scroll.window(view(long), size);
    expect(texts(up)).toEqual(['b'.repeat(20), 'c'.repeat(20), 'd']);
    expect(up.below).toBe(1);
    scroll.move(-100);
    const first = scroll.window(view(long), size);
    expect(texts(first)).toEqual(['a', 'b'.repeat(20), 'c'.repeat(20)]);
    expect(first.below).toBe(2);
    scroll.move(1);
    scroll.move(1);
    expect(scroll.window(view(long), size).below).toBe(0);
  });

  test('shows the same line in a window of another width', () => {
    const scroll = create();
    const lines = Array.from({ length: 50 }, (_, n) => plain(`${n} ${'x'.repeat(50)}`));
    scroll.window(view(lines), size);
    scroll.move(-41);
    expect(scroll.window(view(lines), size).rows.map(lineText)[2]).toMatch(/^36 x/);
    const [first] = texts(scroll.window(view(lines), { columns: 100, rows: 3 }));
    expect(first).toBe(`35 ${'x'.repeat(50)}`);
  });

  test('of another conversation is at its end', () => {
    const scroll = create();
    scroll.window(view(numbered(10)), size);
    scroll.move(-5);
    const other = scroll.window(view([plain('new')], [], 2), size);
    expect(texts(other)).toEqual(['new']);
    expect(other.below).toBe(0);
  });
});

describe('what it costs', () => {
  /** Lines that count how often somebody looks at their text. */
  function counted(count: number): { readonly lines: readonly Line[]; reads(): number } {
    let reads = 0;
    const lines = Array.from({ length: count }, (_, n) => [
      {
        get text() {
          reads += 1;
          return `line ${String(n).padStart(6)} ${'x'.repeat(30)}`;
        },
        style: '',
      },
    ]);
    return { lines, reads: () => reads };
  }

  /** Opens, leafs up and down, is resized and gets more; returns how much text was looked at. */
  function use(count: number): number {
    const { lines, reads } = counted(count);
    const scroll = create();
    const shown = view(lines.slice(0, -1));
    scroll.window(shown, { columns: 80, rows: 24 });
    for (let page = 0; page < 10; page += 1) {
      scroll.move(-23);
      scroll.window(shown, { columns: 80, rows: 24 });
    }
    for (const columns of [40, 100, 20]) scroll.window(shown, { columns, rows: 24 });
    scroll.window(view(lines), { columns: 80, rows: 24 });
    scroll.move(20);
    scroll.window(view(lines), { columns: 80, rows: 24 });
    return reads();
  }

  test('does not grow with the conversation', () => {
    const few = use(1000);
    expect(few).toBeGreaterThan(0);
    expect(use(100_000)).toBe(few);
  });

  test('a frame where nothing has changed looks at nothing', () => {
    const { lines, reads } = counted(1000);
    const scroll = create();
    scroll.window(view(lines), { columns: 80, rows: 24 });
    const before = reads();
    scroll.window(view(lines), { columns: 80, rows: 24 });
    expect(reads()).toBe(before);
  });
});
