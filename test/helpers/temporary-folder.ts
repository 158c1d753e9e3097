/** What a run of the tests makes in the system's temporary folder lies in one of its own there. */
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeFolder } from './remove-folder.ts';

/** Short on purpose: sockets lie below it, and their paths may have some hundred bytes. */
export function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'zt-'));
  // Other users may enter it, as they may the system's own.
  chmodSync(folder, 0o1777);
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = folder;
  return () => removeFolder(folder);
}
