/**
 * A lock between processes that share a folder: the file is made with its owner in it in one step
 * (O_EXCL by way of link), so that nobody ever reads half a lock. A lock whose owner died is
 * broken. Most are held for milliseconds; one that says who has something is held for long.
 */
import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { errnoCode } from '../errors.ts';
import { writeError } from '../files.ts';
import { isProcessAlive, ownProcess } from '../process-state.ts';

export interface FileLock {
  readonly release: () => void;
  /** False when another owner's lock is in this one's place. */
  readonly isHeld: () => boolean;
}
export interface LockOwner {
  /** As `ownProcess` names it. */
  readonly process: string;
  /** Different for every lock ever made, so that one can be told from the next. */
  readonly nonce: string;
  /** What the owner wrote for whoever finds the lock taken. */
  readonly note: string;
}
export interface LockOptions {
  readonly note?: string;
  /** True for an owner whose lock counts no more; by default one that died. */
  readonly isOver?: (owner: LockOwner) => boolean;
}

const UNREADABLE: LockOwner = { process: '', nonce: 'unreadable', note: '' };
const OWNER_PATTERN = /^(\d+(?:\.\d+)?) ([0-9a-f]+)(?: (.*))?$/s;

/**
 * Takes the lock if it is free; undefined when it is not. One that counts no more is broken then
 * and can be taken by the next try. Throws a ZekeError when the file cannot be made.
 */
export function tryLock(path: string, options: LockOptions = {}): FileLock | undefined {
  const owner = newOwner(options.note);
  if (claim(path, owner)) {
    return { release: () => remove(path, owner), isHeld: () => isHeldBy(path, owner) };
  }
  const holder = readLock(path);
  const isOver = options.isOver ?? isDead;
  if (holder !== undefined && isOver(holder)) breakLock(path, holder);
  return undefined;
}

/**
 * Who holds the lock, or held it last; undefined when nobody does. A file that says nothing, as
 * after a power failure, is nobody's who is alive. Throws the system's error.
 */
export function readLock(path: string): LockOwner | undefined {
  try {
    const [, holder, nonce, note = ''] = OWNER_PATTERN.exec(readFileSync(path, 'utf8')) ?? [];
    if (holder === undefined || nonce === undefined) return UNREADABLE;
    return { process: holder, nonce, note };
  } catch (error) {
    if (errnoCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function newOwner(note = ''): LockOwner {
  return { process: ownProcess(), nonce: randomBytes(8).toString('hex'), note };
}

function isDead(owner: LockOwner): boolean {
  return !isProcessAlive(owner.process);
}

/** A lock that somebody removed by hand is still held: nobody else has it. */
function isHeldBy(path: string, owner: LockOwner): boolean {
  return (readLock(path)?.nonce ?? owner.nonce) === owner.nonce;
}

/** Makes the lock file with its owner in it; false when there is one already. */
function claim(path: string, owner: LockOwner): boolean {
  const draft = `${path}.${owner.nonce}.new`;
  const note = owner.note === '' ? '' : ` ${owner.note}`;
  try {
    writeFileSync(draft, `${owner.process} ${owner.nonce}${note}`, { mode: 0o600, flag: 'wx' });
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
function breakLock(path: string, dead: LockOwner): void {
  const removalPath = `${path}.${dead.nonce}`;
  const remover = newOwner();
  if (!claim(removalPath, remover)) {
    const holder = readLock(removalPath);
    if (holder !== undefined && isDead(holder)) breakLock(removalPath, holder);
    return;
  }
  remove(path, dead);
  remove(removalPath, remover);
}

/** Removes the lock if it still is this owner's. */
function remove(path: string, owner: LockOwner): void {
  if (readLock(path)?.nonce === owner.nonce) unlinkIfThere(path);
}

function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    // Also where a file stands in the folder's place.
    const code = errnoCode(error);
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
  }
}
