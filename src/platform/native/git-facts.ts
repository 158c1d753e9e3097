/** What the library has to know of git: where its files are. Git is asked only where that is unusual. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Environment } from '../env.ts';
import { ZekeError } from '../errors.ts';
import { resolveHome } from '../paths.ts';
import { isInRepository } from '../walk/list-by-git.ts';
import { findPlainRepository } from './plain-repository.ts';

export interface GitFacts {
  readonly topLevel: string;
  /** The list of tracked files. */
  readonly indexFile: string;
  /** `info/exclude` of the repository. */
  readonly excludeFile: string;
  /** The user's own ignore file, whether it exists or not. */
  readonly globalExcludesFile: string;
}

/** Undefined where the root is in no work tree, or git is not installed. */
export async function findGitFacts(options: {
  readonly root: string;
  readonly env: Environment;
}): Promise<GitFacts | undefined> {
  const { root, env } = options;
  const plain = process.platform === 'win32' ? undefined : findPlainRepository(root, env);
  if (plain !== undefined) {
    const { topLevel, gitFolder } = plain;
    return {
      topLevel,
      indexFile: join(gitFolder, 'index'),
      excludeFile: join(gitFolder, 'info', 'exclude'),
      globalExcludesFile: usualExcludesFile(env),
    };
  }
  if (!(await isInRepository(root))) return undefined;
  const { runGit } = await import('../process.ts');
  const ask = (command: string, args: readonly string[]) =>
    runGit(command, args, { cwd: root, env });
  const paths = ['--show-toplevel', '--git-path', 'index', '--git-path', 'info/exclude'];
  try {
    const [places, excludes] = await Promise.all([
      ask('rev-parse', paths),
      ask('config', ['--type=path', 'core.excludesFile']),
    ]);
    const [topLevel, indexFile, excludeFile] = places.stdout.split('\n');
    if (places.exitCode !== 0 || !topLevel || !indexFile || !excludeFile) return undefined;
    const named = excludes.exitCode === 0 ? excludes.stdout.trimEnd() : '';
    const globalExcludesFile = named === '' ? usualExcludesFile(env) : resolveHome(named, env);
    // Git names them from the folder it stands in; `--path-format` is younger than many a git.
    return {
      topLevel,
      indexFile: resolve(root, indexFile),
      excludeFile: resolve(root, excludeFile),
      globalExcludesFile,
    };
  } catch (error) {
    if (error instanceof ZekeError) return undefined;
    throw error;
  }
}

/** Where git looks when `core.excludesFile` is not set. */
function usualExcludesFile(env: Environment): string {
  const config = env.XDG_CONFIG_HOME ?? join(env.HOME ?? homedir(), '.config');
  return join(config, 'git', 'ignore');
}
