/**
 * Who has a session open: a lock beside its journal, for as long as it is open, that says where
 * the conversation is shared. One journal is never written by two processes: a claim is refused
 * while its owner works, and when it was stopped the journal is fenced off from it.
 */
import { join } from 'node:path';
import { ZekeError } from '../../platform/errors.ts';
import { isProcessAlive, isProcessStopped } from '../../platform/process-state.ts';
import { fenceOff } from '../../platform/storage/append-file.ts';
import {
  type FileLock,
  type LockOptions,
  type LockOwner,
  readLock,
  tryLock,
} from '../../platform/storage/lock-file.ts';
import { listFolder, removeFile } from '../../platform/storage/private-folder.ts';

export type Claim = FileLock;

export interface ClaimTerms {
  /** The socket at which this process shares what it opens; empty where it cannot. */
  readonly address: string;
  /** A process that was found stopped and whose place this one takes, even if it woke since. */
  readonly stoppedHost?: string;
}

/** A session that is open, and in which process. */
export interface SessionClaim {
  readonly sessionId: string;
  /** The socket where it can be joined; empty where it is not shared. */
  readonly address: string;
  readonly process: string;
}

/** The session is open in another process. */
export class SessionInUse extends ZekeError {
  /** Where it can be joined; empty where it is not shared. */
  readonly address: string;

  constructor(sessionId: string, address: string) {
    super('usage', `Session ${sessionId} is open in another Zeke.`, {
      hint:
        address === ''
          ? 'It cannot be joined there: leave it, or go on with another one.'
          : `Join it there: zeke --session ${sessionId}`,
    });
    this.address = address;
  }
}

const JOURNAL_SUFFIX = '.jsonl';
const CLAIM_SUFFIX = '.host';
/** One try breaks what is in the way, the next one takes it; others may come between. */
const TRIES = 20;

/**
 * Claims a session for this process. Undefined where the folder takes no locks: the session is
 * then opened without. Throws SessionInUse while another process works on it.
 */
export function claimSession(
  journalPath: string,
  session: { readonly id: string } & ClaimTerms,
): Claim | undefined {
  const path = claimPath(journalPath);
  let isFenceNeeded = false;
  const isOver = (owner: LockOwner): boolean => {
    if (!isProcessAlive(owner.process)) return true;
    const isStopped = owner.process === session.stoppedHost || isProcessStopped(owner.process);
    isFenceNeeded ||= isStopped;
    return isStopped;
  };
  let holder: LockOwner | undefined;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const claim = tryClaim(path, { note: session.address, isOver });
    if (claim === 'impossible') return undefined;
    if (claim !== undefined) return isFenceNeeded ? fenced(claim, journalPath) : claim;
    holder = readLock(path);
    if (holder !== undefined && !isOver(holder)) break;
  }
  throw new SessionInUse(session.id, holder?.note ?? '');
}

/** The sessions in a folder that a process which is there has open. */
export function listClaims(folder: string): readonly SessionClaim[] {
  return listFolder(folder).flatMap((name) => {
    if (!name.endsWith(CLAIM_SUFFIX)) return [];
    const owner = readLock(join(folder, name));
    if (owner === undefined || !isProcessAlive(owner.process)) return [];
    const sessionId = name.slice(0, -CLAIM_SUFFIX.length);
    return [{ sessionId, address: owner.note, process: owner.process }];
  });
}

/** Removes what a process left that died while it had the session open. */
export function forgetDeadClaim(journalPath: string): void {
  const path = claimPath(journalPath);
  const owner = readLock(path);
  if (owner !== undefined && !isProcessAlive(owner.process)) removeFile(path);
}

function tryClaim(path: string, options: LockOptions): Claim | 'impossible' | undefined {
  try {
    return tryLock(path, options);
  } catch (error) {
    // A folder without links, a full disk: no reason to refuse a conversation.
    if (!(error instanceof ZekeError)) throw error;
    return 'impossible';
  }
}

function fenced(claim: Claim, journalPath: string): Claim {
  try {
    fenceOff(journalPath);
    return claim;
  } catch (error) {
    claim.release();
    throw error;
  }
}

function claimPath(journalPath: string): string {
  return journalPath.slice(0, -JOURNAL_SUFFIX.length) + CLAIM_SUFFIX;
}
