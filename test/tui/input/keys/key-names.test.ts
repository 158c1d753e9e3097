import { expect, test } from 'vitest';
import { canonicalKey } from '../../../../src/tui/input/keys/key-names.ts';

test.each([
  ['ctrl-x', 'Ctrl+X'],
  ['Alt+enter', 'Alt+Enter'],
  ['shift+control+z', 'Ctrl+Shift+Z'],
  ['Ctrl++', 'Ctrl++'],
  ['alt--', 'Alt+-'],
  ['Esc', 'Escape'],
  ['f12', 'F12'],
  ['shift+pgup', 'Shift+PageUp'],
  ['meta+shift+b', 'Alt+B'],
  ['ctrl+space', 'Ctrl+Space'],
])('%s is %s', (written, name) => {
  expect(canonicalKey(written)).toEqual({ ok: true, name });
});

test.each(['', 'Ctrl+', 'Hyper+X', 'F13', 'Ctrl+XY', '\x1b', 'C-x'])('%j is no key', (written) => {
  expect(canonicalKey(written)).toEqual({ ok: false, problem: 'unknown' });
});

test('what types a character, or is another key on the wire, is told apart', () => {
  expect(canonicalKey('a')).toEqual({ ok: false, problem: 'types' });
  expect(canonicalKey('Shift+A')).toEqual({ ok: false, problem: 'types' });
  expect(canonicalKey('space')).toEqual({ ok: false, problem: 'types' });
  expect(canonicalKey('Ctrl+I')).toEqual({ ok: false, problem: { same: 'Tab' } });
});
