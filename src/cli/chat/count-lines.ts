/** How many lines a change adds and removes. */
import { diffLines } from 'diff';
import type { LineCounts } from '../../tui/services.ts';

/** Files that were written anew are compared no further: the count is shown while somebody waits. */
const LIMITS = { maxEditLength: 2000, timeout: 50 } as const;

/** Undefined where comparing would take too long. */
export function countLines(before: string, after: string): LineCounts | undefined {
  const changes = diffLines(before, after, LIMITS);
  if (changes === undefined) return undefined;
  const sum = (isWanted: (change: { added: boolean; removed: boolean }) => boolean) =>
    changes.filter(isWanted).reduce((count, change) => count + change.count, 0);
  return { added: sum(({ added }) => added), removed: sum(({ removed }) => removed) };
}
