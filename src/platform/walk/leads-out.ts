/** Where a path really leads, for commands that are given one. */
import { realpathSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { errnoCode } from '../errors.ts';
import { isInside } from '../files.ts';
import { isSecretPath } from './secret-files.ts';

/**
 * True when a path below the real path `root` leads out of it through a link, to a file that holds
 * secrets, or where nobody can tell. What does not exist leads nowhere.
 */
export function leadsOut(root: string, path: string): boolean {
  if (path.includes('\0')) return true;
  try {
    const real = realpathSync.native(join(root, path));
    return !isInside(root, real) || isSecretPath(relative(root, real).split(sep).join('/'));
  } catch (error) {
    const code = errnoCode(error);
    if (code === undefined) throw error;
    return code !== 'ENOENT' && code !== 'ENOTDIR';
  }
}
