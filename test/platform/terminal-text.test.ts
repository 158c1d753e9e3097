import { describe, expect, test } from 'vitest';
import {
  createTextSanitizer,
  sanitizeLine,
  sanitizeText,
} from '../../src/platform/terminal-text.ts';

const ESC = '\x1b';

/** Name, hostile text, what may be shown of it. */
const CORPUS: readonly (readonly [string, string, string])[] = [
  ['plain text', 'a\tb\nc', 'a\tb\nc'],
  ['CRLF', 'a\r\nb', 'a\nb'],
  ['lone CR', 'rm -rf /\rls', 'rm -rf /ls'],
  ['backspace', 'good\b\b\b\bevil', 'goodevil'],
  ['other C0 and DEL', '\x00a\x07b\x0b\x0cc\x0e\x0f\x11\x13\x7fd', 'abcd'],
  ['CSI: clear screen', `a${ESC}[2Jb`, 'ab'],
  ['CSI: private mode and colours', `a${ESC}[?1049hb${ESC}[38;2;1;2;3mc`, 'abc'],
  ['CSI with intermediates', `a${ESC}[0 qb${ESC}[!pc`, 'abc'],
  ['8-bit CSI', 'a\x9b2Jb', 'ab'],
  ['C1 single', 'a\x84\x85\x8d\x9ab', 'ab'],
  ['OSC title ended by BEL', `a${ESC}]0;owned\x07b`, 'ab'],
  ['OSC clipboard ended by ST', `a${ESC}]52;c;ZXZpbA==${ESC}\\b`, 'ab'],
  ['OSC link', `${ESC}]8;;http://evil${ESC}\\bank${ESC}]8;;${ESC}\\`, 'bank'],
  ['8-bit OSC and ST', 'a\x9d52;c;ZXZpbA==\x9cb', 'ab'],
  ['DCS', `a${ESC}P$q"p${ESC}\\b\x90+q\x9cc`, 'abc'],
  ['APC, PM and SOS', `a${ESC}_G1${ESC}\\b${ESC}^x${ESC}\\c${ESC}Xy${ESC}\\d`, 'abcd'],
  ['8-bit APC, PM and SOS', 'a\x9fx\x9cb\x9ex\x9cc\x98x\x9cd', 'abcd'],
  ['a string broken off by another sequence', `a${ESC}]0;x${ESC}[2Jb`, 'ab'],
  ['a string cancelled', `a${ESC}]0;x\x18b`, 'ab'],
  ['short escapes', `a${ESC}cb${ESC}7c${ESC}(0d${ESC}#8e${ESC}%Gf`, 'abcdef'],
  ['ESC before a newline', `a${ESC}\nb`, 'a\nb'],
  ['doubled ESC', `a${ESC}${ESC}[31mb`, 'ab'],
  ['an unfinished CSI', `a${ESC}[38;5`, 'a'],
  ['an unfinished OSC', `a${ESC}]52;c;`, 'a'],
  ['a lone ESC at the end', `a${ESC}`, 'a'],
  ['a CSI cut by a line end', `a${ESC}[3\nb`, 'a\nb'],
  ['paste bracket', `a${ESC}[201~rm\n`, 'arm\n'],
  ['bidi controls', 'a\u202eb\u2066c\u2069\u200e\u200f\u061cd', 'abcd'],
  ['zero width', 'a\u200bb\u200cc\u200dd\u2060e\ufefff\u00adg', 'abcdefg'],
  ['tag characters', 'a\u{e0001}\u{e0068}\u{e0069}\u{e007f}b', 'ab'],
  ['selectors on letters', 'a\ufe0f\ufe01\u{e0100}b', 'ab'],
  ['a run of selectors', '\u2764\ufe0f\ufe0f\ufe0e\u{e0155}x', '\u2764\ufe0fx'],
  ['a Han variant', '\u845b\u{e0100}\u{e0101}x', '\u845b\u{e0100}x'],
  ['joined emoji', '👩‍💻 👨‍👩‍👧 ❤️‍🔥 👩🏽‍🚀', '👩‍💻 👨‍👩‍👧 ❤️‍🔥 👩🏽‍🚀'],
  ['joiner with nothing to join', '👩\u200dx 👩\u200d\u200d💻 👩\u200d', '👩x 👩‍💻 👩'],
  ['keycap and flag', '1️⃣ 🇩🇪', '1️⃣ 🇩🇪'],
  ['scripts with marks', 'é नमस्ते 日本語 العربية', 'é नमस्ते 日本語 العربية'],
  ['lone surrogates', 'a\ud83db\ude00c\ud83d', 'a\ufffdb\ufffdc\ufffd'],
  ['separators', 'a\u2028b\u2029c', 'a\nb\nc'],
];

describe('sanitizeText', () => {
  test.each(CORPUS)('%s', (_name, hostile, shown) => {
    expect(sanitizeText(hostile)).toBe(shown);
  });

  test('is idempotent', () => {
    for (const [, , shown] of CORPUS) expect(sanitizeText(shown)).toBe(shown);
  });

  test('an introducer hides at most a bounded text', () => {
    const shown = sanitizeText(`${ESC}]0;${'x'.repeat(10_000)}end`);
    expect(shown.endsWith('end')).toBe(true);
    expect(shown.length).toBeGreaterThan(5_000);
    expect(sanitizeText(`${ESC}[${'1;'.repeat(1_000)}end`).endsWith('end')).toBe(true);
  });

  test('a megabyte of introducers is linear work', () => {
    const hostile = `${ESC}]\x9b\u202e👩\u200d`.repeat(100_000);
    expect(sanitizeText(hostile)).not.toMatch(/[\x1b\x9b]/);
  });
});

describe('createTextSanitizer', () => {
  test('every cut of every text into two pieces gives the whole result', () => {
    for (const [, hostile] of CORPUS) {
      for (let cut = 0; cut <= hostile.length; cut += 1) {
        expect(inPieces([hostile.slice(0, cut), hostile.slice(cut)])).toBe(sanitizeText(hostile));
      }
    }
  });

  test('random texts in random pieces give the whole result and hold no control', () => {
    const random = seededRandom(20_261);
    const fragments = CORPUS.flatMap(([, hostile]) => [...hostile, hostile]);
    for (let round = 0; round < 2_000; round += 1) {
      const pick = () => fragments[Math.floor(random() * fragments.length)] ?? '';
      const hostile = Array.from({ length: 1 + random() * 12 }, pick).join('');
      const whole = sanitizeText(hostile);
      expect(inPieces(cutAtRandom(hostile, random))).toBe(whole);
      expect(inPieces(hostile.split(''))).toBe(whole);
      expect(whole).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
    }
  });

  test('after a flush the next text starts afresh', () => {
    const sanitizer = createTextSanitizer();
    expect(sanitizer.push(`a${ESC}]0;`) + sanitizer.flush()).toBe('a');
    expect(sanitizer.push('b') + sanitizer.flush()).toBe('b');
  });
});

test('sanitizeLine keeps a name on one line', () => {
  expect(sanitizeLine(`main\n\t${ESC}[2Jfeature`)).toBe('main feature');
});

function inPieces(pieces: readonly string[]): string {
  const sanitizer = createTextSanitizer();
  return pieces.map((piece) => sanitizer.push(piece)).join('') + sanitizer.flush();
}

function cutAtRandom(text: string, random: () => number): string[] {
  const pieces: string[] = [];
  for (let start = 0; start < text.length; ) {
    const end = start + 1 + Math.floor(random() * 5);
    pieces.push(text.slice(start, end));
    start = end;
  }
  return pieces;
}

/** A small generator, so that a failure can be repeated. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
