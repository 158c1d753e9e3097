/**
 * The log file: what a person may need after something went wrong. Nothing is opened or created
 * until the first line is written.
 */
import { constants } from 'node:fs';
import { open, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoCode } from './errors.ts';
import { ensurePrivateDir } from './files.ts';

type LogLevel = 'info' | 'warning' | 'error';

export interface Log {
  readonly path: string;
  /**
   * Appends one entry; its further lines are indented. Resolves to false, never rejects, when the
   * file cannot be written (full disk, read-only home): a log must not break the program.
   */
  write(level: LogLevel, text: string): Promise<boolean>;
}
export interface LogOptions {
  readonly stateDir: string;
  /** Takes secrets out of a text before it is written. */
  readonly redact?: (text: string) => string;
  readonly maxBytes?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

const FILE_NAME = 'zeke.log';
/** With the one old file that is kept, the log never takes more than twice this. */
const DEFAULT_MAX_BYTES = 1024 * 1024;
/** An entry is cut here, so that one huge error text cannot fill the file. */
const MAX_ENTRY_CHARACTERS = 16 * 1024;

/** A log at `<stateDir>/zeke.log`, readable by this user alone. */
export function createLog(options: LogOptions): Log {
  const path = join(options.stateDir, FILE_NAME);
  const redact = options.redact ?? ((text: string) => text);
  const now = options.now ?? Date.now;
  const maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
  let last: Promise<unknown> = Promise.resolve();
  const write = async (level: LogLevel, text: string): Promise<boolean> => {
    const entry = formatEntry(now(), level, redact(text));
    try {
      await ensurePrivateDir(options.stateDir);
      await rotate(path, maxBytes - Buffer.byteLength(entry));
      await append(path, entry);
      return true;
    } catch (error) {
      if (errnoCode(error) === undefined) throw error;
      return false;
    }
  };
  return {
    path,
    write: (level, text) => {
      const written = last.then(() => write(level, text));
      last = written;
      return written;
    },
  };
}

function formatEntry(atMs: number, level: LogLevel, text: string): string {
  const body = text.slice(0, MAX_ENTRY_CHARACTERS).trimEnd().replaceAll('\n', '\n  ');
  return `${new Date(atMs).toISOString()} ${level} ${body}\n`;
}

/** A full file becomes `zeke.log.1`, replacing the one before. */
async function rotate(path: string, roomBytes: number): Promise<void> {
  const sizeBytes = await stat(path).then(
    (info) => info.size,
    () => 0,
  );
  if (sizeBytes > 0 && sizeBytes > roomBytes) await rename(path, `${path}.1`);
}

/** Never follows a symlink: whoever may write the folder must not redirect our writes. */
async function append(path: string, text: string): Promise<void> {
  const { O_APPEND, O_CREAT, O_WRONLY } = constants;
  const noFollow = constants.O_NOFOLLOW ?? 0;
  const handle = await open(path, O_APPEND | O_CREAT | O_WRONLY | noFollow, 0o600);
  try {
    await handle.writeFile(text);
  } finally {
    await handle.close();
  }
}
