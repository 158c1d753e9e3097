import { describe, expect, it } from 'vitest';
import { parseAnswer } from '../../../src/agent/review/parse-answer.ts';

const FINDING = {
  path: 'a.ts',
  startLine: 3,
  endLine: 4,
  severity: 'major',
  category: 'bug',
  title: 'T',
  body: 'B',
};
const ANSWER = JSON.stringify({ findings: [FINDING], summary: 'S' });

describe('parseAnswer', () => {
  it.each([
    ['plain', ANSWER],
    ['fenced', `Here it is:\n\`\`\`json\n${ANSWER}\n\`\`\`\nDone {really}.`],
    ['with a trailing comma', ANSWER.replace('}],', '},],')],
    ['with a raw line end in a string', ANSWER.replace('"B"', '"B\n"').replace('B\n', 'B')],
  ])('reads an answer %s', (_, text) => {
    expect(parseAnswer(text)).toEqual({ findings: [FINDING], summary: 'S', isReadable: true });
  });

  it('takes the whole findings of an answer that was cut', () => {
    const cut = `{"findings":[${JSON.stringify(FINDING)},{"path":"b.ts","startLine":1,"title":"Bro`;
    expect(parseAnswer(cut)).toMatchObject({ findings: [FINDING], isReadable: true });
  });

  it('reads a bare list, one object per line, and other names for things', () => {
    expect(parseAnswer(`[${JSON.stringify(FINDING)}]`).findings).toEqual([FINDING]);
    expect(
      parseAnswer(`${JSON.stringify(FINDING)}\n${JSON.stringify(FINDING)}`).findings,
    ).toHaveLength(2);
    const other = { file: 'a.ts', line: '7-9', level: 'warning', message: 'It breaks. Badly.' };
    expect(parseAnswer(JSON.stringify({ findings: [other] })).findings).toEqual([
      {
        path: 'a.ts',
        startLine: 7,
        endLine: 9,
        severity: 'minor',
        category: 'maintainability',
        title: 'It breaks.',
        body: 'It breaks. Badly.',
      },
    ]);
  });

  it('leaves out what is no finding', () => {
    const odd = [null, 3, 'x', {}, { path: 'a' }, { path: 'a', startLine: 'x', title: 't' }];
    expect(parseAnswer(JSON.stringify({ findings: odd })).findings).toEqual([]);
  });

  it('knows an empty review from no review', () => {
    expect(parseAnswer('{"findings":[],"summary":""}').isReadable).toBe(true);
    expect(parseAnswer('[]').isReadable).toBe(true);
    expect(parseAnswer('Looks good to me!').isReadable).toBe(false);
    expect(parseAnswer('').isReadable).toBe(false);
  });

  it('bounds what a hostile answer can bring', () => {
    const many = Array.from({ length: 5000 }, () => ({ ...FINDING, body: 'x'.repeat(9000) }));
    const { findings } = parseAnswer(JSON.stringify({ findings: many }));
    expect(findings).toHaveLength(200);
    expect(findings[0]?.body).toHaveLength(4000);
  });

  it.each(['{', '{"a":', '"', '\\', '{"a":"'])('takes no longer for a million of %j', (unit) => {
    const text = unit.repeat(Math.ceil(300_000 / unit.length));
    expect(parseAnswer(text).findings).toEqual([]);
  });
});
