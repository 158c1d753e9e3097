import { describe, expect, test } from 'vitest';
import { applyEdit } from '../../../src/agent/edit/apply-edit.ts';
import { seededRandom } from '../../helpers/workspace.ts';

function edit(text: string, oldText: string, newText: string, replaceAll = false) {
  return applyEdit(text, { oldText, newText, replaceAll });
}

function problemOf(text: string, oldText: string, newText = 'new'): string {
  const outcome = edit(text, oldText, newText);
  if (outcome.ok) throw new Error('the edit was applied');
  return outcome.problem;
}

describe('an edit that fits', () => {
  test('replaces the one place, and says its line', () => {
    expect(edit('a\nb\nc', 'b', 'B')).toEqual({ ok: true, text: 'a\nB\nc', lines: [2] });
  });

  test('replaces every place where that was asked', () => {
    const outcome = edit('x = 1\ny = 1\nx = 1\n', 'x = 1', 'x = 2', true);
    expect(outcome).toEqual({ ok: true, text: 'x = 2\ny = 1\nx = 2\n', lines: [1, 3] });
  });

  test.each([
    ['no newline at the end', 'a\nb', 'b', 'c', 'a\nc'],
    ['a newline at the end', 'a\nb\n', 'b', 'c', 'a\nc\n'],
    ['Windows lines', 'a\r\nb\r\nc\r\n', 'a\nb', 'x\ny\nz', 'x\r\ny\r\nz\r\nc\r\n'],
    ['Windows lines given as such', 'a\r\nb\r\n', 'a\r\nb', 'x\r\ny', 'x\r\ny\r\n'],
    ['mixed lines elsewhere', 'a\nb\r\nc\nd\n', 'd', 'e', 'a\nb\r\nc\ne\n'],
    ['a byte order mark', '\ufeffa\nb', 'b', 'c', '\ufeffa\nc'],
    ['signs of replace()', 'a b c', 'b', '$& $1 $$', 'a $& $1 $$ c'],
    ['the whole text', 'a', 'a', '', ''],
    ['an old Mac line', 'a\rb', 'b', 'c', 'a\rc'],
  ])('keeps %s', (_what, text, oldText, newText, after) => {
    expect(edit(text, oldText, newText)).toMatchObject({ ok: true, text: after });
  });

  test('touches nothing else, whatever the line ends are', () => {
    const random = seededRandom(11);
    const ends = ['\n', '\r\n'];
    for (let round = 0; round < 300; round += 1) {
      const lines = Array.from(
        { length: 8 },
        (_, index) => `line ${index} ${random() < 0.5 ? 'é' : ''}`,
      );
      const text = lines.map((line) => line + ends[Math.floor(random() * 2)]).join('');
      const at = Math.floor(random() * 6);
      const flat = text.replaceAll('\r\n', '\n').split('\n');
      const wanted = `${flat[at]}\n${flat[at + 1]}`;
      const outcome = edit(text, wanted, 'X');
      if (!outcome.ok) throw new Error(outcome.problem);
      const raw = new RegExp(`${flat[at]}\r?\n${flat[at + 1]}`).exec(text)?.[0] ?? '';
      expect(outcome.text).toBe(text.replace(raw, () => 'X'));
    }
  });
});

describe('an edit that does not fit is refused with what helps', () => {
  test('found several times: how often and where', () => {
    const problem = problemOf('a\n'.repeat(9), 'a');
    expect(problem).toContain('9 times (lines 1, 2, 3, 4, 5 …)');
    expect(problem).toContain('replace_all');
  });

  test('white space alone differs: the lines as they are', () => {
    const problem = problemOf('function f() {\n\treturn 1;\n}\n', 'function f() {\n  return 1;\n}');
    expect(problem).toContain('white space alone');
    expect(problem).toContain('2\t\treturn 1;');
  });

  test('nearly there: the nearest lines with their numbers', () => {
    const text = Array.from(
      { length: 50 },
      (_, index) => `const value${index} = compute(${index});`,
    );
    const problem = problemOf(text.join('\n'), 'const value30 = compute(31);');
    expect(problem).toContain('nearest lines');
    expect(problem).toContain('31\tconst value30 = compute(30);');
  });

  test('nothing like it, the same text, a placeholder', () => {
    expect(problemOf('a\nb\n', 'entirely different words')).toContain('nothing like it');
    expect(problemOf('a', 'a', 'a')).toContain('the same');
    expect(problemOf('key = "x"', 'key = "[secret:github-pat:1]"')).toContain('placeholder');
  });

  test('a huge text with long lines is answered at once', () => {
    const text = `${'x'.repeat(100_000)}\n`.repeat(15);
    expect(problemOf(text, 'y'.repeat(50_000)).length).toBeLessThan(3_000);
  });
});
