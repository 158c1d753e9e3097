/** Lets the user change a text in their own editor. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../env.ts';
import { errorMessage, ZekeError } from '../errors.ts';
import { readTextFile, writeError } from '../files.ts';
import { openInEditor } from './editor.ts';

/** More than anybody writes; a log that was loaded into the editor is cut here. */
const MAX_TEXT_BYTES = 8 * 1024 * 1024;
const PRIVATE_MODE = 0o600;

/**
 * The text as the editor left it, without the line break that editors put at the end. It lies in a
 * file (0600) in a folder of its own (0700) meanwhile, which is gone afterwards. Rejects with a
 * ZekeError when the editor cannot be started or fails; the text is the caller's still.
 */
export async function editInEditor(
  text: string,
  options: { readonly env: Environment; readonly cwd: string },
): Promise<string> {
  const folder = await makeFolder();
  const path = join(folder, 'message.md');
  try {
    await writeFile(path, text === '' ? '' : `${text}\n`, { flag: 'wx', mode: PRIVATE_MODE });
    await openInEditor(path, options);
    const edited = readTextFile(path, MAX_TEXT_BYTES);
    if (!edited.ok) {
      throw new ZekeError('system', `What the editor saved cannot be read (${edited.reason}).`);
    }
    return edited.text.replace(/\r\n?/g, '\n').replace(/\n+$/, '');
  } catch (error) {
    if (error instanceof ZekeError) throw error;
    throw writeError(path, error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function makeFolder(): Promise<string> {
  try {
    return await mkdtemp(join(tmpdir(), 'zeke-message-'));
  } catch (error) {
    throw new ZekeError('system', `No temporary file could be made (${errorMessage(error)}).`, {
      cause: error,
      hint: 'Free some space in the temporary folder.',
    });
  }
}
