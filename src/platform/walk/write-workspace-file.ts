/**
 * Changes one file of a workspace for a model: inside the root by real path, never a secret one,
 * never git's or Zeke's own, never through a link that leads out, never half.
 */
import { randomBytes } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { errnoCode } from '../errors.ts';
import { isInside, writeError } from '../files.ts';
import { makeFolder } from '../make-folder.ts';
import { sanitizeLine } from '../terminal-text.ts';
import { MAX_FILE_BYTES } from './read-workspace-file.ts';
import { isSecretPath } from './secret-files.ts';

export type WritePlace =
  | {
      readonly ok: true;
      /** Relative to the root by real path, with `/`. */
      readonly path: string;
      readonly absolute: string;
      /** What is in the file; undefined where there is none yet. */
      readonly bytes: Buffer | undefined;
    }
  | { readonly ok: false; readonly reason: WriteProblem };
export type WriteProblem =
  | 'outside'
  | 'secret'
  | 'guarded'
  | 'odd-name'
  | 'not-a-file'
  | 'too-large'
  | 'no-permission'
  | 'unreadable';

/** Where programs keep what they obey; compared without case, because some disks do. */
const GUARDED_FOLDERS = new Set(['.git', '.hg', '.svn', '.jj', '.zeke']);
const ANY_WRITE_MODE = 0o222;
/** Windows takes these as devices, whatever follows the dot. */
const DEVICE_NAME = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/**
 * Looks at the place of `path` (relative to the real path `root`, with `/`) for a change. Both the
 * path as it is written and where it really leads are checked.
 */
export function findWritePlace(root: string, path: string): WritePlace {
  const problem = namingProblem(path);
  if (problem !== undefined) return { ok: false, reason: problem };
  try {
    const absolute = resolveReal(join(root, path));
    if (absolute === undefined || absolute === root || !isInside(root, absolute)) {
      return { ok: false, reason: 'outside' };
    }
    const real = relative(root, absolute).split(sep).join('/');
    const realProblem = namingProblem(real);
    if (realProblem !== undefined) return { ok: false, reason: realProblem };
    return readPlace(real, absolute);
  } catch (error) {
    return { ok: false, reason: problemOf(error) };
  }
}

/** Puts the bytes into the file in one step; its mode stays. Throws a ZekeError. */
export function writePlace(absolute: string, bytes: Uint8Array): void {
  const draft = join(dirname(absolute), `.${basename(absolute)}.${randomBytes(6).toString('hex')}`);
  try {
    const mode = modeOf(absolute);
    makeFolder(dirname(absolute));
    const descriptor = openSync(draft, 'wx', mode ?? 0o666);
    try {
      if (mode !== undefined) fchmodSync(descriptor, mode);
      for (let written = 0; written < bytes.length; ) {
        written += writeSync(descriptor, bytes, written);
      }
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(draft, absolute);
  } catch (error) {
    removeDraft(draft);
    throw writeError(absolute, error);
  }
}

/** Where the draft could not be made there is none; why, is said by the error before this. */
function removeDraft(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
  }
}

/** Removes a file that was made here. Throws a ZekeError. */
export function removePlace(absolute: string): void {
  try {
    unlinkSync(absolute);
  } catch (error) {
    throw writeError(absolute, error);
  }
}

function namingProblem(path: string): WriteProblem | undefined {
  if (path === '' || isAbsolute(path) || /^~|^[a-z]:/i.test(path)) return 'outside';
  const segments = path.split(/[/\\]/);
  if (segments.includes('..')) return 'outside';
  // What a reader cannot see must not decide which file it is.
  if (sanitizeLine(path) !== path || path.endsWith('/')) return 'odd-name';
  if (segments.some((segment) => DEVICE_NAME.test(segment))) return 'odd-name';
  // Some disks drop dots and blanks at the end of a name.
  const plain = segments.map((segment) => segment.toLowerCase().replace(/(?<=.)[. ]+$/, ''));
  if (plain.some((segment) => GUARDED_FOLDERS.has(segment) || segment.startsWith('git~'))) {
    return 'guarded';
  }
  return isSecretPath(segments.join('/')) ? 'secret' : undefined;
}

/** The real path, also of a file that does not exist yet; undefined for a link to nowhere. */
function resolveReal(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch (error) {
    if (errnoCode(error) !== 'ENOENT') throw error;
  }
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return undefined;
  const parent = resolveReal(dirname(path));
  return parent === undefined ? undefined : join(parent, basename(path));
}

function readPlace(path: string, absolute: string): WritePlace {
  const info = lstatSync(absolute, { throwIfNoEntry: false });
  if (info === undefined) return { ok: true, path, absolute, bytes: undefined };
  if (!info.isFile()) return { ok: false, reason: 'not-a-file' };
  if (info.size > MAX_FILE_BYTES) return { ok: false, reason: 'too-large' };
  // A rename would replace a file that may not be written; to root nothing is forbidden.
  accessSync(absolute, constants.W_OK);
  if ((info.mode & ANY_WRITE_MODE) === 0) return { ok: false, reason: 'no-permission' };
  // O_NONBLOCK: it may have become a FIFO since.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const descriptor = openSync(absolute, flags);
  try {
    if (!fstatSync(descriptor).isFile()) return { ok: false, reason: 'not-a-file' };
    return { ok: true, path, absolute, bytes: readFileSync(descriptor) };
  } finally {
    closeSync(descriptor);
  }
}

function modeOf(path: string): number | undefined {
  const info = lstatSync(path, { throwIfNoEntry: false });
  return info === undefined ? undefined : info.mode & 0o7777;
}

function problemOf(error: unknown): WriteProblem {
  const code = errnoCode(error);
  if (code === undefined) throw error;
  if (code === 'ENOTDIR' || code === 'ENXIO') return 'not-a-file';
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return 'no-permission';
  if (code === 'ENAMETOOLONG') return 'odd-name';
  return code === 'ELOOP' ? 'outside' : 'unreadable';
}
