/** Where the snapshot of a workspace's index lies. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ZekeError } from '../errors.ts';
import { shortHash } from '../paths.ts';
import { makePrivateFolder } from '../storage/private-folder.ts';

export interface SnapshotPlace {
  /** Undefined where nothing can be kept. */
  readonly folder: string | undefined;
  /** What is there may be used, and nothing can be added. */
  readonly isReadOnly?: boolean;
  /** Why it is not as it should be, for people. */
  readonly problem?: string;
}

/** A folder of this user's own for the index of `root`, made where it is missing. */
export function snapshotFolder(cacheDir: string, root: string): SnapshotPlace {
  const folder = join(cacheDir, 'index', shortHash(root));
  try {
    makePrivateFolder(folder);
    return { folder };
  } catch (error) {
    if (!(error instanceof ZekeError)) throw error;
    const isThere = existsSync(join(folder, 'view'));
    return {
      folder: isThere ? folder : undefined,
      isReadOnly: true,
      problem: `the index cannot be kept in ${folder}: what is not there is read again each time`,
    };
  }
}
