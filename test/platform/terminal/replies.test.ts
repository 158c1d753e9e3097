import { describe, expect, test } from 'vitest';
import { ReplyFilter, type TerminalReport } from '../../../src/platform/terminal/replies.ts';

function read(chunks: readonly string[]): {
  readonly keys: string;
  readonly reports: readonly TerminalReport[];
} {
  const reports: TerminalReport[] = [];
  const filter = new ReplyFilter((report) => reports.push(report));
  const keys = chunks.map((chunk) => filter.push(chunk)).join('');
  return { keys, reports };
}

const DARK = '\x1b]11;rgb:1616/1818/1d1d\x1b\\';
const BACKGROUND: TerminalReport = { type: 'background', r: 0x16, g: 0x18, b: 0x1d };

describe('an answer about the background', () => {
  test.each([
    ['ended by ST', DARK],
    ['ended by BEL', '\x1b]11;rgb:1616/1818/1d1d\x07'],
    ['with two digits', '\x1b]11;rgb:16/18/1d\x1b\\'],
    ['with an opacity', '\x1b]11;rgba:1616/1818/1d1d/ffff\x1b\\'],
  ])('%s is a report and no key', (_, answer) => {
    expect(read([answer])).toEqual({ keys: '', reports: [BACKGROUND] });
    expect(read([`before${answer}after`])).toEqual({ keys: 'beforeafter', reports: [BACKGROUND] });
  });

  test('may be cut anywhere, with keys around it', () => {
    for (let cut = 1; cut < DARK.length; cut += 1) {
      const chunks = [`a${DARK.slice(0, cut)}`, `${DARK.slice(cut)}b`];
      expect(read(chunks)).toEqual({ keys: 'ab', reports: [BACKGROUND] });
    }
    expect(read([...DARK])).toEqual({ keys: '', reports: [BACKGROUND] });
  });

  test('types nothing when its first character was already taken for the Escape key', () => {
    const reports: TerminalReport[] = [];
    const filter = new ReplyFilter((report) => reports.push(report));
    for (const cut of [1, 2]) {
      expect(filter.push(DARK.slice(0, cut))).toBe('');
      expect(filter.holdsKey).toBe(true);
      expect(filter.flush()).toBe(DARK.slice(0, cut));
      expect(filter.push(`${DARK.slice(cut)}x`)).toBe('x');
    }
    expect(reports).toEqual([BACKGROUND, BACKGROUND]);
  });

  test('of the text colour is swallowed as well', () => {
    expect(read(['\x1b]10;rgb:ffff/ffff/ffff\x1b\\'])).toEqual({ keys: '', reports: [] });
  });
});

describe('keys stay keys', () => {
  test.each([
    ['arrows and functions', '\x1b[A\x1b[1;5C\x1bOP\x1b[15~'],
    ['the keyboard protocol', '\x1b[?5u\x1b[13;2u\x1b[99;5u'],
    ['Alt with a letter', '\x1bb\x1bf\x1b\r'],
    ['Alt+] and digits', '\x1b]1x\x1b]12\x1b]11;rgb:zz'],
    ['text beyond ASCII', 'grüße 日本 👩‍👩‍👧'],
  ])('%s', (_, keys) => {
    expect(read([keys, 'end'])).toEqual({ keys: `${keys}end`, reports: [] });
  });

  test('a paste is passed on as it is, whatever stands in it', () => {
    const paste = `\x1b[200~one ${DARK} \x1b[I\x1b[?62c\x1b[201~`;
    expect(read([paste])).toEqual({ keys: paste, reports: [] });
    const whole = `${paste}${DARK}`;
    for (let cut = paste.indexOf('one'); cut < whole.length; cut += 1) {
      expect(read([whole.slice(0, cut), whole.slice(cut)])).toEqual({
        keys: paste,
        reports: [BACKGROUND],
      });
    }
  });

  test('a lone Escape is held only until it is known', () => {
    const filter = new ReplyFilter(() => undefined);
    expect(filter.push('a\x1b')).toBe('a');
    expect(filter.holdsKey).toBe(true);
    expect(filter.flush()).toBe('\x1b');
    expect(filter.push(']')).toBe('');
    expect(filter.push('x')).toBe(']x');
    expect(filter.push('\x1b')).toBe('');
    expect(filter.flush()).toBe('\x1b');
    filter.forget();
    expect(filter.push('x]')).toBe('x]');
  });
});

test('what the terminal is, focus and the wheel are reports', () => {
  expect(
    read(['x\x1b[?62;22cy\x1b[I\x1b[O\x1b[<64;3;4M\x1b[<65;3;4M\x1b[<0;3;4M\x1b[<0;3;4mz']),
  ).toEqual({
    keys: 'xyz',
    reports: [
      { type: 'attributes' },
      { type: 'focus', isFocused: true },
      { type: 'focus', isFocused: false },
      { type: 'wheel', direction: 'up' },
      { type: 'wheel', direction: 'down' },
    ],
  });
});
