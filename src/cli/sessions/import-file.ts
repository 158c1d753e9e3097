/** Makes a session of a file that `zeke sessions export --json` wrote. */
import { ZekeError } from '../../platform/errors.ts';
import { readTextFile } from '../../platform/files.ts';
import type { SessionStore } from '../../session/store.ts';

export const MAX_IMPORT_BYTES = 256 * 1024 * 1024;
const HINT = 'Give the file that "zeke sessions export <id> --json" wrote.';

export interface ImportFile {
  /** As it was typed; errors name it so. */
  readonly name: string;
  /** Where it lies. */
  readonly path: string;
}

/** The new session's id. Rejects with a ZekeError that says what is wrong, and leaves nothing then. */
export async function importFile(store: SessionStore, { name, path }: ImportFile): Promise<string> {
  return importText(store, name, readImport(name, path));
}

/** As above, for a text that is there already. */
export async function importText(store: SessionStore, name: string, text: string): Promise<string> {
  if (text === '') throw new ZekeError('usage', `There is nothing in ${name}.`, { hint: HINT });
  try {
    return await store.importJson(text);
  } catch (error) {
    if (!(error instanceof ZekeError)) throw error;
    const hint = error.hint === undefined ? {} : { hint: error.hint };
    // Of several files the error names the one it is about.
    throw new ZekeError(error.kind, `${name}: ${error.message}`, { ...hint, cause: error });
  }
}

function readImport(name: string, path: string): string {
  const read = readTextFile(path, MAX_IMPORT_BYTES);
  if (!read.ok) {
    const why = {
      missing: 'There is no file',
      'not-a-file': 'This is not a file:',
      binary: 'This is no exported session:',
      'no-permission': 'You may not read',
      unreadable: 'Could not read',
    }[read.reason];
    const kind = read.reason === 'no-permission' ? 'permission' : 'usage';
    throw new ZekeError(kind, `${why} ${name}.`, { hint: HINT });
  }
  if (!read.isCut) return read.text;
  throw new ZekeError('usage', `${name} is larger than 256 MiB.`, { hint: HINT });
}
