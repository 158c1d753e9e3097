/** The latest commits of a repository, as the library reads them. */
import type { Environment } from '../env.ts';
import { ZekeError } from '../errors.ts';
import { isInRepository } from '../walk/list-by-git.ts';
import { findPlainRepository, readPlainHead } from './plain-repository.ts';

export interface HistoryOptions {
  /** Real path of the workspace's root; paths are relative to it. */
  readonly root: string;
  readonly env: Environment;
  readonly signal: AbortSignal;
}

/** Older ones say little about the code of today. */
const MAX_COMMITS = 3_000;
const LOG_LIMIT_MS = 20_000;
const MAX_LOG_BYTES = 16 * 1024 * 1024;
/** The format that native/src/query/history.zig reads. */
const LOG_FORMAT = '%x01%H%x02%ct%x02%B%x03';

/** The commit that is checked out; undefined where there is none, or no git. */
export async function readHead(options: HistoryOptions): Promise<string | undefined> {
  const plain = findPlainRepository(options.root, options.env);
  const head = plain === undefined ? undefined : readPlainHead(plain);
  if (head !== undefined) return head === '' ? undefined : head;
  if (!(await isInRepository(options.root))) return undefined;
  const output = await ask(options, 'rev-parse', ['-q', '--verify', 'HEAD']);
  return output === undefined || output === '' ? undefined : output.trimEnd();
}

/** Messages and changed paths, the newest first; cut where there is too much or no time. */
export async function readLog(options: HistoryOptions): Promise<string | undefined> {
  return await ask(options, 'log', [
    '--no-merges',
    '--no-renames',
    '--name-only',
    '-z',
    '--relative',
    `--max-count=${MAX_COMMITS}`,
    `--format=${LOG_FORMAT}`,
    '--',
    '.',
  ]);
}

async function ask(
  { root, env, signal }: HistoryOptions,
  command: string,
  args: readonly string[],
): Promise<string | undefined> {
  const { runGit } = await import('../process.ts');
  try {
    const { stdout } = await runGit(command, args, {
      cwd: root,
      // A clone that left files out must not fetch them for this.
      env: { ...env, GIT_NO_LAZY_FETCH: '1' },
      signal,
      timeoutMs: LOG_LIMIT_MS,
      maxOutputBytes: MAX_LOG_BYTES,
    });
    return stdout;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ZekeError) return undefined;
    throw error;
  }
}
