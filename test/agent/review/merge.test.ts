import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/agent/review/finding.ts';
import { createFindingMerger } from '../../../src/agent/review/merge.ts';

const BASE: Finding = {
  path: 'a.ts',
  startLine: 10,
  endLine: 10,
  severity: 'major',
  category: 'bug',
  title: 'The port may be missing',
  body: '',
};
function kept(...changes: readonly Partial<Finding>[]): readonly boolean[] {
  const merger = createFindingMerger();
  return changes.map((change) => merger.add({ ...BASE, ...change }));
}

describe('createFindingMerger', () => {
  it('keeps one of the same remark a line apart', () => {
    expect(kept({}, { startLine: 11, endLine: 11, title: 'The port may be undefined' })).toEqual([
      true,
      false,
    ]);
  });
  it('keeps other remarks, other lines and other files', () => {
    expect(
      kept({}, { title: 'Secret in log output' }, { startLine: 30, endLine: 30 }, { path: 'b.ts' }),
    ).toEqual([true, true, true, true]);
  });
  it('prefers a rule to a model that says the same', () => {
    const rule = { rule: 'sql-from-string', category: 'security', title: 'SQL built from strings' };
    expect(kept(rule, { category: 'security', title: 'Injection risk here' })).toEqual([
      true,
      false,
    ]);
    expect(kept(rule, { category: 'performance', title: 'Query in a loop' })).toEqual([true, true]);
  });
  it('keeps findings of different rules on one line', () => {
    expect(kept({ rule: 'new-todo' }, { rule: 'debugging-leftover' })).toEqual([true, true]);
  });
});
