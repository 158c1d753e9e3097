import { describe, expect, test } from 'vitest';
import * as edit from '../../../src/tui/input/editor.ts';

/** A text with `|` where the cursor is. */
function at(marked: string): edit.EditorState {
  const cursor = marked.indexOf('|');
  return { ...edit.EMPTY_EDITOR, text: marked.replace('|', ''), cursor };
}
function marked(state: edit.EditorState | undefined): string | undefined {
  return state && `${state.text.slice(0, state.cursor)}|${state.text.slice(state.cursor)}`;
}

type Change = (state: edit.EditorState) => edit.EditorState | undefined;

const CASES: readonly (readonly [string, Change, string, string | undefined])[] = [
  ['left over a family', edit.moveLeft, 'a👨‍👩‍👧|b', 'a|👨‍👩‍👧b'],
  ['left at the start', edit.moveLeft, '|a', '|a'],
  ['right over a mark', edit.moveRight, '|e\u0301x', 'e\u0301|x'],
  ['right at the end', edit.moveRight, 'a|', 'a|'],
  ['word left', edit.moveWordLeft, 'one two-three|', 'one two-|three'],
  ['word left over signs', edit.moveWordLeft, 'one -- |', '|one -- '],
  ['word right', edit.moveWordRight, 'one| two', 'one two|'],
  ['line start', edit.moveLineStart, 'a\nbc|d', 'a\n|bcd'],
  ['line end', edit.moveLineEnd, 'a|b\ncd', 'ab|\ncd'],
  ['up keeps the column', edit.moveUp, 'abcd\nab\nabc|d', 'abcd\nab|\nabcd'],
  ['up on the first line', edit.moveUp, 'ab|\ncd', undefined],
  ['down', edit.moveDown, 'ab|c\nx\ny', 'abc\nx|\ny'],
  ['down on the last line', edit.moveDown, 'ab\nc|d', undefined],
  ['down from an empty first line', edit.moveDown, '|\nab', '\n|ab'],
  ['delete left takes a grapheme', edit.deleteLeft, 'a🏽👩‍💻|', 'a🏽|'],
  ['delete right', edit.deleteRight, 'a|日b', 'a|b'],
  ['cut word left', edit.cutWordLeft, 'see src/a.ts |', 'see |'],
  ['cut part left', edit.cutPartLeft, 'see src/a.ts|', 'see src/a.|'],
  ['cut part right', edit.cutPartRight, 'a| bc d', 'a| d'],
  ['cut to line start', edit.cutLineStart, 'ab\ncd|e', 'ab\n|e'],
  ['cut the break before a line', edit.cutLineStart, 'ab\n|cd', 'ab|cd'],
  ['cut to line end', edit.cutLineEnd, 'a|b\ncd', 'a|\ncd'],
  ['cut the break at the end of a line', edit.cutLineEnd, 'ab|\ncd', 'ab|cd'],
  ['cut at the very end', edit.cutLineEnd, 'ab|', 'ab|'],
];

describe('editing', () => {
  test.each(CASES)('%s', (_name, change, before, after) => {
    expect(marked(change(at(before)))).toBe(after);
  });

  test('up and down through a short line come back to the column', () => {
    const there = edit.moveUp(edit.moveUp(at('abcdef\nx\nabcde|f')) ?? at('|')) ?? at('|');
    expect(marked(there)).toBe('abcde|f\nx\nabcdef');
  });

  test('what was cut is put back where the cursor is', () => {
    const cut = edit.cutWordLeft(at('one two|'));
    expect(marked(edit.putBack(edit.moveLineStart(cut)))).toBe('two|one ');
  });
});

describe('pasting', () => {
  test('a short paste is text, with line feeds and without escapes', () => {
    expect(marked(edit.paste(at('a|'), 'b\r\nc\rd\x1b[2J'))).toBe('ab\nc\nd|');
  });

  test('large pastes become chips with names of their own and their whole text', () => {
    const long = Array.from({ length: 20 }, (_, n) => `row ${n}`).join('\n');
    const both = edit.paste(edit.paste(at('see |'), long), long);
    expect(both.text).toBe('see [pasted 20 lines][pasted 20 lines #2]');
    expect(edit.usedChips(both).map(({ text }) => text)).toEqual([long, long]);
    const one = edit.deleteLeft(both);
    expect(one.text).toBe('see [pasted 20 lines]');
    expect(edit.usedChips(one)).toHaveLength(1);
    expect(marked(edit.moveLeft(one))).toBe('see |[pasted 20 lines]');
    expect(marked(edit.deleteRight(edit.moveLeft(one)))).toBe('see |');
  });

  test('one very long line is a chip too', () => {
    expect(edit.paste(edit.EMPTY_EDITOR, 'x'.repeat(5_000)).text).toBe('[pasted 1 line]');
  });
});
