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
  const read = await readTextFile(pathToBytes(`${file.root}/${file.path}`), MAX_IGNORE_FILE_BYTES);
  if (!read.ok) return outer;
  return { folder: file.folder, rules: newRules().add(read.text), outer };
}

/**
 * True when the rules leave `path` out. A folder's path ends in `/`. The folders above it must not
 * be ignored themselves: whoever walks does not enter those.
 */
export function isIgnored(scope: IgnoreScope | undefined, path: string): boolean {
  for (let current = scope; current !== undefined; current = current.outer) {
    const result = current.rules.test(path.slice(current.folder.length));
    if (result.ignored) return true;
    if (result.unignored) return false;
  }
  return false;
}

/** Names differ by case alone on Linux only, and git follows the file system there. */
function newRules(): Ignore {
  return ignore({ ignorecase: process.platform !== 'linux', allowRelativePaths: true });
}
