/** Reading and writing files the careful way: bounded, atomic, private, by real path. */
import { randomBytes } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { chmod, open, realpath, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { errnoCode, ZekeError } from './errors.ts';
import { makeFolder } from './make-folder.ts';

/** What reading a file for a model gave: its text, or why there is none. */
export type TextFile =
  | {
      readonly ok: true;
      readonly text: string;
      readonly isCut: boolean;
      readonly sizeBytes: number;
    }
  | { readonly ok: false; readonly reason: TextFileProblem };
export type TextFileProblem = 'missing' | 'not-a-file' | 'binary' | 'no-permission' | 'unreadable';

/** A file with a NUL byte in its first part is binary, as git decides it. */
const BINARY_PROBE_BYTES = 8000;

/**
 * Reads at most `maxBytes` of a regular file as UTF-8. Never opens a FIFO, a device or a folder,
 * and never reads a whole huge file: `isCut` says that there was more.
 *
 * It waits for the disk: a small file is read in a fraction of the time that four trips through
 * the thread pool take. Callers with many files let the event loop turn in between.
 */
export function readTextFile(path: string | Buffer, maxBytes: number): TextFile {
  let descriptor: number | undefined;
  try {
    // O_NONBLOCK is what keeps a FIFO without a writer from stopping the program.
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const info = fstatSync(descriptor);
    if (!info.isFile()) return { ok: false, reason: 'not-a-file' };
    const buffer = Buffer.alloc(Math.min(info.size, maxBytes));
    const bytes = buffer.subarray(0, readSync(descriptor, buffer, 0, buffer.length, 0));
    if (bytes.subarray(0, BINARY_PROBE_BYTES).includes(0)) return { ok: false, reason: 'binary' };
    const isCut = info.size > bytes.length;
    return { ok: true, text: decodeUtf8(bytes, isCut), isCut, sizeBytes: info.size };
  } catch (error) {
    return { ok: false, reason: problemOf(error) };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/**
 * A cut file may end inside a character, whose torn bytes are left out. Not by TextDecoder: its
 * first use loads 5 ms of encoding tables into a program that is done after a hundred.
 */
function decodeUtf8(bytes: Buffer, isCut: boolean): string {
  const decoder = new StringDecoder('utf8');
  const text = isCut ? decoder.write(bytes) : decoder.end(bytes);
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

function problemOf(error: unknown): TextFileProblem {
  const code = errnoCode(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'missing';
  if (code === 'EISDIR' || code === 'ENXIO') return 'not-a-file';
  if (code === 'EACCES' || code === 'EPERM') return 'no-permission';
  return 'unreadable';
}

/** Makes a folder that only this user can enter (0700), or tightens the one that is there. */
export async function ensurePrivateDir(path: string): Promise<void> {
  makeFolder(path, 0o700);
  const info = await stat(path);
  if ((info.mode & 0o077) !== 0) await chmod(path, 0o700);
}

/**
 * Writes a file so that a reader sees the old content or the new one, never a part: a temporary
 * file in the same folder, flushed, then renamed. Keeps the mode of a file that is there.
 * Throws a ZekeError that names the file; the temporary file is gone then.
 */
export async function writeFileAtomic(path: string, text: string, mode = 0o644): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  const oldMode = await stat(path).then(
    (info) => info.mode & 0o777,
    () => mode,
  );
  try {
    const handle = await open(temporary, 'wx', oldMode);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch((cause) => {
      if (errnoCode(cause) !== 'ENOENT') throw cause;
    });
    throw writeError(path, error);
  }
}

/**
 * Writes a file that is not there yet, readable for this user alone. Throws a ZekeError when there
 * is one, or when it could not be written whole; nothing is left behind then.
 */
export async function writeNewFile(path: string, text: string): Promise<void> {
  const handle = await open(path, 'wx', 0o600).catch((error: unknown) => {
    if (errnoCode(error) !== 'EEXIST') throw writeError(path, error);
    throw new ZekeError('usage', `${path} is there already; nothing was written.`, {
      hint: 'Name another file, or move that one away.',
      cause: error,
    });
  });
  try {
    await handle.writeFile(text);
    await handle.sync();
  } catch (error) {
    await unlink(path);
    throw writeError(path, error);
  } finally {
    await handle.close();
  }
}

/** The error for a file that could not be written, with what to do about it. */
export function writeError(path: string, cause: unknown): ZekeError {
  const code = errnoCode(cause);
  const hints: Record<string, string> = {
    ENOSPC: 'The disk is full: free some space and try again.',
    EROFS: 'The file system is read-only: set ZEKE_STATE_DIR or ZEKE_CONFIG_DIR to another folder.',
    EACCES: 'You may not write there: check the owner and mode of the folder.',
    EPERM: 'You may not write there: check the owner and mode of the folder.',
    EDQUOT: 'Your disk quota is used up: free some space and try again.',
  };
  const hint = code === undefined ? undefined : hints[code];
  const kind = code === 'EACCES' || code === 'EPERM' ? 'permission' : 'system';
  const why = code ?? (cause instanceof Error ? cause.message : String(cause));
  return new ZekeError(kind, `Could not write ${path} (${why}).`, {
    cause,
    ...(hint === undefined ? {} : { hint }),
  });
}

/**
 * True when `path` is `root` or lies below it. Both must be real paths; the separator is compared
 * too, so that `/work/app` does not hold `/work/app-evil`.
 */
export function isInside(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

/**
 * The real path of `relativePath` below `root`, or undefined when it does not exist or leads out
 * (`..`, an absolute path, a symlink). `root` must be a real path.
 */
export async function resolveInside(
  root: string,
  relativePath: string,
): Promise<string | undefined> {
  if (relativePath.includes('\0')) return undefined;
  try {
    const real = await realpath(join(root, relativePath));
    return isInside(root, real) ? real : undefined;
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    return undefined;
  }
}
