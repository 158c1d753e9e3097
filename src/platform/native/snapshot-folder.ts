/** Where the snapshot of a workspace's index lies. */
import { join } from 'node:path';
import { ZekeError } from '../errors.ts';
import { shortHash } from '../paths.ts';
import { makePrivateFolder } from '../storage/private-folder.ts';

/**
 * A folder of this user's own for the index of `root`, made where it is missing; undefined where
 * nothing can be kept.
 */
export function snapshotFolder(cacheDir: string, root: string): string | undefined {
  const folder = join(cacheDir, 'index', shortHash(root));
  try {
    makePrivateFolder(folder);
    return folder;
  } catch (error) {
    if (error instanceof ZekeError) return undefined;
    throw error;
  }
}
