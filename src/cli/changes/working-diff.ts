/** What changed in the working tree since the last commit, new files included. */
import { ZekeError } from '../../platform/errors.ts';
import { runGit } from '../../platform/process.ts';
import type { Runtime } from '../compose.ts';
import { findHiddenChanges } from './hidden-changes.ts';

/** More is no diff that somebody reads in a terminal. */
const MAX_DIFF_BYTES = 4 * 1024 * 1024;
/** New files beyond these are only counted. */
const MAX_NEW_FILES = 50;

export interface WorkingDiff {
  readonly text: string;
  /** Changed files that are not in the text. */
  readonly leftOut: readonly string[];
}
export interface WorkingDiffOptions {
  readonly signal: AbortSignal;
  /** What is not to be seen, by paths with `/`. */
  readonly isLeftOut?: (path: string) => boolean;
}

export async function workingDiff(
  { root, env }: Runtime,
  { signal, isLeftOut = () => false }: WorkingDiffOptions,
): Promise<WorkingDiff> {
  const options = { cwd: root, env, signal, maxOutputBytes: MAX_DIFF_BYTES };
  const head = await runGit('rev-parse', ['--verify', '--quiet', 'HEAD'], options);
  // Before the first commit there is only what was added.
  const since = head.exitCode === 0 ? 'HEAD' : '--cached';
  // What a file was called before says what is in it, too.
  const { files, pathspecs } = await findHiddenChanges(
    [since],
    ({ path, oldPath = path }) => isLeftOut(path) || isLeftOut(oldPath),
    options,
  );
  const hidden = files.map(({ path, oldPath = path }) => (isLeftOut(path) ? path : oldPath));
  const tracked = await runGit('diff', [since, '--no-renames', '--', ...pathspecs], options);
  if (tracked.exitCode !== 0 && !tracked.isCut) {
    throw new ZekeError('usage', 'This folder is in no git repository, so there is no diff.');
  }
  const listed = await runGit('ls-files', ['--others', '--exclude-standard', '-z'], options);
  const fresh = names(listed.stdout);
  const paths = fresh.filter((path) => !isLeftOut(path));
  const parts = [tracked.stdout];
  for (const path of paths.slice(0, MAX_NEW_FILES)) {
    // Git says 1 when the files differ, which they do.
    const added = await runGit('diff', ['--no-index', '--', '/dev/null', path], options);
    parts.push(added.stdout);
  }
  const more = paths.length - MAX_NEW_FILES;
  if (more > 0) parts.push(`and ${more} more new files\n`);
  return { text: parts.join(''), leftOut: [...hidden, ...fresh.filter(isLeftOut)] };
}

function names(output: string): readonly string[] {
  return output.split('\0').filter(Boolean);
}
