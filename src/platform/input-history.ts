/**
 * What the user typed, across conversations: a private file with one JSON string a line, so that an
 * entry may hold any text. Several Zekes append to it at once; each writes whole lines.
 */
import { chmod, open } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoCode } from './errors.ts';
import { ensurePrivateDir, readTextFile, writeError, writeFileAtomic } from './files.ts';

export interface InputHistory {
  /** Oldest first. A missing file is an empty history; a broken line is left out. */
  load(): Promise<readonly string[]>;
  /** Adds an entry. Throws a ZekeError when the file cannot be written. */
  append(text: string): Promise<void>;
}

/** Entries that are kept. */
const MAX_ENTRIES = 1000;
/** Longer input (a pasted log) is not worth keeping for every start. */
const MAX_ENTRY_CHARACTERS = 20_000;
/** The file is cut back to its last entries when loading finds it longer than this. */
const MAX_FILE_LINES = 2 * MAX_ENTRIES;
/** Never reads more than this, whatever somebody has put there. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;
const PRIVATE_MODE = 0o600;

/** The history in the user's state folder. */
export function createInputHistory(stateDir: string): InputHistory {
  const path = join(stateDir, 'input-history.jsonl');
  return {
    load: () => loadEntries(path),
    append: (text) => appendEntry(stateDir, path, text),
  };
}

async function loadEntries(path: string): Promise<readonly string[]> {
  const file = readTextFile(path, MAX_FILE_BYTES);
  if (!file.ok) return [];
  const lines = file.text.split('\n').filter((line) => line !== '');
  const entries = lines.slice(-MAX_ENTRIES).flatMap(parseEntry);
  if (lines.length > MAX_FILE_LINES) {
    await writeFileAtomic(path, entries.map(formatEntry).join(''), PRIVATE_MODE);
  }
  return entries;
}

async function appendEntry(stateDir: string, path: string, text: string): Promise<void> {
  if (text.length > MAX_ENTRY_CHARACTERS) return;
  try {
    await ensurePrivateDir(stateDir);
    const handle = await open(path, 'a', PRIVATE_MODE);
    try {
      await handle.appendFile(formatEntry(text));
    } finally {
      await handle.close();
    }
    await chmod(path, PRIVATE_MODE);
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    throw writeError(path, error);
  }
}

function formatEntry(text: string): string {
  return `${JSON.stringify(text)}\n`;
}

/** A line cut by a full disk or written by something else is no entry. */
function parseEntry(line: string): readonly string[] {
  try {
    const entry: unknown = JSON.parse(line);
    return typeof entry === 'string' ? [entry] : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}
