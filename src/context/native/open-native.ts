/** Opens the native index of a workspace, or says why it cannot serve there. */
import type { Environment } from '../../platform/env.ts';
import { ZekeError } from '../../platform/errors.ts';
import { findGitFacts } from '../../platform/native/git-facts.ts';
import { loadLibrary, type NativeLibrary } from '../../platform/native/library.ts';
import { memoryLimit } from '../../platform/native/memory-limit.ts';
import {
  type NativeIndex,
  type OpenRequest,
  openNativeIndex,
} from '../../platform/native/native-index.ts';
import { type SnapshotPlace, snapshotFolder } from '../../platform/native/snapshot-folder.ts';

export interface NativeOptions {
  /** Real path of the workspace's root. */
  readonly root: string;
  readonly env: Environment;
  /** Where snapshots lie; without it nothing outlives the process. */
  readonly cacheDir?: string | undefined;
}
export type OpenedNative =
  /** `problem`: why its snapshot is not as it should be, for people. */
  | { readonly index: NativeIndex; readonly problem?: string | undefined }
  | { readonly index: undefined; readonly reason: string };

export async function openNative({ root, env, cacheDir }: NativeOptions): Promise<OpenedNative> {
  // Side by side: git is a process, and both take some milliseconds.
  const [loaded, git] = await Promise.all([loadLibrary(), findGitFacts({ root, env })]);
  if (loaded.library === undefined) return { index: undefined, reason: loaded.reason };
  const place: SnapshotPlace =
    cacheDir === undefined ? { folder: undefined } : snapshotFolder(cacheDir, root);
  const request: OpenRequest = {
    root,
    memoryLimitBytes: memoryLimit(),
    ...(git === undefined ? {} : { git }),
  };
  try {
    return { index: await openWith(loaded.library, request, place), problem: place.problem };
  } catch (error) {
    if (!(error instanceof ZekeError)) throw error;
    return { index: undefined, reason: error.message };
  }
}

/** A snapshot that cannot be used is no reason to be slow: the index then lives in memory. */
async function openWith(
  library: NativeLibrary,
  request: OpenRequest,
  { folder, isReadOnly = false }: SnapshotPlace,
): Promise<NativeIndex> {
  if (folder === undefined) return await openNativeIndex(library, request);
  try {
    return await openNativeIndex(library, { ...request, folder, isReadOnly });
  } catch (error) {
    if (!(error instanceof ZekeError)) throw error;
    return await openNativeIndex(library, request);
  }
}
