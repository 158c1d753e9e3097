/** Making folders, on file systems that refuse as well. */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { errnoCode } from './errors.ts';

/**
 * Makes a folder and the parents that are missing, all with the mode. Throws the system's error where
 * that cannot be.
 *
 * `mkdir` of Node with `recursive` does not do: where a folder is there but takes no folders and calls
 * them missing, as /proc does, it asks for ever (Node 20 to 24).
 */
export function makeFolder(path: string, mode = 0o777): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if (isFolder(path)) return;
    const parent = dirname(path);
    if (errnoCode(error) !== 'ENOENT' || existsSync(parent) || parent === path) throw error;
    makeFolder(parent, mode);
    makeChild(path, mode);
  }
}

/** Its parent is there; somebody else may be faster. */
function makeChild(path: string, mode: number): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if (!isFolder(path)) throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
