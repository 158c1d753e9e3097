/**
 * Contents kept under the hash of their bytes: files before and after an edit, images of messages.
 * Journals name them by the hash, so a journal stays small and a content is stored once.
 */
import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeWholeFile } from './new-file.ts';
import { isMissing, makePrivateFolder, readError } from './private-folder.ts';

export interface ContentStore {
  /** Keeps the bytes and returns their hex SHA-256. Throws a ZekeError when that cannot be. */
  put(bytes: Uint8Array): string;
  /**
   * The bytes of that hash; undefined when they are not here, or not what they were. Throws a
   * ZekeError when they may not be read.
   */
  get(hash: string): Buffer | undefined;
}

/** Hashes come from journals and sockets and become file names: nothing else may be one. */
const HASH_PATTERN = /^[0-9a-f]{64}$/;

/** The contents in a folder (0700), which is made with the first one. */
export function createContentStore(folder: string): ContentStore {
  const get = (hash: string): Buffer | undefined => {
    if (!HASH_PATTERN.test(hash)) return undefined;
    const bytes = readContent(join(folder, hash));
    return bytes !== undefined && hashOf(bytes) === hash ? bytes : undefined;
  };
  return {
    get,
    put(bytes) {
      const hash = hashOf(bytes);
      makePrivateFolder(folder);
      if (get(hash) === undefined) writeWholeFile(join(folder, hash), bytes);
      return hash;
    },
  };
}

/** The hex SHA-256 of the bytes: their name in a store. */
export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Never through a symlink, and never a FIFO that would keep the program waiting. */
function readContent(path: string): Buffer | undefined {
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, flags);
    return fstatSync(descriptor).isFile() ? readFileSync(descriptor) : undefined;
  } catch (error) {
    if (isMissing(error) || isLink(error)) return undefined;
    throw readError(path, error);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function isLink(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ELOOP';
}
