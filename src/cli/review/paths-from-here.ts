/** Paths as an editor that was started here opens them. */
import { join, relative } from 'node:path';
import type { KnownFinding } from '../../agent/review/baseline.ts';
import { isInside } from '../../platform/files.ts';
import { isPresent } from '../../platform/storage/private-folder.ts';

/**
 * The findings with paths from `cwd`, a folder of the project. Git names files from the root of the
 * repository unless it was asked for others: what is there from here stays as it is.
 */
export function withPathsFrom(
  cwd: string,
  root: string,
  findings: readonly KnownFinding[],
): readonly KnownFinding[] {
  if (cwd === root || !isInside(root, cwd)) return findings;
  return findings.map((known) => {
    const { path } = known.finding;
    const file = join(root, path);
    if (isPresent(join(cwd, path)) || !isPresent(file)) return known;
    return { ...known, finding: { ...known.finding, path: relative(cwd, file) } };
  });
}
