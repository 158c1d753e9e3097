/** Files that git does not know yet, as a diff: whoever writes one and asks for a review means it too. */
import { runGit } from '../../../platform/process.ts';
import type { StreamGitOptions } from '../../../platform/streams/stream-git.ts';
import { isSecretPath } from '../../../platform/walk/secret-files.ts';
import type { DiffInput } from './diff-parser.ts';

export interface NewFiles {
  readonly diff: DiffInput;
  /** What is left out, for people. */
  readonly notes: readonly string[];
}

/** Git is asked once for each; with more, somebody forgot to ignore a folder. */
const MAX_NEW_FILES = 200;
const MAX_FILE_BYTES = 2 * 1024 * 1024;

/** Finds the files that are neither tracked nor ignored. Each is read when its turn comes. */
export async function findNewFiles(
  diffArguments: readonly string[],
  options: StreamGitOptions,
): Promise<NewFiles> {
  const listed = await runGit('ls-files', ['--others', '--exclude-standard', '-z'], options);
  // A repository within this one is listed as a folder: it has changes of its own.
  const paths = listed.stdout.split('\0').filter((path) => path !== '' && !path.endsWith('/'));
  const open = paths.filter((path) => !isSecretPath(path));
  const secret = paths.filter(isSecretPath);
  const notes = secret.map((path) => `${path} is new and may hold secrets: it is not reviewed.`);
  const left = open.length - MAX_NEW_FILES;
  if (left > 0) notes.push(`${left} more files that git does not track are not reviewed.`);
  const diff = diffNewFiles(open.slice(0, MAX_NEW_FILES), diffArguments, options);
  return { diff, notes };
}

async function* diffNewFiles(
  paths: readonly string[],
  diffArguments: readonly string[],
  options: StreamGitOptions,
): AsyncGenerator<string> {
  for (const path of paths) {
    if (options.signal?.aborted === true) return;
    const args = [...diffArguments, '--no-index', '--', '/dev/null', path];
    // Git says 1 when the files differ, which they do. One that is gone by now is none.
    const { stdout } = await runGit('diff', args, { ...options, maxOutputBytes: MAX_FILE_BYTES });
    if (stdout !== '') yield stdout.endsWith('\n') ? stdout : `${stdout}\n`;
  }
}
