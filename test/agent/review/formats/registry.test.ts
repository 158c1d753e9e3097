import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../../src/agent/review/finding.ts';
import {
  REPORT_FORMATS,
  type ReportFormatName,
} from '../../../../src/agent/review/formats/registry.ts';
import type { ReviewReport } from '../../../../src/agent/review/formats/report.ts';

const FINDING: Finding = {
  path: 'src/a b.ts',
  startLine: 3,
  endLine: 5,
  severity: 'major',
  category: 'security',
  rule: 'sql-from-string',
  title: 'SQL built from strings',
  body: 'First line.\nSecond, 100 % sure: line.',
};
const HOSTILE = 'a\x1b[2Jb\x1b]0;title\x07c\u202ed\x9b31me\rf\u200bg';
const FROM_MODEL: Finding = {
  path: `evil${HOSTILE}\n::error::x.ts`,
  startLine: 1,
  endLine: 1,
  severity: 'info',
  category: `bug${HOSTILE}`,
  title: `# ![x](http://x.example/) <b>\n${HOSTILE}`,
  body: `::set-output name=a::b\n<img src=x>${HOSTILE}\n\`\`\``,
  patch: `--- a\n+++ b\n@@ -1 +1 @@\n-x\n+${HOSTILE}\`\`\`\n`,
};

function report(...findings: readonly Finding[]): ReviewReport {
  return {
    findings: findings.map((finding, index) => ({ finding, fingerprint: `f${index}` })),
    summary: `Summary ${HOSTILE}`,
    usage: { inputTokens: 7, outputTokens: 2, costUsd: 0.5 },
  };
}
const write = (name: ReportFormatName, ...findings: readonly Finding[]): string =>
  REPORT_FORMATS[name](report(...findings));

/** Controls, escapes, bidi and zero-width characters; a line feed is fine. */
const DANGEROUS = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/;

describe.each(Object.keys(REPORT_FORMATS) as ReportFormatName[])('%s', (name) => {
  it('lets nothing through that a terminal would act on', () => {
    const text = write(name, FINDING, FROM_MODEL);
    expect(text).not.toMatch(DANGEROUS);
    expect(text.endsWith('\n')).toBe(true);
  });
  it('writes an empty report', () => {
    expect(write(name)).not.toMatch(DANGEROUS);
  });
});

describe('the formats', () => {
  it('text: a block for each finding', () => {
    expect(write('text', FINDING)).toBe(
      'src/a b.ts:3-5: major: SQL built from strings [sql-from-string]\n' +
        '  First line.\n  Second, 100 % sure: line.\n\nSummary abcdefg\n',
    );
  });

  it('json: the documented fields and no others', () => {
    const value = JSON.parse(write('json', FINDING, FROM_MODEL));
    expect(Object.keys(value)).toEqual(['findings', 'summary', 'usage']);
    expect(value.findings[0]).toEqual(FINDING);
    expect(value.findings[1].path).toBe(FROM_MODEL.path);
    expect(value.findings[1]).not.toHaveProperty('rule');
    expect(value.usage).toEqual({
      inputTokens: 7,
      outputTokens: 2,
      cachedTokens: 0,
      reasoningTokens: 0,
      costUsd: 0.5,
    });
  });

  it('quickfix: a tab is part of the name, a line feed would end the line', () => {
    const finding = { ...FINDING, path: 'a\tb\nc.ts' };
    expect(write('quickfix', finding)).toMatch(/^a\tb c\.ts:\d+:1: [^\n]*\n$/);
  });

  it('quickfix: one line for each finding, whatever is in it', () => {
    const lines = write('quickfix', FINDING, FROM_MODEL).trimEnd().split('\n');
    expect(lines[0]).toBe('src/a b.ts:3:1: major: SQL built from strings [sql-from-string]');
    expect(lines).toHaveLength(2);
  });

  it('github: one command for each finding, nothing smuggled in', () => {
    const lines = write('github', FINDING, FROM_MODEL).trimEnd().split('\n');
    expect(lines[0]).toBe(
      '::error file=src/a b.ts,line=3,endLine=5,title=major%3A SQL built from strings ' +
        '[sql-from-string]::First line.%0ASecond, 100 %25 sure: line.',
    );
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatch(/^::notice file=evil/);
  });

  it('markdown: no image, no HTML, no heading of the model’s own', () => {
    const text = write('markdown', FROM_MODEL);
    expect(text).not.toMatch(/(?<!\\)!\[|<img|<b>/);
    expect(text).toContain('````diff');
  });

  it('sarif: valid, with a rule for every result', () => {
    const schema = JSON.parse(
      readFileSync(
        new URL('../../../fixtures/review/sarif-2.1.0.subset.schema.json', import.meta.url),
        'utf8',
      ),
    );
    const ajv = new Ajv({ allErrors: true, strict: false });
    ajv.addFormat('uri', (text: string) => URL.canParse(text));
    ajv.addFormat('uri-reference', /^[\w.~!$&'()*+,;=:@%/?#[\]-]*$/);
    const validate = ajv.compile(schema);
    for (const findings of [[], [FINDING], [FINDING, FROM_MODEL, FINDING]]) {
      const log = JSON.parse(write('sarif', ...findings));
      expect(validate(log), JSON.stringify(validate.errors)).toBe(true);
      const [run] = log.runs;
      for (const result of run.results) {
        expect(run.tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
      }
    }
    const log = JSON.parse(write('sarif', FINDING));
    const [location] = log.runs[0].results[0].locations;
    expect(location.physicalLocation.artifactLocation.uri).toBe('src/a%20b.ts');
  });
});
