import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  fingerprintOf,
  readBaseline,
  withoutKnown,
  writeBaseline,
} from '../../../src/agent/review/baseline.ts';
import type { Finding } from '../../../src/agent/review/finding.ts';

const FINDING: Finding = {
  path: 'a.ts',
  startLine: 1,
  endLine: 1,
  severity: 'minor',
  category: 'bug',
  rule: 'empty-catch',
  title: 'T',
  body: 'B',
};
const known = (finding: Finding, text: string) => ({
  finding,
  fingerprint: fingerprintOf(finding, text),
});
const folder = mkdtempSync(join(tmpdir(), 'zeke-baseline-'));

describe('fingerprints', () => {
  it('survive other line numbers, indentation and titles', () => {
    const { rule: _, ...fromModel } = FINDING;
    expect(fingerprintOf({ ...FINDING, startLine: 99, endLine: 99 }, '  } catch {}')).toBe(
      fingerprintOf(FINDING, '} catch {}'),
    );
    expect(fingerprintOf({ ...fromModel, title: 'Other words' }, 'x')).toBe(
      fingerprintOf(fromModel, 'x'),
    );
  });
  it('differ by file, rule and code', () => {
    const prints = [
      fingerprintOf(FINDING, 'x'),
      fingerprintOf({ ...FINDING, path: 'b.ts' }, 'x'),
      fingerprintOf({ ...FINDING, rule: 'new-todo' }, 'x'),
      fingerprintOf(FINDING, 'y'),
    ];
    expect(new Set(prints).size).toBe(4);
  });
});

describe('baseline files', () => {
  it('silence what they know, as often as they know it', async () => {
    const path = join(folder, 'one.json');
    const twice = [known(FINDING, 'x'), known({ ...FINDING, startLine: 9 }, 'x')];
    await writeBaseline(path, twice);
    const baseline = await readBaseline(path);
    const fresh = known({ ...FINDING, path: 'c.ts' }, 'x');
    expect(withoutKnown([...twice, known(FINDING, 'x'), fresh], baseline)).toHaveLength(2);
    expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(8);
  });
  it('can be empty', async () => {
    const path = join(folder, 'empty.json');
    await writeBaseline(path, []);
    expect((await readBaseline(path)).size).toBe(0);
  });
  it.each(['', '[]', '{"version":2,"findings":[]}', 'null', '{'])('refuse %j', async (text) => {
    const path = join(folder, 'wrong.json');
    writeFileSync(path, text);
    await expect(readBaseline(path)).rejects.toMatchObject({ kind: 'usage' });
  });
  it('say when they are missing', async () => {
    await expect(readBaseline(join(folder, 'none'))).rejects.toThrow(
      /could not be read \(missing\)/,
    );
  });
});
