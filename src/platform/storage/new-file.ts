/** A file that appears with all of its content or not at all. */
import { randomBytes } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { writeError } from '../files.ts';

const PRIVATE_FILE_MODE = 0o600;

/**
 * Writes a private file beside its place and then puts it there. Throws a ZekeError that names the
 * file; nothing of it is left then.
 */
export function writeWholeFile(path: string, content: string | Uint8Array): void {
  const draft = `${path}.${randomBytes(6).toString('hex')}.new`;
  try {
    writeFileSync(draft, content, { mode: PRIVATE_FILE_MODE, flag: 'wx', flush: true });
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw writeError(path, error);
  }
}
