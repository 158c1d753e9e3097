/**
 * Where a conversation is: in this process, which then shares it at a socket, or behind somebody
 * else's. Finding it means to attach to whoever is there and to host it when nobody is, or when
 * who is there was stopped.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { errorMessage, ZekeError } from '../../platform/errors.ts';
import type { Paths } from '../../platform/paths.ts';
import {
  addressAt,
  connectOrListen,
  type LocalListener,
  type LocalSocket,
  listenerProcess,
  reachListener,
  type SocketAddress,
  watchListener,
} from '../../platform/socket.ts';
import type { SessionEvent } from '../events.ts';
import type { TurnRunner } from '../port.ts';
import { continueUnsaved, type LocalSession, openLocalSession } from '../session.ts';
import type { SessionState } from '../state.ts';
import { createSessionStore } from '../store.ts';
import type { AttachedSession } from './attach.ts';
import { SessionInUse } from './claim.ts';
import type { Doors } from './door.ts';
import {
  claimedAddress,
  findElsewhere,
  isSameMeeting,
  sharedAddress,
  takeHostingTurn,
} from './elsewhere.ts';
import { HostStopped, type Waiting } from './host-watch.ts';
import { Sharing } from './sharing.ts';

export interface JoinOptions extends Waiting {
  readonly paths: Pick<Paths, 'stateDir' | 'runtimeDir'>;
  /** Real path of the project's root. */
  readonly project: string;
  /** `provider/model` of a new session. A session that is there keeps its own. */
  readonly model: string;
  /** Makes the engine. Only called in the process that hosts, when the first message comes. */
  readonly createRunner: () => Promise<TurnRunner>;
  /** Opens this session, for every front end of the project; where it is live, joins it there. */
  readonly sessionId?: string;
  /** Opens a new session, for every front end, even where one is live. */
  readonly isNew?: boolean;
  /** Hosts a session of its own beside the project's conversation, whoever has that open. */
  readonly isApart?: boolean;
  /** Names this front end: `terminal`, `ask` … */
  readonly clientName: string;
  /** Messages that wait in the session that is opened go on at once. */
  readonly resumesQueue?: boolean;
  /** For front ends that do not speak the attach protocol, while this process hosts. */
  readonly doors?: Doors;
}

export type Place = HostPlace | AttachedPlace;
export interface HostPlace {
  readonly role: 'host';
  readonly address: SocketAddress;
  readonly session: LocalSession;
  /** The session was another process's, and not chosen by this one. */
  readonly isTakenOver: boolean;
  /** Stops sharing; undefined where the session could not be shared. */
  readonly stopSharing: (() => Promise<void>) | undefined;
}
export interface AttachedPlace {
  readonly role: 'attached';
  readonly address: SocketAddress;
  readonly session: AttachedSession;
}

export interface Search {
  readonly address: SocketAddress;
  /** What this front end knows of a conversation whose host left. */
  readonly seen?: SessionState;
  /** The process that was found stopped, whose place is to be taken. */
  readonly stoppedHost?: string | undefined;
  /** Only to host: HostedElsewhere is thrown where somebody does. */
  readonly isToHost?: boolean;
}

/** Another process hosts the conversation already. */
export class HostedElsewhere extends Error {
  override readonly name = 'HostedElsewhere';
  readonly address: SocketAddress;
  /** It is there, and so busy that it does not answer. */
  readonly isBusy: boolean;

  constructor(address: SocketAddress, isBusy: boolean) {
    super('This conversation is hosted already.');
    this.address = address;
    this.isBusy = isBusy;
  }
}

/** How long a host that leaves while we join is tried again. */
const JOIN_PATIENCE_MS = 30_000;
const JOIN_RETRY_MS = 10;

/**
 * Attaches or hosts, and waits for a host that is busy. Rejects with a ZekeError when the session
 * cannot be opened, and with the reason of the signal.
 */
export async function findPlace(options: JoinOptions, start: Search): Promise<Place> {
  const deadline = performance.now() + JOIN_PATIENCE_MS;
  for (let search = start; ; ) {
    try {
      return await tryPlace(options, search);
    } catch (error) {
      const next = nextSearch(options, search, error);
      if (next === undefined || performance.now() > deadline) throw error;
      search = next;
    }
    options.signal?.throwIfAborted();
    await pause(JOIN_RETRY_MS);
  }
}

/** When the journal cannot be opened any more, the conversation goes on from what was seen. */
export function goOnAlone(options: JoinOptions, seen: SessionState, error: unknown): HostPlace {
  const { createRunner: runner, clientName } = options;
  const reason = errorMessage(error);
  const session = continueUnsaved({ state: seen, runner, model: seen.model, clientName, reason });
  return {
    role: 'host',
    address: addressAt(''),
    session,
    isTakenOver: true,
    stopSharing: undefined,
  };
}

/** What happened since a state was seen; undefined: start anew from the state that is now. */
export function missedEvents(
  place: Place,
  seen: SessionState,
): readonly SessionEvent[] | undefined {
  if (place.role === 'attached') return place.session.missed;
  const isSame = place.session.getState().sessionId === seen.sessionId;
  return isSame ? place.session.eventsAfter(seen.seq) : undefined;
}

/** True for the error of a host that left before it answered. */
function isHangUp(error: unknown): boolean {
  // By name, because the protocol's code is not loaded where nobody attaches.
  return error instanceof Error && error.name === 'ConnectionClosed';
}

function nextSearch(options: JoinOptions, search: Search, error: unknown): Search | undefined {
  // The host left between our connecting and its answer: somebody else hosts now, or nobody.
  if (isHangUp(error)) return search;
  if (error instanceof HostStopped) return { ...search, stoppedHost: error.process };
  if (error instanceof LookThere) return { ...search, address: error.address };
  if (!(error instanceof SessionInUse) || error.address === '') return undefined;
  // It was hosted here, where nobody listens any more: its process is about to end. Its sockets are
  // closed a moment before it is gone.
  if (error.address === search.address.path) return search;
  // Somebody opened the session elsewhere while nobody hosted it here.
  const address = search.seen && claimedAddress(error.address, options);
  return address && { ...search, address };
}

/** The conversation may be at another address; thrown on when it was looked for there in vain. */
class LookThere extends ZekeError {
  readonly address: SocketAddress;

  constructor(address: SocketAddress) {
    super('system', `The Zeke that shares this conversation at ${address.path} cannot be joined.`);
    this.address = address;
  }
}

/** The address cannot be used; the cause says why. */
class NoSocket extends Error {
  override readonly name = 'NoSocket';
}

async function tryPlace(options: JoinOptions, search: Search): Promise<Place> {
  try {
    const before = listenerProcess(search.address);
    const reached = await reachListener(search.address, search.stoppedHost).catch(noSocket);
    const found = reached ?? (await hostHere(options, search));
    if ('role' in found) return found;
    return await attachHere(options, search, { socket: found, before });
  } catch (error) {
    if (!(error instanceof NoSocket)) throw error;
    return await stayAlone(options, search, error.cause);
  }
}

function noSocket(cause: unknown): never {
  throw new NoSocket('The address cannot be used.', { cause });
}

async function attachHere(
  options: JoinOptions,
  { address, seen, isToHost }: Search,
  { socket, before }: { readonly socket: LocalSocket; readonly before: string | undefined },
): Promise<AttachedPlace> {
  const { attach, findOutIfServed } = await import('./attach.ts');
  const post = {
    before,
    process: () => listenerProcess(address),
    watch: (listener: () => void) => watchListener(address, listener),
  };
  if (isToHost === true) {
    throw new HostedElsewhere(address, !(await findOutIfServed(socket, post)));
  }
  const { clientName } = options;
  const session = await attach(socket, { clientName, seen, post, waiting: options });
  return { role: 'attached', address, session };
}

/** Hosts where nobody does; the way to who does it after all. Throws LookThere where that is not here. */
async function hostHere(options: JoinOptions, search: Search): Promise<HostPlace | LocalSocket> {
  const { address } = search;
  // A session apart has one address, which only those know who join it there.
  if (!isSameMeeting(address, sharedAddress(options).path)) return listenHere(options, search);
  const turn = await takeHostingTurn(options, async () => {
    const socket = await reachListener(address, search.stoppedHost).catch(noSocket);
    socket?.destroy();
    return socket !== undefined;
  });
  if (turn === undefined) throw new LookThere(address);
  try {
    const there = await findElsewhere(options, address);
    if (there !== undefined) throw new LookThere(there);
    const place = await listenHere(options, search);
    if (!('role' in place) || turn.isHeld()) return place;
    // This process was stopped in between, and another one had its turn.
    await place.session.close();
    await place.stopSharing?.();
    throw new LookThere(address);
  } finally {
    turn.release();
  }
}

async function listenHere(options: JoinOptions, search: Search): Promise<HostPlace | LocalSocket> {
  const { address, stoppedHost } = search;
  const sharing = new Sharing(options.doors);
  const accept = (socket: LocalSocket): void => sharing.accept(socket);
  const meeting = await connectOrListen(address, accept, stoppedHost).catch(noSocket);
  if (meeting.role === 'connected') return meeting.socket;
  return shareHere(options, search, { sharing, listener: meeting.listener });
}

/** Where no socket can stand: joins whoever shares the conversation in another folder, or nobody. */
async function stayAlone(options: JoinOptions, search: Search, cause: unknown): Promise<HostPlace> {
  const usual = sharedAddress(options);
  if (isSameMeeting(usual, search.address.path)) {
    const isUsual = usual.path === search.address.path;
    const there = isUsual ? await findElsewhere(options, usual) : usual;
    if (there !== undefined) throw new LookThere(there);
  }
  // The others of a conversation that is going on may still find each other: its journal is theirs.
  // A host that nobody can reach is none.
  if (search.seen !== undefined || search.isToHost === true) throw cause;
  const alone = openHere(options, { ...search, address: addressAt('') });
  alone.session.warn(`This conversation cannot be shared. ${errorMessage(cause)}`);
  return { ...alone, stopSharing: undefined };
}

async function shareHere(
  options: JoinOptions,
  search: Search,
  { sharing, listener }: { readonly sharing: Sharing; readonly listener: LocalListener },
): Promise<HostPlace> {
  try {
    const place = openHere(options, search);
    sharing.start(place.session, listener);
    return { ...place, stopSharing: () => sharing.stop() };
  } catch (error) {
    await listener.close();
    await sharing.stop();
    throw error;
  }
}

/** What a host was showing that left, or was stopped, goes on; else what was asked for. */
function openHere(options: JoinOptions, search: Search): Omit<HostPlace, 'stopSharing'> {
  const { address, seen, stoppedHost } = search;
  const taken = seen?.sessionId ?? sessionOf(options, search);
  const sessionId = taken ?? options.sessionId;
  const claim = { address: address.path, ...(stoppedHost === undefined ? {} : { stoppedHost }) };
  const session = openLocalSession({
    store: createSessionStore({ ...options, claim }),
    runner: options.createRunner,
    clientName: options.clientName,
    model: seen?.model ?? options.model,
    ...(sessionId === undefined ? {} : { sessionId }),
    resumesQueue: taken !== undefined || options.resumesQueue === true,
  });
  return { role: 'host', address, session, isTakenOver: taken !== undefined };
}

/** The session that the stopped host was sharing. */
function sessionOf(options: JoinOptions, { address, stoppedHost }: Search): string | undefined {
  if (stoppedHost === undefined) return undefined;
  const claims = createSessionStore(options).claims();
  return claims.find((claim) => claim.address === address.path && claim.process === stoppedHost)
    ?.sessionId;
}
