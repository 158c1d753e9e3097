/** The files of a workspace: bounded, cancellable, without what is ignored, secret or special. */
import { lstatSync } from 'node:fs';
import type { Environment } from '../env.ts';
import { errnoCode } from '../errors.ts';
import {
  defaultScope,
  enterFolder,
  type IgnoreScope,
  isIgnored,
  readIgnoreFile,
  withPatterns,
} from './ignore-rules.ts';
import { listByGit } from './list-by-git.ts';
import { listByTree } from './list-by-tree.ts';
import { pathToBytes } from './path-bytes.ts';
import { isSecretPath } from './secret-files.ts';

/** Files of one workspace. Past it, those in the deepest folders are left out (`isCut`). */
const MAX_WORKSPACE_FILES = 50_000;

/**
 * Questions to the file system before the event loop gets its turn: about a millisecond's worth.
 * Asked one by one they cost a tenth of what the way through the thread pool does.
 */
const FILES_AT_A_TIME = 200;

export interface WalkOptions {
  /** Real path of the workspace's root. */
  readonly root: string;
  readonly env: Environment;
  readonly signal?: AbortSignal;
  readonly maxFiles?: number;
  /** False walks the folders even where git could answer. */
  readonly useGit?: boolean;
}
export interface WorkspaceFile {
  /** Relative to the root, with `/`. Odd bytes are kept, see path-bytes.ts. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}
export interface Workspace {
  /** Shallow folders first, then by name. */
  readonly files: readonly WorkspaceFile[];
  /** True when there are more files than the limit. */
  readonly isCut: boolean;
}

/**
 * Lists the regular files of a workspace, whatever their size: those that git would not ignore,
 * without those that a `.zekeignore` names, dependencies (`node_modules`), files that hold secrets,
 * symlinks, devices and FIFOs. A file that vanishes meanwhile is left out. Rejects with the
 * signal's reason when aborted; a folder that cannot be read is simply not there.
 */
export async function walkWorkspace(options: WalkOptions): Promise<Workspace> {
  const maxFiles = options.maxFiles ?? MAX_WORKSPACE_FILES;
  const listed = await listPaths(options, maxFiles);
  const kept = await withoutZekeIgnored(options.root, listed.paths);
  const ordered = kept.filter((path) => !isSecretPath(path)).sort(byDepthThenName);
  const files = await describeFiles(options, ordered.slice(0, maxFiles));
  options.signal?.throwIfAborted();
  return { files, isCut: listed.isCut || ordered.length > maxFiles };
}

async function listPaths(options: WalkOptions, maxFiles: number) {
  const { root, env } = options;
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  if (options.useGit !== false) {
    const paths = await listByGit({ root, env, ...signal });
    // Git says nothing of a root that an outer repository ignores as a whole.
    if (paths !== undefined && paths.length > 0) return { paths, isCut: false };
  }
  return await listByTree({ root, maxFiles, ...signal });
}

/** Leaves out what the `.zekeignore` files say, and folders of dependencies. */
async function withoutZekeIgnored(
  root: string,
  paths: readonly string[],
): Promise<readonly string[]> {
  const patterns = await readZekeIgnores(root, paths);
  const scopes = new Map<string, FolderScope>();
  const scopeOf = (folder: string): FolderScope => {
    const before = scopes.get(folder);
    if (before !== undefined) return before;
    const outer =
      folder === '' ? { scope: defaultScope() } : scopeIn(scopeOf(parentOf(folder)), folder);
    const own = outer === 'ignored' ? undefined : patterns.get(folder);
    const scope =
      outer === 'ignored' || own === undefined
        ? outer
        : { scope: withPatterns(outer.scope, folder, own) };
    scopes.set(folder, scope);
    return scope;
  };
  return paths.filter((path) => {
    const folder = scopeOf(parentOf(path));
    return folder !== 'ignored' && !isIgnored(folder.scope, path);
  });
}

type FolderScope = 'ignored' | { readonly scope: IgnoreScope | undefined };

function scopeIn(parent: FolderScope, folder: string): FolderScope {
  if (parent === 'ignored' || isIgnored(parent.scope, folder)) return 'ignored';
  return { scope: enterFolder(parent.scope, folder) };
}

/** The patterns of every `.zekeignore` by folder; the root's counts even where git ignores it. */
async function readZekeIgnores(
  root: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const listed = paths.filter((path) => path.endsWith('/.zekeignore'));
  const patterns = new Map<string, string>();
  for (const path of ['.zekeignore', ...listed]) {
    const text = await readIgnoreFile(root, path);
    if (text !== undefined) patterns.set(parentOf(path), text);
  }
  return patterns;
}

/** `a/b/` for `a/b/c` and for `a/b/c/`; '' at the root. */
function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/', path.length - 2) + 1);
}

function byDepthThenName(left: string, right: string): number {
  const difference = depthOf(left) - depthOf(right);
  if (difference !== 0) return difference;
  return left < right ? -1 : Number(left > right);
}

function depthOf(path: string): number {
  let depth = 0;
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) depth++;
  return depth;
}

async function describeFiles(
  options: WalkOptions,
  paths: readonly string[],
): Promise<readonly WorkspaceFile[]> {
  const described: WorkspaceFile[] = [];
  for (const [index, path] of paths.entries()) {
    if (options.signal?.aborted === true) break;
    const file = describeFile(options.root, path);
    if (file !== undefined) described.push(file);
    if (index % FILES_AT_A_TIME === FILES_AT_A_TIME - 1) await new Promise(setImmediate);
  }
  return described;
}

function describeFile(root: string, path: string): WorkspaceFile | undefined {
  try {
    const info = lstatSync(pathToBytes(`${root}/${path}`));
    if (!info.isFile()) return undefined;
    return { path, sizeBytes: info.size, modifiedMs: info.mtimeMs };
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    return undefined;
  }
}
