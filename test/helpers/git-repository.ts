/** Real git repositories in temporary folders. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface GitRepository {
  readonly root: string;
  /** Runs git and returns its standard output. */
  readonly git: (...args: string[]) => string;
  /** As `git`, for commands whose failure is expected (a merge with conflicts). */
  readonly tryGit: (...args: string[]) => string;
  readonly write: (path: string, content: string | Uint8Array) => void;
  /** Commits everything and returns the hash. */
  readonly commit: (message?: string) => string;
  readonly remove: () => void;
}

/** A repository of its own settings: nothing of the user's git configuration applies. */
export function createGitRepository(): GitRepository {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'zeke-git-')));
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: root,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'A',
    GIT_AUTHOR_EMAIL: 'a@example.com',
    GIT_COMMITTER_NAME: 'A',
    GIT_COMMITTER_EMAIL: 'a@example.com',
  };
  const git = (...args: string[]): string =>
    execFileSync('git', args, {
      cwd: root,
      env,
      encoding: 'utf8',
      maxBuffer: 256 * 1024 * 1024,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const tryGit = (...args: string[]): string => {
    try {
      return git(...args);
    } catch (error) {
      return String((error as { stdout?: unknown }).stdout ?? '');
    }
  };
  git('init', '-q', '-b', 'main');
  return {
    root,
    git,
    tryGit,
    write(path, content) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    },
    commit(message = 'change') {
      git('add', '-A');
      git('commit', '-q', '--allow-empty', '-m', message);
      return git('rev-parse', 'HEAD').trim();
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
