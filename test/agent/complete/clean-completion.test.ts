import { describe, expect, test } from 'vitest';
import {
  cleanCompletion,
  readInsertions,
  wholeLines,
} from '../../../src/agent/complete/clean-completion.ts';

interface Case {
  readonly name: string;
  readonly answer: string;
  readonly prefix?: string;
  readonly suffix?: string;
  readonly expected: string;
}

const CASES: readonly Case[] = [
  { name: 'plain text', answer: ' + b', prefix: 'return a', expected: ' + b' },
  { name: 'an indentation of its own', answer: '\n    return 1', expected: '\n    return 1' },
  { name: 'blank space at the end', answer: 'x  \n\n', expected: 'x' },
  { name: 'nothing', answer: '  \n ', expected: '' },
  { name: 'line ends of DOS', answer: 'a\r\nb', expected: 'a\nb' },
  { name: 'control characters', answer: 'a\u001b[31mb\u0000', expected: 'a[31mb' },
  {
    name: 'the line before the cursor again',
    prefix: 'def f():\n    return a',
    answer: '    return a + b',
    expected: ' + b',
  },
  {
    name: 'the line again without its indentation',
    prefix: 'def f():\n    return a',
    answer: 'return a + b',
    expected: ' + b',
  },
  {
    name: 'several lines again',
    prefix: 'x = 1\ny = 2\nz',
    answer: 'x = 1\ny = 2\nz = 3',
    expected: ' = 3',
  },
  { name: 'a word that begins as the line', prefix: 'a', answer: 'aa()', expected: 'aa()' },
  {
    name: 'what follows, at its end',
    prefix: 'if (',
    suffix: ') {\n  go();\n}',
    answer: 'ready) {\n  go();\n}',
    expected: 'ready',
  },
  {
    name: 'a bracket that is there',
    prefix: 'foo(',
    suffix: ')',
    answer: 'a, b)',
    expected: 'a, b',
  },
  {
    name: 'a bracket that it needs itself',
    prefix: 'foo(',
    suffix: ')',
    answer: 'bar(1)',
    expected: 'bar(1)',
  },
  {
    name: 'a closing line that is there',
    prefix: 'function f() {\n',
    suffix: '\n}\n',
    answer: '  if (a) {\n    b();\n  }\n}',
    expected: '  if (a) {\n    b();\n  }',
  },
  { name: 'a letter by chance', suffix: '\nelse', answer: 'true', expected: 'true' },
  { name: 'only what follows', suffix: '\nreturn x;\n}', answer: 'return x;', expected: '' },
  {
    name: 'more lines than fit before the rest of a line',
    prefix: 'call(',
    suffix: ', last)',
    answer: 'first\nsecond',
    expected: 'first',
  },
];

describe('what a model answers', () => {
  test.each(CASES)('$name', ({ answer, prefix = '', suffix = '', expected }) => {
    expect(cleanCompletion(answer, { prefix, suffix })).toBe(expected);
  });

  test('is a piece of the answer, whatever stands around the cursor', () => {
    const pieces = ['a', ' ', '\n', '(', ')', '{', '}', 'foo', '= 1;', '  '];
    let seed = 7;
    const pick = () => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return pieces[seed % pieces.length] ?? '';
    };
    const text = () => Array.from({ length: 8 }, pick).join('');
    for (let round = 0; round < 2000; round += 1) {
      const answer = text();
      const cleaned = cleanCompletion(answer, { prefix: text(), suffix: text() });
      expect(answer).toContain(cleaned);
      expect(cleaned).toBe(cleaned.trimEnd());
    }
  });
});

test('insertions are found between their marks, in a fence, or as they are', () => {
  expect(readInsertions('Sure.\n<insert> a\n</insert>\n')).toEqual([' a\n']);
  expect(readInsertions('<insert>a</insert>\n<insert>b</insert>')).toEqual(['a', 'b']);
  expect(readInsertions('<insert>cut in the')).toEqual(['cut in the']);
  expect(readInsertions('Here:\n```ts\n  a()\n  b()\n```\nDone.')).toEqual(['  a()\n  b()']);
  expect(readInsertions('a()')).toEqual(['a()']);
});

test('a text that was cut ends with its last whole line', () => {
  expect(wholeLines('a\nb\nc = ')).toBe('a\nb');
  expect(wholeLines('one line')).toBe('one line');
});
