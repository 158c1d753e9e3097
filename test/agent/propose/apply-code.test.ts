/** Code blocks of a chat, put into a buffer. */
import { describe, expect, it } from 'vitest';
import { applyCode } from '../../../src/agent/propose/apply-code.ts';

const TEXT = `import a from 'a';

function one() {
  return 1;
}

function two() {
  return 2;
}
export { one, two };`;

describe('a code block', () => {
  it('is the whole text where most of its lines are there', () => {
    const code = TEXT.replace('return 2', 'return 22');
    expect(applyCode(TEXT, `${code}\n`)).toEqual({ ok: true, text: code });
  });

  it('is a piece where its first and last line say between which lines', () => {
    const code = 'function two() {\n  return 22;\n}\nexport { one, two };';
    expect(applyCode(TEXT, code)).toEqual({
      ok: true,
      text: TEXT.replace('return 2;', 'return 22;'),
    });
  });

  it('may be a diff, or search/replace blocks', () => {
    const diff = '@@ -1 +1 @@\n-  return 2;\n+  return 3;';
    const blocks = '<<<<<<< SEARCH\n  return 2;\n=======\n  return 3;\n>>>>>>> REPLACE';
    const after = { ok: true, text: TEXT.replace('return 2;', 'return 3;') };
    expect(applyCode(TEXT, diff)).toEqual(after);
    expect(applyCode(TEXT, blocks)).toEqual(after);
  });

  it('fills an empty buffer', () => {
    expect(applyCode('', 'new\n')).toEqual({ ok: true, text: 'new' });
  });

  it.each([
    ['one new function', 'function three() {\n  return 3;\n}'],
    ['a lone line', 'return 5;'],
    ['a frame that is the wrong way round', "export { one, two };\nimport a from 'a';"],
  ])('is refused where its place is not plain: %s', (_, code) => {
    expect(applyCode(TEXT, code)).toMatchObject({
      ok: false,
      problem: expect.stringMatching(/Nothing says where/),
    });
  });

  it('is refused where it leaves lines out', () => {
    const code = "import a from 'a';\n// ... rest of the code ...\nexport { one, two };";
    expect(applyCode(TEXT, code)).toMatchObject({
      ok: false,
      problem: expect.stringMatching(/leaves lines out/),
    });
  });
});
