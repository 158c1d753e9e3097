/** Lists a git work tree by asking git, which knows its own rules best. */
import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Environment } from '../env.ts';
import { pathFromBytes } from './path-bytes.ts';

/**
 * Tracked and untracked paths that git's exclude rules keep, relative to `root`; undefined where
 * the root is no work tree, git is missing, or git did not answer in full.
 */
export async function listByGit(options: {
  readonly root: string;
  readonly env: Environment;
  readonly signal?: AbortSignal;
}): Promise<readonly string[] | undefined> {
  const { root, env, signal } = options;
  if (!(await isInRepository(root))) return undefined;
  // Loaded here because starting programs costs some milliseconds that not every answer needs.
  const { runGit } = await import('../process.ts');
  try {
    const args = ['-co', '--exclude-standard', '-z'];
    const result = await runGit('ls-files', args, {
      cwd: root,
      env,
      outputEncoding: 'latin1',
      ...(signal === undefined ? {} : { signal }),
    });
    if (result.exitCode !== 0 || result.isCut) return undefined;
    // A file with merge conflicts is named once for each side.
    return [...new Set(result.stdout.split('\0'))].filter(isFilePath).map(decode);
  } catch {
    // No git on this machine, or aborted: the caller throws for the latter and walks otherwise.
    signal?.throwIfAborted();
    return undefined;
  }
}

/** True where `.git` stands in the folder or above it: asking git itself costs a process. */
export async function isInRepository(folder: string): Promise<boolean> {
  for (let current = folder; ; current = dirname(current)) {
    const exists = await access(join(current, '.git')).then(
      () => true,
      () => false,
    );
    if (exists || dirname(current) === current) return exists;
  }
}

/** Git ends the path of a nested repository in `/`; the output ends in an empty path. */
function isFilePath(path: string): boolean {
  return path !== '' && !path.endsWith('/');
}

function decode(path: string): string {
  return pathFromBytes(Buffer.from(path, 'latin1'));
}
