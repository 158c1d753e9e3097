import { describe, expect, it } from 'vitest';
import {
  cleanCommitMessage,
  describeChange,
  parseNameStatus,
} from '../../../src/agent/generate/commit-message.ts';

describe('cleanCommitMessage', () => {
  it('takes off fences, labels and trailing blanks', () => {
    expect(cleanCommitMessage('```text\nfix: it  \n\nwhy\n```\n')).toBe('fix: it\n\nwhy');
    expect(cleanCommitMessage('Commit message: fix it')).toBe('fix it');
    expect(cleanCommitMessage('plain')).toBe('plain');
  });
});

describe('parseNameStatus', () => {
  it('reads every status, renames with both paths, and odd names', () => {
    const output = 'M\0a b.ts\0A\0new\nline\0D\0gone\0R087\0old.ts\0now.ts\0';
    expect(parseNameStatus(output)).toEqual([
      { path: 'a b.ts', status: 'modified' },
      { path: 'new\nline', status: 'added' },
      { path: 'gone', status: 'deleted' },
      { path: 'now.ts', status: 'renamed', oldPath: 'old.ts' },
    ]);
    expect(parseNameStatus('')).toEqual([]);
  });
});

describe('describeChange', () => {
  it('names one file, a few files, or their folder', () => {
    expect(describeChange([{ path: 'src/a.ts', status: 'added' }])).toBe('Add a.ts');
    const two = describeChange([
      { path: 'src/a.ts', status: 'added' },
      { path: 'src/b.ts', status: 'modified' },
    ]);
    expect(two).toBe('Change a.ts, b.ts\n\n- add src/a.ts\n- update src/b.ts');
    const many = [1, 2, 3, 4].map((n) => ({ path: `src/x/${n}.ts`, status: 'modified' as const }));
    expect(describeChange(many).split('\n')[0]).toBe('Update 4 files in src/x');
    const spread = [...many, { path: 'README.md', status: 'modified' as const }];
    expect(describeChange(spread).split('\n')[0]).toBe('Update 5 files');
  });
});
