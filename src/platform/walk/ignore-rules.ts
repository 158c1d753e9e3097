/** Ignore rules as git has them: one file of patterns per folder, the deepest has the last word. */
import ignore, { type Ignore } from 'ignore';
import { readTextFile } from '../files.ts';
import { pathToBytes } from './path-bytes.ts';

/** An ignore file longer than this is read up to here. */
const MAX_IGNORE_FILE_BYTES = 256 * 1024;

/** Left out wherever they are, unless a `.zekeignore` takes them back (`!node_modules/`). */
const DEFAULT_PATTERNS: readonly string[] = ['node_modules/', '__pycache__/', '.venv/'];

/** The rules that hold in one folder: its own, then those of the folders above. */
export interface IgnoreScope {
  /** The folder of the rules, relative to the root, ending in `/`; '' for the root. */
  readonly folder: string;
  readonly rules: Ignore;
  readonly outer: IgnoreScope | undefined;
}

/** The scope that every `.zekeignore` stands in. */
export function defaultScope(): IgnoreScope {
  return { folder: '', rules: newRules().add(DEFAULT_PATTERNS), outer: undefined };
}

/** `outer` with the patterns of the file at `path` below `root` for `folder`, where it is there. */
export async function withIgnoreFile(
  outer: IgnoreScope | undefined,
  file: { readonly root: string; readonly folder: string; readonly path: string },
): Promise<IgnoreScope | undefined> {
  const text = await readIgnoreFile(file.root, file.path);
  return text === undefined ? outer : withPatterns(outer, file.folder, text);
}

/** The text of an ignore file; undefined where there is none. */
export async function readIgnoreFile(root: string, path: string): Promise<string | undefined> {
  const read = readTextFile(pathToBytes(`${root}/${path}`), MAX_IGNORE_FILE_BYTES);
  return read.ok ? read.text : undefined;
}

/** `outer` with these patterns for `folder`. */
export function withPatterns(
  outer: IgnoreScope | undefined,
  folder: string,
  patterns: string,
): IgnoreScope {
  return { folder, rules: newRules().add(patterns), outer };
}

/**
 * True when the rules leave `path` out. A folder's path ends in `/`. The scope must be that of the
 * folder it stands in.
 */
export function isIgnored(scope: IgnoreScope | undefined, path: string): boolean {
  for (let current = scope; current !== undefined; current = current.outer) {
    const result = current.rules.test(path.slice(current.folder.length));
    if (result.ignored) return true;
    if (result.unignored) return false;
  }
  return false;
}

/**
 * The scope for what is in `folder`, a folder that is kept. Rules that left it out, but were
 * overruled by a deeper file, would pass its fate on to everything in it: git asks for each path
 * alone, so here they are told that the folder is kept.
 */
export function enterFolder(
  scope: IgnoreScope | undefined,
  folder: string,
): IgnoreScope | undefined {
  if (scope === undefined) return undefined;
  const outer = enterFolder(scope.outer, folder);
  const inside = folder.slice(scope.folder.length);
  const isOverruled = scope.rules.test(inside).ignored;
  if (!isOverruled) return outer === scope.outer ? scope : { ...scope, outer };
  const pattern = `!/${inside.replace(/[\\*?[\] ]/g, '\\$&')}`;
  return { ...scope, outer, rules: newRules().add(scope.rules).add({ pattern }) };
}

/** Names differ by case alone on Linux only, and git follows the file system there. */
function newRules(): Ignore {
  return ignore({ ignorecase: process.platform !== 'linux', allowRelativePaths: true });
}
