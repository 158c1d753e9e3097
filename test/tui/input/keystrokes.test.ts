import type { Key } from 'ink';
import { describe, expect, test } from 'vitest';
import { keystrokesOf } from '../../../src/tui/input/keystrokes.ts';

const NO_KEY: Key = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageDown: false,
  pageUp: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  ctrl: false,
  shift: false,
  tab: false,
  backspace: false,
  delete: false,
  meta: false,
  super: false,
  hyper: false,
  capsLock: false,
  numLock: false,
};

function strokes(input: string, key: Partial<Key> = {}): string[] {
  return keystrokesOf(input, { ...NO_KEY, ...key }).map((stroke) =>
    stroke.type === 'key' ? `<${stroke.name}>` : stroke.text,
  );
}

describe('keystrokesOf', () => {
  test.each([
    ['a letter', 'a', {}, ['a']],
    ['a capital letter', 'A', { shift: true }, ['A']],
    ['Enter', '\r', { return: true }, ['<Enter>']],
    ['Shift+Enter', '\r', { return: true, shift: true }, ['<Shift+Enter>']],
    ['Alt+Enter', '\r', { return: true, meta: true }, ['<Alt+Enter>']],
    ['a line feed', '\n', {}, ['<Ctrl+J>']],
    ['Ctrl and a letter', 'w', { ctrl: true }, ['<Ctrl+W>']],
    ['Alt and a letter', 'b', { meta: true }, ['<Alt+B>']],
    ['Ctrl and an arrow', '', { leftArrow: true, ctrl: true }, ['<Ctrl+Left>']],
    ['Escape, also doubled', '', { escape: true, meta: true }, ['<Escape>']],
    ['a released key', 'a', { eventType: 'release' as const }, []],
    ['a key without text', '', {}, []],
    ['fast typing with Enter at the end', 'hello\r', {}, ['hello', '<Enter>']],
    ['a paste without brackets', 'one\rtwo\r', {}, ['one', '\n', 'two', '<Enter>']],
    ['text with a control key in it', 'ab\x15cd', {}, ['ab', '<Ctrl+U>', 'cd']],
  ])('%s', (_name, input, key, expected) => {
    expect(strokes(input, key)).toEqual(expected);
  });
});
