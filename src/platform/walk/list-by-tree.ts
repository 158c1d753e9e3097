/** Walks a tree by reading its folders: for a root without git, or on a machine without it. */
import { readdir } from 'node:fs/promises';
import { errnoCode } from '../errors.ts';
import { enterFolder, type IgnoreScope, isIgnored, withIgnoreFile } from './ignore-rules.ts';
import { pathFromBytes, pathToBytes } from './path-bytes.ts';

/** Entries looked at in one walk, ignored ones included; the rest of the tree is left out. */
const MAX_ENTRIES = 1_000_000;
/** Folders below one another; deeper ones are left out. */
const MAX_DEPTH = 100;

export interface TreeWalk {
  /** Real path. */
  readonly root: string;
  readonly signal?: AbortSignal;
  /** Files after which the walk stops. */
  readonly maxFiles: number;
}
export interface PathList {
  /** Relative to the root, with `/`. */
  readonly paths: readonly string[];
  readonly isCut: boolean;
}

/**
 * The regular files below the root that `.gitignore` and `.git/info/exclude` keep, shallow folders
 * first. Folders that cannot be read are left out, and so is a nested git repository, as git does.
 */
export async function listByTree(walk: TreeWalk): Promise<PathList> {
  const { root } = walk;
  const exclude = await withIgnoreFile(undefined, { root, folder: '', path: '.git/info/exclude' });
  const paths: string[] = [];
  let level: Folder[] = [{ path: '', outer: exclude }];
  let entryCount = 0;
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return { paths, isCut: true };
    const next: Folder[] = [];
    for (const folder of level) {
      walk.signal?.throwIfAborted();
      const listed = await listFolder(root, folder);
      paths.push(...listed.files);
      next.push(...listed.folders);
      entryCount += listed.entryCount;
      if (paths.length > walk.maxFiles || entryCount > MAX_ENTRIES) return { paths, isCut: true };
    }
    level = next;
  }
  return { paths, isCut: false };
}

interface Folder {
  /** '' or ending in `/`. */
  readonly path: string;
  readonly outer: IgnoreScope | undefined;
}
interface Listed {
  readonly files: string[];
  readonly folders: Folder[];
  readonly entryCount: number;
}

async function listFolder(root: string, folder: Folder): Promise<Listed> {
  const listed: Listed = { files: [], folders: [], entryCount: 0 };
  const entries = await readFolder(root, folder.path);
  const names = entries.map((entry) => pathFromBytes(entry.name));
  if (folder.path !== '' && names.includes('.git')) return listed;
  const scope = names.includes('.gitignore')
    ? await withIgnoreFile(folder.outer, {
        root,
        folder: folder.path,
        path: `${folder.path}.gitignore`,
      })
    : folder.outer;
  for (const [index, entry] of entries.entries()) {
    const path = `${folder.path}${names[index]}`;
    if (entry.isDirectory()) {
      if (names[index] === '.git' || isIgnored(scope, `${path}/`)) continue;
      listed.folders.push({ path: `${path}/`, outer: enterFolder(scope, `${path}/`) });
    } else if (entry.isFile() && names[index] !== '.git' && !isIgnored(scope, path)) {
      listed.files.push(path);
    }
  }
  return { ...listed, entryCount: entries.length };
}

/** The entries of a folder; none where it is gone or may not be read. */
async function readFolder(root: string, path: string) {
  try {
    return await readdir(pathToBytes(`${root}/${path}`), {
      withFileTypes: true,
      encoding: 'buffer',
    });
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    return [];
  }
}
