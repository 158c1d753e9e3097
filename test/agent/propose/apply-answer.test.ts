/** Answers of models, put into a text: exactly, or refused with the reason. */
import { describe, expect, it } from 'vitest';
import { applyAnswer } from '../../../src/agent/propose/apply-answer.ts';
import type { LineRange, Outcome } from '../../../src/agent/propose/outcome.ts';
import { readAnswer } from '../../../src/agent/propose/read-answer.ts';

const TEXT = ['one', 'two', 'three', 'two', '  four', 'five'].join('\n');

function apply(answer: string, options: { text?: string; range?: LineRange; path?: string } = {}) {
  const reading = readAnswer(answer, options.path);
  if (!reading.ok) return reading;
  return applyAnswer(options.text ?? TEXT, reading.answer, options.range);
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
