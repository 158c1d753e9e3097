/**
 * One conversation for processes of the same user and project that know different folders for
 * sockets: one of them was started over ssh, by cron, or by a tmux server of another login. What
 * they have in common is the state folder, where every claim says at which socket its process
 * shares, and where whoever wants to host looks, one at a time, before it does.
 */
import { basename, isAbsolute, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ZekeError } from '../../platform/errors.ts';
import { type Paths, shortHash } from '../../platform/paths.ts';
import { isProcessAlive, isProcessStopped } from '../../platform/process-state.ts';
import {
  addressAt,
  connectLocal,
  isKeptFolder,
  type SocketAddress,
  socketAddress,
  socketFolderProblem,
} from '../../platform/socket.ts';
import { type FileLock, type LockOwner, tryLock } from '../../platform/storage/lock-file.ts';
import { makePrivateFolder } from '../../platform/storage/private-folder.ts';
import { createSessionStore, projectFolder } from '../store.ts';

/** Where to look for live sessions. */
export interface Surroundings {
  readonly paths: Pick<Paths, 'stateDir' | 'runtimeDir'>;
  readonly project: string;
}

/** The right to become the project's host; `isHeld` is false when somebody else has it by now. */
export type HostingTurn = FileLock;

const LOCK_NAME = 'hosting.lock';
/** Held while a journal is opened, which may be long. */
const TURN_PATIENCE_MS = 30_000;
const RETRY_MS = 5;
const MAX_RETRY_MS = 80;
const UNLOCKED: HostingTurn = { release: () => undefined, isHeld: () => true };

/** Where the project's conversation is shared by processes of this one's environment. */
export function sharedAddress({ paths, project }: Surroundings): SocketAddress {
  return socketAddress(paths.runtimeDir, shortHash(project));
}

/** True for two sockets of one conversation, in whatever folders they are. */
export function isSameMeeting(one: SocketAddress, path: string): boolean {
  return basename(one.path) === basename(path);
}

/**
 * The address that a claim names; undefined where its folder could be somebody else's: whoever
 * listens there would be told everything.
 */
export function claimedAddress(
  path: string,
  { paths }: Pick<Surroundings, 'paths'>,
): SocketAddress | undefined {
  if (path === '') return undefined;
  const address = addressAt(path);
  const { folder } = address;
  // A pipe has no folder. Our own is where the environment says.
  if (folder === undefined) return address;
  const isTrusted =
    folder === paths.runtimeDir
      ? socketFolderProblem(folder) === undefined
      : isAbsolute(folder) && isKeptFolder(folder);
  return isTrusted ? address : undefined;
}

/** True when somebody listens where a claim says so. */
export async function isListenedAt(address: SocketAddress): Promise<boolean> {
  const socket = await connectLocal(address);
  socket?.destroy();
  return socket !== undefined;
}

/** Where another process shares the conversation of this address, in a folder of its own. */
export async function findElsewhere(
  surroundings: Surroundings,
  address: SocketAddress,
): Promise<SocketAddress | undefined> {
  for (const claim of createSessionStore(surroundings).claims()) {
    if (claim.address === address.path || !isSameMeeting(address, claim.address)) continue;
    const there = claimedAddress(claim.address, surroundings);
    if (there !== undefined && (await isListenedAt(there))) return there;
  }
  return undefined;
}

/**
 * Waits until nobody else is about to host the project's conversation, and nobody then is before
 * `release`. Resolves early, with undefined, when `isOver` says that there is a host by now.
 */
export async function takeHostingTurn(
  surroundings: Surroundings,
  isOver: () => Promise<boolean>,
): Promise<HostingTurn | undefined> {
  const { paths, project } = surroundings;
  const folder = projectFolder(paths.stateDir, project);
  const deadline = performance.now() + TURN_PATIENCE_MS;
  for (let retryMs = RETRY_MS; performance.now() < deadline; ) {
    const turn = tryTurn(folder);
    if (turn !== undefined) return turn;
    await pause(retryMs * (0.5 + Math.random()));
    if (await isOver()) return undefined;
    // Many who wait are not to slow down the one whose turn it is.
    retryMs = Math.min(retryMs * 2, MAX_RETRY_MS);
  }
  return UNLOCKED;
}

function tryTurn(folder: string): HostingTurn | undefined {
  const path = join(folder, LOCK_NAME);
  try {
    try {
      return tryLock(path, { isOver: isGone });
    } catch (error) {
      if (!(error instanceof ZekeError)) throw error;
      makePrivateFolder(folder);
      return tryLock(path, { isOver: isGone });
    }
  } catch (error) {
    // Where nothing can be written nothing can be found either; opening the journal says why.
    if (!(error instanceof ZekeError)) throw error;
    return UNLOCKED;
  }
}

/** One that was stopped looks whether its turn is over before it hosts. */
function isGone({ process }: LockOwner): boolean {
  return !isProcessAlive(process) || isProcessStopped(process);
}
