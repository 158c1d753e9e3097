import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { unifiedDiff } from '../../../src/agent/edit/unified-diff.ts';
import { seededRandom } from '../../helpers/workspace.ts';

/** What git makes of the diff. */
function applyByGit(before: string | undefined, diff: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'zeke-diff-'));
  try {
    if (before !== undefined) writeFileSync(join(folder, 'a.txt'), before);
    execFileSync('git', ['apply', '--unidiff-zero', '-'], { cwd: folder, input: diff });
    return readFileSync(join(folder, 'a.txt'), 'utf8');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('a diff', () => {
  test('shows a change with three lines around it', () => {
    const before = 'a\nb\nc\nd\ne\nf\ng\nh\n';
    const diff = unifiedDiff('src/a.ts', before, before.replace('e', 'E'));
    expect(diff).toBe(
      '--- a/src/a.ts\n+++ b/src/a.ts\n@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+E\n f\n g\n h\n',
    );
  });

  test('is one that git applies to the very same result', () => {
    const random = seededRandom(3);
    for (let round = 0; round < 25; round += 1) {
      const lines = () =>
        Array.from(
          { length: 1 + Math.floor(random() * 12) },
          () => 'abcd'[Math.floor(random() * 4)],
        );
      const before = `${lines().join('\n')}${random() < 0.5 ? '\n' : ''}`;
      const after = `${lines().join('\n')}${random() < 0.5 ? '\n' : ''}`;
      if (before === after) continue;
      expect(applyByGit(before, unifiedDiff('a.txt', before, after))).toBe(after);
    }
    expect(applyByGit(undefined, unifiedDiff('a.txt', undefined, 'x\ny\n'))).toBe('x\ny\n');
  });

  test('of a file that changed all over is made without taking forever', () => {
    const before = Array.from({ length: 30_000 }, (_, index) => `old ${index}`).join('\n');
    const after = Array.from({ length: 30_000 }, (_, index) => `new ${index}`).join('\n');
    const diff = unifiedDiff('a.txt', `same\n${before}\nend\n`, `same\n${after}\nend\n`);
    expect(diff).toContain('@@ -2,30000 +2,30000 @@');
    expect(diff.split('\n').filter((line) => line.startsWith('+new'))).toHaveLength(30_000);
  });

  test('shows what would not be seen, and leaves the rest alone', () => {
    const diff = unifiedDiff(
      'a.txt',
      'x\r\n',
      'if (admin\u202e) {\u200b}\r\n\x1b[31mred\r\nplain 👩‍💻\r\n',
    );
    expect(diff).toContain('+if (admin\\u{202e}) {\\u{200b}}\n');
    expect(diff).toContain('+\\u{1b}[31mred\n');
    expect(diff).toContain('+plain 👩‍💻\n');
    expect(diff).not.toContain('\r');
  });
});
