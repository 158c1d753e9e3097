import { describe, expect, test } from 'vitest';
import {
  completionAt,
  foldersIn,
  mentionOf,
  mentionsIn,
} from '../../../src/tui/input/completion.ts';

describe('completionAt', () => {
  test.each([
    ['/', { kind: 'command', query: '' }],
    ['/mo', { kind: 'command', query: 'mo' }],
    ['see @', { kind: 'file', query: '' }],
    ['see @src/ma', { kind: 'file', query: 'src/ma' }],
    ['a\n@x', { kind: 'file', query: 'x' }],
    ['see @"read m', { kind: 'file', query: 'read m', start: 4 }],
    ['/model ', { kind: 'argument', command: 'model', query: '', start: 7 }],
    ['/resume old talk', { kind: 'argument', command: 'resume', query: 'old talk', start: 8 }],
    [`${'x'.repeat(100_000)} @x`, { kind: 'file', query: 'x' }],
  ])('%j is completed', (text, expected) => {
    expect(completionAt(text, text.length)).toMatchObject(expected);
  });

  test.each(['', 'text', 'mail@host', 'say /mo', '/usr/bin', '@done ', '@"done" ', '/model a\nb'])(
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

test('folders that were meant, by the files in them', () => {
  const paths = ['src/tui/app.tsx', 'src/tui/input/prompt.ts', 'test/tui/app.test.tsx', 'a.ts'];
  expect(foldersIn(paths, 'tui')).toEqual(['src/tui/', 'test/tui/']);
  expect(foldersIn(paths, 'src/tui/')).toEqual(['src/tui/input/']);
  expect(foldersIn(paths, 'src/tui')).toEqual(['src/tui/']);
  expect(foldersIn(paths, 'app')).toEqual([]);
});

describe('mentionsIn', () => {
  test('lines stay with their path', () => {
    const text = '@src/app.ts:10-40, @a.ts:3. @"read me.md":5-6 and @b.ts:';
    expect(mentionsIn(text)).toEqual(['src/app.ts:10-40', 'a.ts:3', 'read me.md:5-6', 'b.ts']);
  });

  test('a folder stays open for what is in it', () => {
    expect(mentionOf('src/tui/')).toBe('@src/tui/');
    expect(mentionOf('my src/')).toBe('@"my src/');
  });

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
