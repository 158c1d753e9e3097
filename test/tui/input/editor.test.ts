import { describe, expect, test } from 'vitest';
import * as cuts from '../../../src/tui/input/cuts.ts';
import * as edit from '../../../src/tui/input/editor.ts';
import { redo, undo } from '../../../src/tui/input/undo.ts';

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
  ['left over one of many flags', edit.moveLeft, `${'🇩🇪'.repeat(40)}🇫🇷|`, `${'🇩🇪'.repeat(40)}|🇫🇷`],
  ['left at the start', edit.moveLeft, '|a', '|a'],
  ['right over a mark', edit.moveRight, '|e\u0301x', 'e\u0301|x'],
  ['right over a line break', edit.moveRight, 'a|\nb', 'a\n|b'],
  ['right at the end', edit.moveRight, 'a|', 'a|'],
  ['word left', edit.moveWordLeft, 'one two-three|', 'one two-|three'],
  ['word left over signs', edit.moveWordLeft, 'one -- |', '|one -- '],
  ['word left over marks and wide letters', edit.moveWordLeft, 'a 日本e\u0301|', 'a |日本e\u0301'],
  ['word right', edit.moveWordRight, 'one| two', 'one two|'],
  ['word right over letters outside the plane', edit.moveWordRight, '|𝒜𝒷 c', '𝒜𝒷| c'],
  ['line start', edit.moveLineStart, 'a\nbc|d', 'a\n|bcd'],
  ['line end', edit.moveLineEnd, 'a|b\ncd', 'ab|\ncd'],
  ['text start', edit.moveTextStart, 'a\nb|', '|a\nb'],
  ['text end', edit.moveTextEnd, '|a\nb', 'a\nb|'],
  ['up keeps the column', edit.moveUp, 'abcd\nab\nabc|d', 'abcd\nab|\nabcd'],
  ['up on the first line', edit.moveUp, 'ab|\ncd', undefined],
  ['down', edit.moveDown, 'ab|c\nx\ny', 'abc\nx|\ny'],
  ['down on the last line', edit.moveDown, 'ab\nc|d', undefined],
  ['down from an empty first line', edit.moveDown, '|\nab', '\n|ab'],
  ['delete left takes a grapheme', cuts.deleteLeft, 'a🏽👩‍💻|', 'a🏽|'],
  ['delete right', cuts.deleteRight, 'a|日b', 'a|b'],
  ['cut word left', cuts.cutWordLeft, 'see src/a.ts |', 'see |'],
  ['cut part left', cuts.cutPartLeft, 'see src/a.ts|', 'see src/a.|'],
  ['cut part right', cuts.cutPartRight, 'a| bc d', 'a| d'],
  ['cut to line start', cuts.cutLineStart, 'ab\ncd|e', 'ab\n|e'],
  ['cut the break before a line', cuts.cutLineStart, 'ab\n|cd', 'ab|cd'],
  ['cut to line end', cuts.cutLineEnd, 'a|b\ncd', 'a|\ncd'],
  ['cut the break at the end of a line', cuts.cutLineEnd, 'ab|\ncd', 'ab|cd'],
  ['cut at the very end', cuts.cutLineEnd, 'ab|', 'ab|'],
  ['transpose', cuts.transpose, 'ab|c', 'acb|'],
  ['transpose at the end', cuts.transpose, 'a日語|', 'a語日|'],
  ['transpose at the start of a line', cuts.transpose, 'ab\n|c', 'ab\n|c'],
  ['capitals', cuts.upperCase, 'a |straße b', 'a STRASSE| b'],
  ['small letters', cuts.lowerCase, '| ÄB c', ' äb| c'],
  ['a capital', cuts.capitalize, '|eINS zwei', 'Eins| zwei'],
];

describe('editing', () => {
  test.each(CASES)('%s', (_name, change, before, after) => {
    expect(marked(change(at(before)))).toBe(after);
  });

  test('up and down through a short line come back to the column', () => {
    const there = edit.moveUp(edit.moveUp(at('abcdef\nx\nabcde|f')) ?? at('|')) ?? at('|');
    expect(marked(there)).toBe('abcde|f\nx\nabcdef');
  });
});

describe('cutting', () => {
  test('what was cut is put back where the cursor is', () => {
    const cut = cuts.cutWordLeft(at('one two|'));
    expect(marked(cuts.putBack(edit.moveLineStart(cut)))).toBe('two|one ');
  });

  test('cuts in a row are one piece, in the order of the text', () => {
    const left = cuts.cutWordLeft(cuts.cutWordLeft(at('one two three|')));
    expect(marked(cuts.putBack(left))).toBe('one two three|');
    const both = cuts.cutLineEnd(cuts.cutLineEnd(at('|ab\ncd')));
    expect(both.cuts).toEqual(['ab\n']);
  });

  test('a move between cuts makes two, and the earlier one can be had', () => {
    const first = edit.moveLeft(cuts.cutWordLeft(at('one two|')));
    const both = cuts.cutLineStart(first);
    expect(both.cuts).toEqual(['two', 'one']);
    const back = cuts.putBack(both);
    expect(marked(back)).toBe('one| ');
    expect(marked(cuts.putBackEarlier(back))).toBe('two| ');
    expect(marked(cuts.putBackEarlier(cuts.putBackEarlier(back)))).toBe('one| ');
    expect(marked(cuts.putBackEarlier(edit.moveLeft(back)))).toBe('on|e ');
  });
});

describe('undo', () => {
  const type = (state: edit.EditorState, text: string) => [...text].reduce(edit.insert, state);

  test('takes typing back word by word, and does it again', () => {
    const typed = type(edit.EMPTY_EDITOR, 'one two');
    expect(undo(typed).text).toBe('one');
    expect(undo(undo(typed)).text).toBe('');
    expect(marked(redo(redo(undo(undo(typed)))))).toBe('one two|');
    expect(undo(edit.EMPTY_EDITOR)).toBe(edit.EMPTY_EDITOR);
  });

  test('a new change ends what could be done again', () => {
    const changed = edit.insert(undo(type(edit.EMPTY_EDITOR, 'one two')), '!');
    expect(redo(changed).text).toBe('one!');
  });

  test('brings back what was cut, with the cursor where it was', () => {
    expect(marked(undo(cuts.cutPartLeft(at('one two| three'))))).toBe('one two| three');
    expect(marked(undo(cuts.transpose(at('ab|c'))))).toBe('ab|c');
  });

  test('a chip that was deleted is a chip again', () => {
    const chip = edit.paste(at('see |'), 'row\n'.repeat(20));
    const back = undo(cuts.deleteLeft(chip));
    expect(edit.usedChips(back)).toHaveLength(1);
    expect(marked(back)).toBe('see [pasted 20 lines]|');
  });

  test('steps are few and small, however long the text is', () => {
    let state = edit.setText(edit.EMPTY_EDITOR, 'x'.repeat(100_000));
    for (let step = 0; step < 2_000; step += 1) state = edit.insert(edit.moveLeft(state), 'word ');
    expect(state.past.length).toBeLessThanOrEqual(500);
    expect(JSON.stringify(state.past).length).toBeLessThan(100_000);
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
    const one = cuts.deleteLeft(both);
    expect(one.text).toBe('see [pasted 20 lines]');
    expect(edit.usedChips(one)).toHaveLength(1);
    expect(marked(edit.moveLeft(one))).toBe('see |[pasted 20 lines]');
    expect(marked(cuts.deleteRight(edit.moveLeft(one)))).toBe('see |');
  });

  test('no move ends inside a chip, and no cut leaves half of one', () => {
    const chip = edit.paste(at('a |'), 'row\n'.repeat(20));
    expect(marked(edit.moveWordLeft(chip))).toBe('a |[pasted 20 lines]');
    expect(marked(edit.moveWordRight(edit.moveWordLeft(chip)))).toBe('a [pasted 20 lines]|');
    expect(marked(cuts.cutPartLeft(chip))).toBe('a |');
    expect(marked(cuts.cutPartRight(edit.moveTo(chip, 1)))).toBe('a|');
    expect(cuts.upperCase(edit.moveTo(chip, 1)).text).toBe('a [pasted 20 lines]');
  });

  test('one very long line is a chip too', () => {
    expect(edit.paste(edit.EMPTY_EDITOR, 'x'.repeat(5_000)).text).toBe('[pasted 1 line]');
  });

  test('images are numbered', () => {
    const image = { mediaType: 'image/png', hash: 'h', sizeBytes: 3 } as const;
    const two = edit.insertImage(edit.insertImage(at('|'), image, '/a.png'), image, '/b.png');
    expect(two.text).toBe('[image 1][image 2]');
    expect(edit.usedChips(two).map((chip) => chip.image?.label)).toEqual([
      '[image 1]',
      '[image 2]',
    ]);
  });
});
