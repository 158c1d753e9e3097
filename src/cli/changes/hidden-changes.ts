/** Changes that a model must not see, and how git leaves them out of a diff. */
import { type ChangedFile, parseNameStatus } from '../../agent/generate/commit-message.ts';
import { ZekeError } from '../../platform/errors.ts';
import { type RunOptions, runGit } from '../../platform/process.ts';

export interface HiddenChanges {
  readonly files: readonly ChangedFile[];
  /** For git, behind `--`; empty where nothing is hidden. */
  readonly pathspecs: readonly string[];
}

/**
 * Those of the changes that `git diff ...compared` has which are to be hidden. Git is asked for
 * renames, so that a file can be judged by both of its names; both are left out.
 */
export async function findHiddenChanges(
  compared: readonly string[],
  isHidden: (file: ChangedFile) => boolean,
  options: RunOptions,
): Promise<HiddenChanges> {
  const args = ['--name-status', '-z', '--find-renames', ...compared, '--'];
  const listed = await runGit('diff', args, options);
  if (listed.isCut) {
    throw new ZekeError('usage', 'So many files changed that their names alone are too much.');
  }
  const files = parseNameStatus(listed.stdout).filter(isHidden);
  const paths = files.flatMap(({ path, oldPath }) =>
    oldPath === undefined ? [path] : [oldPath, path],
  );
  const exclusions = paths.map((path) => `:(top,exclude,literal)${path}`);
  return { files, pathspecs: exclusions.length === 0 ? [] : [':(top)', ...exclusions] };
}
