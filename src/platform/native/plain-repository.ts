/**
 * Reads git's own files where they lie as they usually do. Asking git costs a process for each question,
 * which is most of what a small project's first answer takes. Anything unusual is left to git.
 */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Environment } from '../env.ts';
import { readTextFile } from '../files.ts';

export interface PlainRepository {
  readonly topLevel: string;
  /** `.git` of the top level: a folder with everything in it. */
  readonly gitFolder: string;
}

/** A settings file of git is a page or two; a longer one is left to git. */
const MAX_SETTINGS_BYTES = 64 * 1024;
const MAX_PACKED_REFS_BYTES = 4 * 1024 * 1024;
/** Settings that move files, or that stand in yet another file; one may follow its section's `]`. */
const UNUSUAL_SETTING = /(?:^|\])\s*(?:excludesfile|worktree|refstorage)\b|^\s*\[\s*include/im;
/** Variables that do the same. */
const UNUSUAL_VARIABLE = /^GIT_(?:DIR|WORK|INDEX|COMMON|CEILING|DISCOVERY|CONFIG_(?!NOSYSTEM))/;
const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

/** The repository around `root`, where nothing about it is unusual. */
export function findPlainRepository(root: string, env: Environment): PlainRepository | undefined {
  if (Object.keys(env).some((name) => UNUSUAL_VARIABLE.test(name))) return undefined;
  const topLevel = findUp(root);
  if (topLevel === undefined) return undefined;
  const gitFolder = join(topLevel, '.git');
  const isWhole = ['HEAD', 'objects', 'refs'].every((name) => existsSync(join(gitFolder, name)));
  const isUsual = settingsFiles(gitFolder, env).every(isUsualFile);
  return isWhole && isUsual ? { topLevel, gitFolder } : undefined;
}

/** The commit that is checked out; '' where there is none yet, undefined where git must be asked. */
export function readPlainHead({ gitFolder }: PlainRepository): string | undefined {
  const head = readSmall(join(gitFolder, 'HEAD'))?.trim() ?? '';
  if (COMMIT.test(head)) return head;
  const [, name] = /^ref: (refs\/[^\0]+)$/.exec(head) ?? [];
  if (name === undefined || name.includes('..') || name.endsWith('.invalid')) return undefined;
  const loose = readSmall(join(gitFolder, name))?.trim();
  if (loose !== undefined) return COMMIT.test(loose) ? loose : undefined;
  const packed = readSmall(join(gitFolder, 'packed-refs'), MAX_PACKED_REFS_BYTES);
  const line = packed?.split('\n').find((candidate) => candidate.endsWith(` ${name}`));
  return line === undefined ? '' : line.slice(0, line.indexOf(' '));
}

function findUp(folder: string): string | undefined {
  for (let current = folder; ; current = dirname(current)) {
    if (existsSync(join(current, '.git'))) return current;
    if (dirname(current) === current) return undefined;
  }
}

function settingsFiles(gitFolder: string, env: Environment): readonly string[] {
  const home = env.HOME ?? homedir();
  return [
    ...(env.GIT_CONFIG_NOSYSTEM === undefined ? ['/etc/gitconfig'] : []),
    join(env.XDG_CONFIG_HOME ?? join(home, '.config'), 'git', 'config'),
    join(home, '.gitconfig'),
    join(gitFolder, 'config'),
    join(gitFolder, 'config.worktree'),
  ];
}

/** True for a file that is not there, or that says nothing of where files lie. */
function isUsualFile(path: string): boolean {
  const read = readTextFile(path, MAX_SETTINGS_BYTES);
  if (!read.ok) return read.reason === 'missing';
  return !read.isCut && !UNUSUAL_SETTING.test(read.text);
}

function readSmall(path: string, maxBytes = MAX_SETTINGS_BYTES): string | undefined {
  const read = readTextFile(path, maxBytes);
  return read.ok && !read.isCut ? read.text : undefined;
}
