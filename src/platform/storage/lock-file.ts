/**
 * A lock between processes that share a folder: the file is made with its owner in it in one step
 * (O_EXCL by way of link), so that nobody ever reads half a lock. It is meant to be held for
 * milliseconds; a lock whose owner died is broken.
 */
import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { errnoCode } from '../errors.ts';
import { writeError } from '../files.ts';

export interface FileLock {
  readonly release: () => void;
}

interface Owner {
  readonly pid: number;
  /** Different for every lock ever made, so that one can be told from the next. */
  readonly nonce: string;
}

const OWNER_PATTERN = /^(\d+) ([0-9a-f]+)$/;

/**
 * Takes the lock if it is free, or if its owner died; undefined while somebody holds it. Throws a
 * ZekeError when the file cannot be made.
 */
export function tryLock(path: string): FileLock | undefined {
  const owner = { pid: process.pid, nonce: randomBytes(8).toString('hex') };
  if (claim(path, owner)) return { release: () => remove(path, owner) };
  const holder = readOwner(path);
  if (holder !== undefined && !isAlive(holder.pid)) breakLock(path, holder);
  return undefined;
}

/** Makes the lock file with its owner in it; false when there is one already. */
function claim(path: string, owner: Owner): boolean {
  const draft = `${path}.${owner.nonce}.new`;
  try {
    writeFileSync(draft, `${owner.pid} ${owner.nonce}`, { mode: 0o600, flag: 'wx' });
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (errnoCode(error) === 'EEXIST') return false;
    throw writeError(path, error);
  } finally {
    unlinkIfThere(draft);
  }
}

/**
 * Removes the lock of a process that is gone. Several may find the same dead lock at once, and one
 * that is slow must not remove the lock that the next owner made meanwhile. So there is a second
 * lock for the removal, named after the dead one: only its owner may remove this very lock, and
 * looks again before it does. A remover that died too is dealt with in the same way.
 */
function breakLock(path: string, dead: Owner): void {
  const removalPath = `${path}.${dead.nonce}`;
  const remover = { pid: process.pid, nonce: randomBytes(8).toString('hex') };
  if (!claim(removalPath, remover)) {
    const holder = readOwner(removalPath);
    if (holder !== undefined && !isAlive(holder.pid)) breakLock(removalPath, holder);
    return;
  }
  remove(path, dead);
  remove(removalPath, remover);
}

/** Removes the lock if it still is this owner's. */
function remove(path: string, owner: Owner): void {
  if (readOwner(path)?.nonce === owner.nonce) unlinkIfThere(path);
}

function readOwner(path: string): Owner | undefined {
  try {
    const [, pid, nonce] = OWNER_PATTERN.exec(readFileSync(path, 'utf8')) ?? [];
    return pid === undefined || nonce === undefined ? undefined : { pid: Number(pid), nonce };
  } catch (error) {
    if (errnoCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errnoCode(error) !== 'ESRCH';
  }
}

function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (errnoCode(error) !== 'ENOENT') throw error;
  }
}
