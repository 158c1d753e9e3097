import { describe, expect, it } from 'vitest';
import { anchorFinding, type ShownFile } from '../../../src/agent/review/anchor.ts';
import { parseDiff } from '../../../src/agent/review/diff/diff-parser.ts';
import type { RawFinding } from '../../../src/agent/review/parse-answer.ts';

const DIFF = `--- a/src/app.ts
+++ b/src/app.ts
@@ -10,4 +10,5 @@
 function start() {
-  const port = read();
+  const port = Number(env.PORT);
+  listen(port);
   return port;
 }
@@ -40,1 +41,2 @@
 // end
+listen(port);
`;

async function shown(): Promise<readonly ShownFile[]> {
  const files: ShownFile[] = [];
  for await (const file of parseDiff([DIFF])) files.push({ file, hunks: file.hunks });
  return files;
}
async function place(raw: Partial<RawFinding>): Promise<string | undefined> {
  const finding = anchorFinding(
    {
      path: 'src/app.ts',
      startLine: 11,
      endLine: 11,
      severity: 'major',
      category: 'bug',
      title: 'x',
      body: 'y',
      ...raw,
    },
    await shown(),
  );
  return finding && `${finding.path}:${finding.startLine}-${finding.endLine}`;
}

describe('anchorFinding', () => {
  it('keeps a line that the quote confirms', async () => {
    expect(await place({ code: 'const port = Number(env.PORT);' })).toBe('src/app.ts:11-11');
  });
  it('moves to where the quoted code stands, the nearest first', async () => {
    expect(await place({ startLine: 99, endLine: 99, code: '  return port;' })).toBe(
      'src/app.ts:13-13',
    );
    expect(await place({ startLine: 14, endLine: 14, code: 'listen(port);' })).toBe(
      'src/app.ts:12-12',
    );
    expect(await place({ startLine: 44, endLine: 44, code: 'listen(port);' })).toBe(
      'src/app.ts:42-42',
    );
  });
  it('puts a finding about removed code on the line after it', async () => {
    expect(await place({ startLine: 500, endLine: 500, code: 'const port = read();' })).toBe(
      'src/app.ts:11-11',
    );
  });
  it('drops what it cannot place', async () => {
    expect(await place({ code: 'something else entirely' })).toBeUndefined();
    expect(await place({ startLine: 30, endLine: 30 })).toBeUndefined();
    expect(await place({ startLine: 10, endLine: 10 })).toBeUndefined();
    expect(await place({ path: 'src/other.ts' })).toBeUndefined();
  });
  it('believes a line without a quote only when the diff adds it', async () => {
    expect(await place({})).toBe('src/app.ts:11-11');
  });
  it('keeps the range within what is shown', async () => {
    expect(await place({ endLine: 90 })).toBe('src/app.ts:11-14');
  });
  it('finds the file behind a shortened or prefixed path', async () => {
    for (const path of ['app.ts', 'b/src/app.ts', './src/app.ts']) {
      expect(await place({ path })).toBe('src/app.ts:11-11');
    }
  });
});
