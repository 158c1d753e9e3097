import { describe, expect, test } from 'vitest';
import { type EditorState, EMPTY_EDITOR, insert, paste } from '../../../../src/tui/input/editor.ts';
import { stepVi } from '../../../../src/tui/input/vi/vi.ts';
import { START_VI, selectionOf, type ViState } from '../../../../src/tui/input/vi/vi-state.ts';

interface Session {
  readonly vi: ViState;
  readonly editor: EditorState;
  readonly effects: readonly string[];
}

/** Starts in normal mode; `|` is where the cursor is. */
function start(marked: string): Session {
  const cursor = marked.indexOf('|');
  const editor = { ...EMPTY_EDITOR, text: marked.replace('|', ''), cursor };
  return { vi: { ...START_VI, mode: 'normal' }, editor, effects: [] };
}

/** Types keys, those in angle brackets by their name. While inserting, they are text. */
function type({ vi, editor, effects }: Session, keys: string): Session {
  const seen = [...effects];
  let now = { vi, editor };
  for (const key of keys.match(/<\w[\w+]*>|[\s\S]/gu) ?? []) {
    const step = stepVi(now.vi, now.editor, key);
    if (step?.effect !== undefined) seen.push(step.effect);
    if (step !== undefined) now = step;
    else if (now.vi.mode === 'insert') now = { ...now, editor: insert(now.editor, key) };
  }
  return { ...now, effects: seen };
}
function marked({ editor: { text, cursor } }: Session): string {
  return `${text.slice(0, cursor)}|${text.slice(cursor)}`;
}
const ESC = '<Escape>';

describe('motions', () => {
  test.each([
    ['|one two', 'l', 'o|ne two'],
    ['|one two', '5l', 'one t|wo'],
    ['on|e', 'l', 'on|e'],
    ['o|ne', 'hh', '|one'],
    ['a|👨‍👩‍👧b', 'l', 'a👨‍👩‍👧|b'],
    ['a👨‍👩‍👧|b', 'h', 'a|👨‍👩‍👧b'],
    ['|foo.bar baz', 'w', 'foo|.bar baz'],
    ['|foo.bar baz', 'W', 'foo.bar |baz'],
    ['|foo.bar baz', '3w', 'foo.bar |baz'],
    ['|one', 'w', 'on|e'],
    ['foo.bar b|az', 'b', 'foo.bar |baz'],
    ['foo.bar |baz', 'bb', 'foo|.bar baz'],
    ['foo.bar |baz', 'B', '|foo.bar baz'],
    ['|foo.bar baz', 'e', 'fo|o.bar baz'],
    ['|foo.bar baz', 'E', 'foo.ba|r baz'],
    ['|日本語 かな', 'w', '日本語 |かな'],
    ['  one t|wo', '0', '|  one two'],
    ['  one t|wo', '^', '  |one two'],
    ['|one two\nthree', '$', 'one tw|o\nthree'],
    ['|one two\nthree', '2$', 'one two\nthre|e'],
    ['a\nb\n  c|d', 'gg', '|a\nb\n  cd'],
    ['|a\nb\n  cd', 'G', 'a\nb\n  |cd'],
    ['|a\nb\n  cd', '2G', 'a\n|b\n  cd'],
    ['a|bcb', 'fb', 'abc|b'],
    ['|abcb', '2fb', 'abc|b'],
    ['|abcb', 'fbfz', 'a|bcb'],
    ['|abcb', 'tb', '|abcb'],
    ['|xabc', 'tb', 'x|abc'],
    ['abcb|x', 'Fb', 'abc|bx'],
    ['abcb|x', 'Ta', 'a|bcbx'],
    ['|a.b.c.d', 'f.;', 'a.b|.c.d'],
    ['|a.b.c.d', 'f.;;,', 'a.b|.c.d'],
    ['|a.b.c.d', 't.;', 'a.|b.c.d'],
    ['x(|a(b)c)d', '%', 'x(a(b|)c)d'],
    ['x|(a(b)c)d', '%%', 'x|(a(b)c)d'],
    ['a|bcd\nx\nabcd', 'jj', 'abcd\nx\na|bcd'],
    ['abcd\nx\nabc|d', 'kk', 'abc|d\nx\nabcd'],
    ['|a\nb\n\nc\nd', '}', 'a\nb\n|\nc\nd'],
    ['a\nb\n\nc\nd|e', '{', 'a\nb\n|\nc\nde'],
  ])('%s, %s: %s', (before, keys, after) => {
    expect(marked(type(start(before), keys))).toBe(after);
  });

  test('off the first and the last line into the history', () => {
    expect(type(start('a|b'), 'jk').effects).toEqual(['next', 'previous']);
    expect(type(start('a\n|b'), 'k/').effects).toEqual(['history-search']);
  });
});

describe('operators', () => {
  test.each([
    ['one |two three', 'dw', 'one |three'],
    ['one |two three', '2dw', 'one| '],
    ['one |two three', 'd2w', 'one| '],
    ['one t|wo\nthree', 'dw', 'one |t\nthree'],
    ['one |two', 'db', '|two'],
    ['|one two', 'de', '| two'],
    ['|one two', 'cwx<Escape>', '|x two'],
    ['a |b c', 'cwx<Escape>', 'a |x c'],
    ['|a b c', 'c2wx<Escape>', '|x c'],
    ['|one  two', 'cWx<Escape>', '|x  two'],
    ['one| two', 'cwx<Escape>', 'one|xtwo'],
    ['on|e two', 'D', 'o|n'],
    ['on|e two', 'Cxy<Escape>', 'onx|y'],
    ['one t|wo', 'd0', '|wo'],
    ['one t|wo', 'd^', '|wo'],
    ['|a(b)c', 'd%', '|c'],
    ['|abcd', 'dfc', '|d'],
    ['|abcd', 'dtc', '|cd'],
    ['abc|d', 'dFb', 'a|d'],
    ['|a.b.c', 'f.d;', 'a|c'],
    ['|one two', 'dfz', '|one two'],
    ['a\nb|c\nd', 'dd', 'a\n|d'],
    ['a\nb|c', 'dd', '|a'],
    ['|a', 'dd', '|'],
    ['|a\nb\nc', '2dd', '|c'],
    ['|a\nb\nc', 'dj', '|c'],
    ['a\nb\n|c', 'dk', '|a'],
    ['|a', 'dj', '|a'],
    ['a\nb|c\nd', 'ccx<Escape>', 'a\n|x\nd'],
    ['a\n  b|c\nd', 'Sx<Escape>', 'a\n|x\nd'],
    ['a\n|b\nc', 'dG', '|a'],
    ['a\nb\n|c', 'dgg', '|'],
    ['a|bc', 'x', 'a|c'],
    ['a|bcd', '2x', 'a|d'],
    ['ab|c', 'x', 'a|b'],
    ['|', 'x', '|'],
    ['ab|c', 'X', 'a|c'],
    ['a|bc', 'sx<Escape>', 'a|xc'],
    ['a|bc', 'rx', 'a|xc'],
    ['a|bc', '2rx', 'ax|x'],
    ['a|bc', '3rx', 'a|bc'],
    ['a|bcd', '~', 'aB|cd'],
    ['|abc', '2~', 'AB|c'],
    ['|one two', 'gUw', '|ONE two'],
    ['|ONE two', 'guiw', '|one two'],
    ['|One', 'g~~', '|oNE'],
    ['|one\n  two', 'J', 'one| two'],
    ['|one\n\ntwo', 'J', 'on|e\ntwo'],
    ['|a\nb\nc', '3J', 'a b| c'],
  ])('%s, %s: %s', (before, keys, after) => {
    expect(marked(type(start(before), keys))).toBe(after);
  });
});

describe('text objects', () => {
  test.each([
    ['one t|wo three', 'diw', 'one | three'],
    ['one t|wo three', 'daw', 'one |three'],
    ['one tw|o', 'daw', 'on|e'],
    ['one| two', 'diw', 'one|two'],
    ['a foo.b|ar c', 'diW', 'a | c'],
    ['a foo.b|ar c', 'ciwx<Escape>', 'a foo.|x c'],
    ['say "he|llo" x', 'di"', 'say "|" x'],
    ['say "he|llo" x', 'da"', 'say |x'],
    ['s|ay "hello" x', 'ci"new<Escape>', 'say "ne|w" x'],
    ["it 'a|b'", "di'", "it '|'"],
    ['"a" b| "c"', 'di"', '"a" b "|"'],
    ['say "a\\"b|c"', 'di"', 'say "|"'],
    ['f(a, (b|), c)', 'di(', 'f(a, (|), c)'],
    ['f(a, (b), |c)', 'dib', 'f(|)'],
    ['f(a, (b), |c)', 'da(', '|f'],
    ['x [a|b] y', 'di[', 'x [|] y'],
    ['{ a\n b| }', 'diB', '{|}'],
    ['a <b|c> d', 'da<', 'a | d'],
    ['no |brackets', 'di(', 'no |brackets'],
    ['a|\nb\n\nc', 'dip', '|\n\nc'],
  ])('%s, %s: %s', (before, keys, after) => {
    expect(marked(type(start(before), keys))).toBe(after);
  });
});

describe('inserting, putting, repeating', () => {
  test.each([
    ['a|b', `ix${ESC}`, 'a|xb'],
    ['a|b', `ax${ESC}`, 'ab|x'],
    ['  a|b', `Ix${ESC}`, '  |xab'],
    ['|ab\nc', `Ax${ESC}`, 'ab|x\nc'],
    ['a|b\nc', `ox${ESC}`, 'ab\n|x\nc'],
    ['a\n|b', `Ox${ESC}`, 'a\n|x\nb'],
    ['|', `ahello${ESC}`, 'hell|o'],
    ['|ab', 'xp', 'b|a'],
    ['|one two', 'dwP', 'one| two'],
    ['|one two', 'yiwP', 'on|eone two'],
    ['a|b\nc', 'yyp', 'ab\n|ab\nc'],
    ['a\n|b', 'ddP', '|b\na'],
    ['|a\nb', 'ddp', 'b\n|a'],
    ['|a', 'yy2p', 'a\n|a\na'],
    ['|a', 'Yp', 'a\n|a'],
    ['|ab', 'x3p', 'baa|a'],
    ['|a b c d', 'dw.', '|c d'],
    ['|a b c d', 'dw2.', '|d'],
    ['|a b', `cwx${ESC}w.`, 'x |x'],
    ['|a\nb', `A!${ESC}j.`, 'a!\nb|!'],
    ['|abcd', 'x..', '|d'],
    ['|a', '.', '|a'],
    ['|a b c', `ihi ${ESC}.`, 'hihi|  a b c'],
  ])('%s, %s: %s', (before, keys, after) => {
    expect(marked(type(start(before), keys))).toBe(after);
  });
});

describe('undo', () => {
  test.each([
    ['|one two', `cwnew words${ESC}u`, '|one two'],
    ['|one', `onext\nlast${ESC}u`, 'on|e'],
    ['|one two', 'dwu<Ctrl+R>', '|two'],
    ['|a b c', 'dwdwuu', '|a b c'],
    ['|a b c', 'dwdw2u', '|a b c'],
    ['|abc', '3~u', '|abc'],
    ['|a b c d', 'dw..u', '|c d'],
  ])('%s, %s: %s', (before, keys, after) => {
    expect(marked(type(start(before), keys))).toBe(after);
  });
});

describe('visual mode', () => {
  test.each([
    ['|one two', 'vlld', '| two'],
    ['|one two', 'vey$p', 'one twoon|e'],
    ['one |two', 'vbd', '|wo'],
    ['o|ne two', 'vlohd', '| two'],
    ['o|ne two', 'viwd', '| two'],
    ['f(a|b)', 'vi(cx<Escape>', 'f(|x)'],
    ['|one', 'vU', '|One'],
    ['|one', 'v$~', '|ONE'],
    ['|one', 'vlrx', '|xxe'],
    ['a\n|b\nc', 'Vd', 'a\n|c'],
    ['|a\nb\nc', 'Vjd', '|c'],
    ['|a\nb\nc', 'vjX', '|c'],
    ['|a\nb', 'Vjyp', 'a\n|a\nb\nb'],
    ['|a\nb\nc', 'VjJ', '|a b\nc'],
    ['|one two', 'yiwwviwp', 'one on|e'],
    ['|a b', `vcx${ESC}`, '|x b'],
    ['|abc', `vl${ESC}x`, 'a|c'],
    ['|abc', 'vvx', '|bc'],
    ['|abc', 'vlVx', '|'],
    ['|abc', 'vldu', '|abc'],
  ])('%s, %s: %s', (before, keys, after) => {
    expect(marked(type(start(before), keys))).toBe(after);
  });

  test('says what is selected', () => {
    const characters = type(start('one |two\nthree'), 'vl');
    expect(selectionOf(characters.vi, characters.editor)).toEqual({ start: 4, end: 6 });
    const lines = type(start('one |two\nthree'), 'V');
    expect(selectionOf(lines.vi, lines.editor)).toEqual({ start: 0, end: 7 });
    const none = type(lines, ESC);
    expect(selectionOf(none.vi, none.editor)).toBeUndefined();
  });
});

describe('modes', () => {
  test('Escape ends inserting, then a command, then is for somebody else', () => {
    const inserting = type(start('|ab'), 'ix');
    expect(inserting.vi.mode).toBe('insert');
    const normal = type(inserting, ESC);
    expect([normal.vi.mode, marked(normal)]).toEqual(['normal', '|xab']);
    const pending = type(normal, '2d');
    expect(pending.vi.keys).toEqual(['2', 'd']);
    const cleared = type(pending, ESC);
    expect(cleared.vi.keys).toEqual([]);
    expect(stepVi(cleared.vi, cleared.editor, ESC)).toBeUndefined();
  });

  test('what is no command does nothing and leaves nothing behind', () => {
    for (const keys of ['Z', 'dZ', 'gZ', 'd"', 'diZ', '語', 'q', '2Z', 'yZ']) {
      const after = type(start('o|ne'), keys);
      expect([marked(after), after.vi.keys, after.vi.mode]).toEqual(['o|ne', [], 'normal']);
    }
  });

  test('a huge count is no harm', () => {
    expect(marked(type(start('|one two'), '999999999w'))).toBe('one tw|o');
    expect(marked(type(start('|one two'), '99999999999999999999x'))).toBe('|');
    expect(marked(type(start('|a'), 'yl')).length).toBe(2);
  });

  test('a chip goes as a whole', () => {
    const editor = insert(paste(EMPTY_EDITOR, 'row\n'.repeat(20)), ' end');
    const session: Session = { vi: { ...START_VI, mode: 'normal' }, editor, effects: [] };
    expect(type(session, '0x').editor.text).toBe(' end');
    expect(type(session, '0dw').editor.text).toBe(' end');
    expect(type(session, '0l').editor.cursor).toBe('[pasted 20 lines]'.length);
  });
});
