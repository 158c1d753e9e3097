import { describe, expect, test } from 'vitest';
import { tokenize } from '../../../src/tui/input/keys/tokens.ts';
import { strokesOf } from '../../../src/tui/input/keystrokes.ts';

/** What the bytes mean; what is only a beginning stands at the end, in brackets. */
function strokes(input: string): string[] {
  const { tokens, rest } = tokenize(input);
  const all = tokens.flatMap((token) => strokesOf(token));
  const shown = all.map((stroke) => {
    if (stroke.type === 'key') return `<${stroke.name}>`;
    return stroke.type === 'paste' ? `paste:${stroke.text}` : stroke.text;
  });
  return rest === '' ? shown : [...shown, `(${rest.slice(1)})`];
}

describe('keys of every terminal', () => {
  test.each([
    ['a letter', 'a', ['a']],
    ['a wide letter', '語', ['語']],
    ['Enter', '\r', ['<Enter>']],
    ['a line feed', '\n', ['<Ctrl+J>']],
    ['Ctrl and a letter', '\x17', ['<Ctrl+W>']],
    ['Ctrl and a sign', '\x1f', ['<Ctrl+_>']],
    ['Ctrl+Space', '\0', ['<Ctrl+Space>']],
    ['both backspaces', '\x7f\b', ['<Backspace>', '<Backspace>']],
    ['Alt+Enter', '\x1b\r', ['<Alt+Enter>']],
    ['Alt and a letter', '\x1bb', ['<Alt+B>']],
    ['Alt and a sign', '\x1b<', ['<Alt+<>']],
    ['Alt+Backspace', '\x1b\x7f', ['<Alt+Backspace>']],
    ['Alt+_', '\x1b_x', ['<Alt+_>', 'x']],
    ['arrows', '\x1b[A\x1bOB\x1b[1;5D\x1b[1;3C', ['<Up>', '<Down>', '<Ctrl+Left>', '<Alt+Right>']],
    ['arrows of rxvt', '\x1b[d\x1bOc\x1b\x1b[D', ['<Shift+Left>', '<Ctrl+Right>', '<Alt+Left>']],
    [
      'editing keys',
      '\x1b[3~\x1b[3;5~\x1b[7~\x1b[F',
      ['<Delete>', '<Ctrl+Delete>', '<Home>', '<End>'],
    ],
    ['editing keys of rxvt', '\x1b[3$\x1b[3^', ['<Shift+Delete>', '<Ctrl+Delete>']],
    ['function keys', '\x1bOP\x1b[15~\x1b[24;2~\x1b[[C', ['<F1>', '<F5>', '<Shift+F12>', '<F3>']],
    ['Shift+Tab', '\x1b[Z', ['<Shift+Tab>']],
    ['the number pad', '\x1bOp\x1bOy\x1bOk\x1bOM', ['0', '9', '+', '<Enter>']],
  ])('%s', (_name, input, expected) => {
    expect(strokes(input)).toEqual(expected);
  });
});

describe('keys that only newer terminals can tell apart', () => {
  test.each([
    ['Shift+Enter', '\x1b[13;2u', ['<Shift+Enter>']],
    ['Ctrl+Enter', '\x1b[13;5u', ['<Ctrl+Enter>']],
    ['Escape', '\x1b[27u', ['<Escape>']],
    ['Ctrl and a letter', '\x1b[119;5u', ['<Ctrl+W>']],
    ['Ctrl+Shift and a letter', '\x1b[122;6u', ['<Ctrl+Shift+Z>']],
    ['Ctrl+I, which is no Tab', '\x1b[105;5u', ['<Ctrl+I>']],
    ['Alt+Shift and a sign, told', '\x1b[44:60;4u', ['<Alt+<>']],
    ['Alt+Shift and a sign, guessed', '\x1b[46;4u', ['<Alt+>>']],
    ['Ctrl+_', '\x1b[45;6u', ['<Ctrl+_>']],
    ['num lock held', '\x1b[119;133u', ['<Ctrl+W>']],
    ['a character with its text', '\x1b[97:65;2;65u', ['A']],
    ['the number pad', '\x1b[57404u\x1b[57414u\x1b[57417;5u', ['5', '<Enter>', '<Ctrl+Left>']],
    ['a key going up', '\x1b[97;1:3u\x1b[1;1:3A', []],
    ['a key that repeats', '\x1b[1;1:2A', ['<Up>']],
    ['a modifier alone, and Super', '\x1b[57441;2u\x1b[97;9u', []],
    [
      'modifyOtherKeys',
      '\x1b[27;2;13~\x1b[27;5;9~\x1b[27;6;90~',
      ['<Shift+Enter>', '<Ctrl+Tab>', '<Ctrl+Shift+Z>'],
    ],
    ['modifyOtherKeys that types', '\x1b[27;2;65~', ['A']],
    ['no character', '\x1b[55296u\x1b[99999999999u\x1b[;5u', []],
  ])('%s', (_name, input, expected) => {
    expect(strokes(input)).toEqual(expected);
  });
});

describe('what is no key types nothing', () => {
  test.each([
    ['focus, mouse, cursor', '\x1b[I\x1b[O\x1b[<0;3;4M\x1b[12;40R', []],
    ['the keyboard answer', '\x1b[?1u', []],
    ['colours', '\x1b]11;rgb:ffff/ffff/ffff\x1b\\x\x1b]11;rgb:0/0/0\x07y', ['x', 'y']],
    ['a version', '\x1bP>|kitty(0.32)\x1b\\', []],
    ['a sequence broken off by another', '\x1b[1;\x1b[Ax', ['<Up>', 'x']],
    ['a sequence broken off by a character', '\x1b[1;語', ['語']],
    ['one that never ends', `\x1b[${'1'.repeat(200)}`, ['1'.repeat(72)]],
    ['a stray end of a paste', 'a\x1b[201~b', ['a', 'b']],
  ])('%s', (_name, input, expected) => {
    expect(strokes(input)).toEqual(expected);
  });

  test.each([
    '\x1b',
    '\x1b[',
    '\x1b[1',
    '\x1b[1;5',
    '\x1bO',
    '\x1b]11;rgb:',
    '\x1b\x1b',
    '\x1b[200~abc',
  ])('%j waits for the rest', (input) => {
    expect(strokes(`x${input}`)).toEqual(['x', `(${input.slice(1)})`]);
  });
});

describe('text at once', () => {
  test.each([
    ['fast typing with Enter at the end', 'hello\r', ['hello', '<Enter>']],
    ['Enter held down', '\r\r', ['<Enter>', '<Enter>']],
    ['text with a control key in it', 'ab\x15cd', ['ab', '<Ctrl+U>', 'cd']],
    ['typed line feeds', 'one\ntwo', ['one', '<Ctrl+J>', 'two']],
    ['a paste without brackets', 'one\rtwo\r', ['paste:one\rtwo\r']],
    ['one with tabs and control keys', 'a\r\tb\x15\r', ['paste:a\r\tb\x15\r']],
    ['one with line feeds', 'x\n'.repeat(20), [`paste:${'x\n'.repeat(20)}`]],
    ['a paste', '\x1b[200~one\rtwo\x1b[201~x', ['paste:one\rtwo', 'x']],
    [
      'an end mark inside a paste',
      '\x1b[200~a\x1b[201~\x15!rm\r\x1b[201~',
      ['paste:a\x1b[201~\x15!rm\r'],
    ],
    ['two pastes', '\x1b[200~a\x1b[201~\x1b[200~b\x1b[201~', ['paste:a', 'paste:b']],
    ['a paste cut off by the next', '\x1b[200~a\x1b[200~b\x1b[201~', ['paste:a', 'paste:b']],
  ])('%s', (_name, input, expected) => {
    expect(strokes(input)).toEqual(expected);
  });

  test('a line that ends with Enter belongs to the paste before it', () => {
    expect(strokesOf({ type: 'text', text: 'line\r' }, true)).toEqual([
      { type: 'paste', text: 'line\r' },
    ]);
    expect(strokesOf({ type: 'text', text: '\r' }, true)).toEqual([{ type: 'key', name: 'Enter' }]);
  });
});
