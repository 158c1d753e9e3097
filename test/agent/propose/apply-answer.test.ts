/** Answers of models, put into a text: exactly, or refused with the reason. */
import { describe, expect, it } from 'vitest';
import { applyAnswer } from '../../../src/agent/propose/apply-answer.ts';
import type { LineRange, Outcome } from '../../../src/agent/propose/outcome.ts';
import { readAnswer } from '../../../src/agent/propose/read-answer.ts';

const TEXT = ['one', 'two', 'three', 'two', '  four', 'five'].join('\n');

function apply(
  answer: string,
  options: { text?: string; range?: LineRange; firstLine?: number; path?: string } = {},
) {
  const reading = readAnswer(answer, options.path);
  if (!reading.ok) return reading;
  return applyAnswer(options.text ?? TEXT, reading.answer, options);
}
function textOf(outcome: Outcome): string {
  if (!outcome.ok) throw new Error(outcome.problem);
  return outcome.text;
}
function problemOf(outcome: Outcome): string {
  if (outcome.ok) throw new Error(`applied: ${outcome.text}`);
  return outcome.problem;
}
function block(search: string, replace: string): string {
  const middle = replace === '' ? '' : `${replace}\n`;
  return `<<<<<<< SEARCH\n${search}\n=======\n${middle}>>>>>>> REPLACE`;
}

describe('search/replace blocks', () => {
  it('replace what stands in one place', () => {
    expect(textOf(apply(block('three', 'THREE\n3')))).toBe('one\ntwo\nTHREE\n3\ntwo\n  four\nfive');
  });

  it('take lines away where nothing takes their place', () => {
    expect(textOf(apply(block('one\ntwo\nthree', '')))).toBe('two\n  four\nfive');
  });

  it('are several, in any order, in a fence or not', () => {
    const answer = `First the end:\n\`\`\`\n${block('five', '5')}\n\`\`\`\n${block('one', '1')}`;
    expect(textOf(apply(answer))).toBe('1\ntwo\nthree\ntwo\n  four\n5');
  });

  it('are refused where the lines stand in more than one place', () => {
    expect(problemOf(apply(block('two', '2')))).toMatch(/"two" stand in 2 places \(lines 2, 4\)/);
  });

  it('mean the place among the selected lines', () => {
    const range = { startLine: 3, endLine: 5 };
    expect(textOf(apply(block('two', '2'), { range }))).toBe('one\ntwo\nthree\n2\n  four\nfive');
  });

  it('are refused outside of the selected lines', () => {
    const range = { startLine: 3, endLine: 5 };
    expect(problemOf(apply(block('five', '5'), { range }))).toMatch(/line 6, outside of .*3-5/);
  });

  it('are refused where the lines are not there, or differ at their beginning', () => {
    expect(problemOf(apply(block('seven', '7')))).toMatch(/"seven" are not in the text/);
    expect(problemOf(apply(block('four', '4')))).toMatch(/"four" are not in the text/);
  });

  it('may differ in white space at the ends of lines', () => {
    expect(textOf(apply(block('a', 'b'), { text: 'a  \nc' }))).toBe('b\nc');
  });

  it('keep the white space at the ends of lines that they only repeat', () => {
    const text = 'a  \nb\t\nc';
    expect(textOf(apply(block('a\nb\nc', 'a\nB\nc'), { text }))).toBe('a  \nB\nc');
  });

  it('may take such white space away', () => {
    expect(textOf(apply(block('a  \nb', 'a\nb'), { text: 'a  \nb' }))).toBe('a\nb');
  });

  it('keep carriage returns that a text has, though no model writes them', () => {
    const text = 'one\r\ntwo\r\nthree\r';
    expect(textOf(apply(block('two', '2\n2b'), { text }))).toBe('one\r\n2\r\n2b\r\nthree\r');
  });

  it('say where the text comes nearest', () => {
    const near = (search: string) => problemOf(apply(block(search, 'x')));
    expect(near('four\nfive')).toMatch(/not in the text\. Line 5 begins with other white space\.$/);
    expect(near('three\ntwo\nfore')).toMatch(/Line 5 is "four", not "fore"\.$/);
    expect(near('five\nsix')).toMatch(/nearest at line 6, where the text ends\.$/);
  });

  it('are spoken of by the numbers of the text that theirs is a part of', () => {
    const problem = (search: string) => problemOf(apply(block(search, 'x'), { firstLine: 101 }));
    expect(problem('two')).toMatch(/lines 102, 104/);
    expect(problem('three\ntwo\nfore')).toMatch(/Line 105 is/);
  });

  it('are understood with marks of another width, if it is the same throughout', () => {
    const short = '<<<<< SEARCH\none\n=====\n1\n>>>>> REPLACE';
    expect(textOf(apply(short))).toMatch(/^1\ntwo/);
    expect(problemOf(apply(short.replace('>>>>>', '>>>>>>')))).toMatch(/not complete/);
  });

  it.each([
    [
      'indented',
      '1. So:\n\n   <<<<<<< SEARCH\n   one\n   =======\n   1\n   >>>>>>> REPLACE',
      /indented/,
    ],
    [
      'that nobody knows',
      '```\n<<<<<<< ORIGINAL\none\n=======\n1\n>>>>>>> UPDATED\n```',
      /ORIGINAL/,
    ],
    ['that leaves lines out', block('one', '1\n// ... existing code ...'), /leaves lines out/],
  ])('are refused with one %s', (_, answer, problem) => {
    expect(problemOf(apply(answer))).toMatch(problem);
  });

  it('are refused where only blank lines say where', () => {
    expect(problemOf(apply(block('', 'x'), { text: '\n' }))).toMatch(/searches for nothing/);
  });

  it('are refused where they overlap', () => {
    const answer = `${block('one\ntwo', 'x')}\n${block('two\nthree', 'y')}`;
    expect(problemOf(apply(answer))).toMatch(/overlap at line 2/);
  });

  it.each([
    ['an end that is missing', '<<<<<<< SEARCH\none\n=======\n1'],
    ['a divider that is missing', '<<<<<<< SEARCH\none\n>>>>>>> REPLACE'],
    ['a block in a block', `<<<<<<< SEARCH\none\n${block('two', 'x')}`],
  ])('are refused with %s', (_, answer) => {
    expect(problemOf(apply(answer))).toMatch(/not complete/);
  });

  it('are refused with two dividers', () => {
    const answer = '<<<<<<< SEARCH\nTitle\n=======\n=======\nNew\n>>>>>>> REPLACE';
    expect(problemOf(apply(answer))).toMatch(/more than one "======="/);
  });

  it('fill an empty text', () => {
    expect(textOf(apply(block('', 'new\nlines'), { text: '' }))).toBe('new\nlines');
    expect(problemOf(apply(block('', 'new')))).toMatch(/searches for nothing/);
  });
});

describe('unified diffs', () => {
  const diff = (body: string, head = '@@ -1,3 +1,3 @@') =>
    `\`\`\`diff\n--- a/src/a.ts\n+++ b/src/a.ts\n${head}\n${body}\n\`\`\``;

  it('are applied by their lines, whatever their numbers say', () => {
    const body = ' two\n-three\n+3\n+3b\n two';
    expect(textOf(apply(diff(body, '@@ -90,3 +77,4 @@')))).toBe(
      'one\ntwo\n3\n3b\ntwo\n  four\nfive',
    );
  });

  it('need no numbers', () => {
    expect(textOf(apply(diff('-one\n+1', '@@ ... @@')))).toBe('1\ntwo\nthree\ntwo\n  four\nfive');
  });

  it('are decided by a number that is right', () => {
    expect(textOf(apply(diff('-two\n+2', '@@ -4 +4 @@')))).toBe('one\ntwo\nthree\n2\n  four\nfive');
  });

  it('are refused where a wrong number would have to decide', () => {
    expect(problemOf(apply(diff('-two\n+2', '@@ -3 +3 @@')))).toMatch(/2 places/);
  });

  it('keep the white space of lines that only stand around', () => {
    const text = 'a \n\tb\nc';
    expect(textOf(apply(diff(' a\n-\tb\n+B\n c'), { text }))).toBe('a \nB\nc');
  });

  it('may change a line that looks like a header', () => {
    const text = '-- old\nkept';
    expect(textOf(apply(diff('--- old\n+-- new\n kept'), { text }))).toBe('-- new\nkept');
  });

  it('put lines in beside others only', () => {
    expect(textOf(apply(diff(' five\n+six')))).toBe(`${TEXT}\nsix`);
    expect(problemOf(apply(diff('+six')))).toMatch(/no line of the file around it/);
  });

  it('are refused for another file', () => {
    expect(problemOf(apply(diff('-one\n+1'), { path: 'src/b.ts' }))).toBe(
      'The diff is of src/a.ts, not of src/b.ts.',
    );
    expect(apply(diff('-one\n+1'), { path: 'src/a.ts' }).ok).toBe(true);
    expect(apply(diff('-one\n+1'), { path: 'packages/x/src/a.ts' }).ok).toBe(true);
  });

  it('need no header of a hunk where there is one hunk', () => {
    expect(textOf(apply('```diff\n two\n-three\n+3\n```'))).toBe('one\ntwo\n3\ntwo\n  four\nfive');
    expect(textOf(apply('```diff\n--- a/x\n+++ b/x\n-one\n+1\n```'))).toMatch(/^1\ntwo/);
  });

  it('are refused with a change before the first header, or with none', () => {
    expect(problemOf(apply('```diff\n-one\n+1\n@@ -6 +6 @@\n-five\n+5\n```'))).toMatch(
      /Line 1 of the diff stands before the first "@@"/,
    );
    expect(problemOf(apply('```diff\n@@ -1 +1 @@\n one\n```'))).toMatch(/changes no line/);
  });

  it('may have empty lines between their hunks, which decide nothing', () => {
    const hunks = '@@ ... @@\n-one\n+1\n\n@@ ... @@\n-five\n+5';
    expect(textOf(apply(`\`\`\`diff\n${hunks}\n\n\`\`\``))).toBe('1\ntwo\nthree\ntwo\n  four\n5');
    const text = 'a\nb\na\n';
    expect(problemOf(apply('```diff\n@@ ... @@\n-a\n+A\n\n```', { text }))).toMatch(/2 places/);
  });

  it('may be of Markdown, whose fences are lines of theirs', () => {
    const text = '# T\n```sh\nls\n```\nend';
    const body = '@@ -2,4 +2,4 @@\n ```sh\n-ls\n+ls -l\n ```\n-end\n+END';
    expect(textOf(apply(`\`\`\`diff\n${body}\n\`\`\``, { text }))).toBe(
      '# T\n```sh\nls -l\n```\nEND',
    );
  });

  it('are refused for several files where the text has no name', () => {
    const one = (name: string) => `--- a/${name}\n+++ b/${name}\n@@ -1 +1 @@\n-one\n+1`;
    expect(problemOf(apply(`\`\`\`diff\n${one('x')}\n${one('y')}\n\`\`\``))).toMatch(
      /several files: x, y/,
    );
  });

  it('are refused with a line that is none', () => {
    expect(problemOf(apply(diff(' one\nwhat\n+1')))).toMatch(/begins with none of/);
  });

  it('are read without a fence', () => {
    expect(textOf(apply('--- a/x\n+++ b/x\n@@ -1 +1 @@\n-one\n+1'))).toMatch(/^1\n/);
  });
});

describe('a whole text', () => {
  it('takes the place of the text, or of the selected lines', () => {
    expect(textOf(apply('Here:\n```ts\nnew\n```\nDone.'))).toBe('new');
    const range = { startLine: 2, endLine: 4 };
    expect(textOf(apply('```\nnew\n```', { range }))).toBe('one\nnew\n  four\nfive');
  });

  it.each([
    '// ... existing code ...',
    '# rest of the file unchanged',
    '/* … */',
    '<!-- remaining markup stays the same -->',
    '-- other functions here',
  ])('is refused where it leaves lines out: %s', (line) => {
    expect(problemOf(apply(`\`\`\`\nnew\n${line}\n\`\`\``))).toMatch(/leaves lines out/);
  });

  it('is the selected lines where the whole text comes for them', () => {
    const range = { startLine: 5, endLine: 5 };
    const text = 'import a\nimport b\nimport c\n\nold\n\nexport d';
    const whole = text.replace('old', 'new');
    expect(textOf(apply(`\`\`\`\n${whole}\n\`\`\``, { text, range }))).toBe(whole);
    const more = whole.replace('export d', 'export e');
    expect(problemOf(apply(`\`\`\`\n${more}\n\`\`\``, { text, range }))).toMatch(
      /lines from outside of the selected 5-5/,
    );
  });

  it('may hold a diff', () => {
    const answer = '````md\n# How\n```diff\n@@ -1 +1 @@\n-a\n+b\n```\n````';
    expect(textOf(apply(answer))).toBe('# How\n```diff\n@@ -1 +1 @@\n-a\n+b\n```');
  });

  it('is refused where it ends within a code block that it holds', () => {
    expect(problemOf(apply('```\n# T\n```sh\nls\n```', { text: '# T' }))).toMatch(/ends within/);
  });

  it('may hold such a line where the text has it', () => {
    const text = 'a\n// ... and so on';
    expect(textOf(apply('```\nb\n// ... and so on\n```', { text }))).toBe('b\n// ... and so on');
  });

  it('may hold Python’s own three dots', () => {
    expect(textOf(apply('```python\ndef f():\n    ...\n```'))).toBe('def f():\n    ...');
  });

  it('is refused where it is cut, or one of several', () => {
    expect(problemOf(apply('```\nnew'))).toMatch(/ends in the middle/);
    expect(problemOf(apply('```\na\n```\nor\n```\nb\n```'))).toMatch(/2 code blocks/);
  });

  it('may be Markdown with fences of its own', () => {
    const answer = '```markdown\n# Title\n```sh\nls\n```\nend\n```';
    expect(textOf(apply(answer))).toBe('# Title\n```sh\nls\n```\nend');
    expect(textOf(apply('````md\n```sh\nls\n```\n````'))).toBe('```sh\nls\n```');
  });
});

describe('an answer without a change', () => {
  it('leaves the text and is the explanation', () => {
    const reading = readAnswer('  Nothing to do: it is right.  ');
    expect(reading).toEqual({
      ok: true,
      answer: { form: 'none' },
      explanation: 'Nothing to do: it is right.',
    });
    expect(textOf(apply('Nothing to do.'))).toBe(TEXT);
  });

  it('keeps what is said beside blocks', () => {
    const reading = readAnswer(`I rename it.\n\n\`\`\`\n${block('one', '1')}\n\`\`\`\n`);
    expect(reading).toMatchObject({ ok: true, explanation: 'I rename it.' });
  });
});
