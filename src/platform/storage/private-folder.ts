/** Folders that only this user can enter, and the few things the session store does in them. */
import {
  accessSync,
  chmodSync,
  constants,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { errnoCode, errorMessage, ZekeError } from '../errors.ts';
import { writeError } from '../files.ts';
import { makeFolder } from '../make-folder.ts';

const PRIVATE_FOLDER_MODE = 0o700;
const OTHERS_MODE = 0o077;

/**
 * Makes a folder (0700) and its parents, or tightens the one that is there. A full disk is not an error here: whoever writes into the
 * folder meets it again and knows what to keep. Throws a ZekeError that names the folder otherwise.
 */
export function makePrivateFolder(path: string): void {
  try {
    makeFolder(path, PRIVATE_FOLDER_MODE);
    if ((statSync(path).mode & OTHERS_MODE) !== 0) chmodSync(path, PRIVATE_FOLDER_MODE);
    accessSync(path, constants.W_OK | constants.X_OK);
  } catch (error) {
    const code = errnoCode(error);
    if (code === 'ENOSPC' || code === 'EDQUOT') return;
    if (code !== 'ENOTDIR' && code !== 'EEXIST') throw writeError(path, error);
    throw new ZekeError('system', `Could not make the folder ${path}: a file is in the way.`, {
      hint: 'Move that file away, or set ZEKE_STATE_DIR to another folder.',
      cause: error,
    });
  }
}

/** The names in a folder; none when it does not exist. Throws a ZekeError when it is unreadable. */
export function listFolder(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    if (isMissing(error)) return [];
    throw readError(path, error);
  }
}

/** A small file's text; undefined when it does not exist. Throws a ZekeError otherwise. */
export function readSmallFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw readError(path, error);
  }
}

/** True when something is at the path. Throws a ZekeError when that cannot be told. */
export function isPresent(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    throw readError(path, error);
  }
}

/** Removes a file; false when there was none. Throws a ZekeError when it may not be removed. */
export function removeFile(path: string): boolean {
  try {
    rmSync(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw writeError(path, error);
  }
}

/** The error for something that could not be read. */
export function readError(path: string, cause: unknown): ZekeError {
  const code = errnoCode(cause);
  const kind = code === 'EACCES' || code === 'EPERM' ? 'permission' : 'system';
  return new ZekeError(kind, `Could not read ${path} (${code ?? errorMessage(cause)}).`, {
    hint: 'Check the owner and mode of the file and of the folders above it.',
    cause,
  });
}

/** True for the error of a path that does not lead anywhere. */
export function isMissing(error: unknown): boolean {
  const code = errnoCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}
