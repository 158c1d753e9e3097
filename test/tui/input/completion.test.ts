import { describe, expect, test } from 'vitest';
import { completionAt, mentionOf, mentionsIn } from '../../../src/tui/input/completion.ts';

describe('completionAt', () => {
  test.each([
    ['/', { kind: 'command', query: '' }],
    ['/mo', { kind: 'command', query: 'mo' }],
    ['see @', { kind: 'file', query: '' }],
    ['see @src/ma', { kind: 'file', query: 'src/ma' }],
    ['a\n@x', { kind: 'file', query: 'x' }],
  ])('%j is completed', (text, expected) => {
    expect(completionAt(text, text.length)).toMatchObject(expected);
  });

  test.each(['', 'text', 'mail@host', '/model ', 'say /mo', '/usr/bin', '@done '])(
    '%j is not',
    (text) => {
      expect(completionAt(text, text.length)).toBeUndefined();
    },
  );

  test('the cursor counts, not the end of the text', () => {
    const target = completionAt('see @sr and more', 7);
    expect(target).toEqual({ kind: 'file', query: 'sr', start: 4, end: 7 });
  });
});

describe('mentionsIn', () => {
  test('paths once each, without the punctuation of the sentence', () => {
    const text = '@a.ts, then @src/b.ts: and (no) @a.ts "@"read me.md"? me@host @"read me.md"';
    expect(mentionsIn(text)).toEqual(['a.ts', 'src/b.ts', 'read me.md']);
  });

  test('finds what a completion writes', () => {
    for (const path of ['src/a.ts', 'read me.md']) {
      expect(mentionsIn(`see ${mentionOf(path)}`)).toEqual([path]);
    }
  });
});
