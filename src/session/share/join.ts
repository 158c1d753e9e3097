/**
 * Joins the conversation of a project: the first front end hosts it in its own process, everybody
 * else attaches. When the host goes away one of the others takes over from the journal, and the
 * front ends do not have to know: they hold one port all the time.
 */
import { shortHash } from '../../platform/paths.ts';
import { type SocketAddress, socketAddress } from '../../platform/socket.ts';
import type { Op } from '../ops.ts';
import { createSessionStore, newId } from '../store.ts';
import type { SessionClaim } from './claim.ts';
import {
  claimedAddress,
  isListenedAt,
  isSameMeeting,
  type Surroundings,
  sharedAddress,
} from './elsewhere.ts';
import { Joined, type JoinedSession } from './joined.ts';
import { findPlace, HostedElsewhere, type JoinOptions, type Search } from './place.ts';

/**
 * Joins the project's conversation: the live one where there is one, else the session that was
 * asked for, else a new one. Rejects with a ZekeError when the session cannot be opened.
 */
export async function joinProject(options: JoinOptions): Promise<JoinedSession> {
  const { sessionId, isNew } = options;
  // Fails here, in words, when there is no such session; a host could only warn everybody.
  if (sessionId !== undefined) createSessionStore(options).check(sessionId);
  const place = await findPlace(options, await whereToLook(options));
  const isOthers = place.role === 'attached' || place.isTakenOver;
  const isThere = sessionId !== undefined && place.session.getState().sessionId === sessionId;
  if (isOthers && !isThere && (sessionId !== undefined || isNew === true)) {
    const op: Op = { type: 'open-session', ...(sessionId === undefined ? {} : { sessionId }) };
    await place.session.sendAs(op, newId());
  }
  return new Joined(options, place);
}

/** Where the project's conversation is hosted, and by whom. */
export interface Hosting {
  readonly address: string;
  /** In this process, or in another one, which does not answer while it is busy. */
  readonly state: 'hosting' | 'hosted' | 'busy';
  /** The conversation, in this process. */
  readonly port?: JoinedSession;
}

/**
 * Hosts the project's conversation where nobody does. Somebody who does is told nothing. Rejects
 * with a ZekeError when the session cannot be opened.
 */
export async function hostProject(options: JoinOptions): Promise<Hosting> {
  try {
    const place = await findPlace(options, { ...(await whereToLook(options)), isToHost: true });
    const { path } = place.address;
    return { address: path, state: 'hosting', port: new Joined(options, place) };
  } catch (error) {
    if (!(error instanceof HostedElsewhere)) throw error;
    return { address: error.address.path, state: error.isBusy ? 'busy' : 'hosted' };
  }
}

/** The id of the session that is the project's live conversation, or undefined. */
export async function findLiveSession(surroundings: Surroundings): Promise<string | undefined> {
  const shared = sharedAddress(surroundings);
  const live = await listLive(surroundings);
  return live.find(({ address }) => isSameMeeting(shared, address))?.sessionId;
}

/** The sessions of the project that some process has open: the shared one and those apart. */
export async function listLive(
  surroundings: Surroundings,
): Promise<readonly Pick<SessionClaim, 'sessionId' | 'address'>[]> {
  const live: SessionClaim[] = [];
  for (const claim of createSessionStore(surroundings).claims()) {
    const address = claimedAddress(claim.address, surroundings);
    // One that cannot be asked is taken at its word.
    if (address === undefined || (await isListenedAt(address))) live.push(claim);
  }
  return live;
}

/** A session that is live somewhere is joined there. */
async function whereToLook(options: JoinOptions): Promise<Search> {
  const usual = options.isApart === true ? apartAddress(options) : sharedAddress(options);
  // Everybody who starts comes by here; the list of claims is read for those who need it.
  if (options.sessionId === undefined) return { address: usual };
  const claims = createSessionStore(options).claims();
  const claim = claims.find(
    ({ sessionId, address }) => sessionId === options.sessionId && address !== '',
  );
  if (claim === undefined || claim.address === usual.path) return { address: usual };
  const there = claimedAddress(claim.address, options);
  if (there === undefined) return { address: usual };
  if (await isListenedAt(there)) return { address: there };
  // Its process died, and another one has its number.
  return { address: usual, stoppedHost: claim.process };
}

/** Nobody else has this one: it is found by the session that is open there. */
function apartAddress({ paths, project }: Surroundings): SocketAddress {
  return socketAddress(paths.runtimeDir, `${shortHash(project)}-${newId()}`);
}
