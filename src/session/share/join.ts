/**
 * Joins the conversation of a project: the first front end hosts it in its own process, everybody
 * else attaches. When the host goes away one of the others takes over from the journal, and the
 * front ends do not have to know: they hold one port all the time.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { errorMessage } from '../../platform/errors.ts';
import { type Paths, shortHash } from '../../platform/paths.ts';
import {
  connectLocal,
  connectOrListen,
  type LocalListener,
  type LocalSocket,
  type Meeting,
  type SocketAddress,
  socketAddress,
} from '../../platform/socket.ts';
import type { SessionEvent } from '../events.ts';
import type { Op } from '../ops.ts';
import type { Client, SessionListener, SessionPort, TurnRunner } from '../port.ts';
import { continueUnsaved, type LocalSession, openLocalSession } from '../session.ts';
import type { SessionState } from '../state.ts';
import { createSessionStore, newId } from '../store.ts';
import type { AttachedSession, SentOp } from './attach.ts';
import type { SessionHost } from './host.ts';

export interface JoinOptions {
  readonly paths: Pick<Paths, 'stateDir' | 'runtimeDir'>;
  /** Real path of the project's root. */
  readonly project: string;
  /** `provider/model` of a new session. A session that is there keeps its own. */
  readonly model: string;
  /** Makes the engine. Only called in the process that hosts, when the first message comes. */
  readonly createRunner: () => Promise<TurnRunner>;
  /** Opens this session, for every front end of the project. */
  readonly sessionId?: string;
  /** Opens a new session, for every front end, even where one is live. */
  readonly isNew?: boolean;
  /** Names this front end: `tui`, `ask` … */
  readonly clientName: string;
}

/** A front end's way into the conversation, whoever hosts it. */
export interface JoinedSession extends SessionPort {
  /** Whether the conversation lives in this process. May change when a host leaves. */
  role(): 'host' | 'attached';
}

/** How long a host that leaves while we join is tried again. */
const JOIN_PATIENCE_MS = 30_000;
const JOIN_RETRY_MS = 10;

/**
 * Joins the project's conversation: the live one where there is one, else the session that was
 * asked for, else a new one. Rejects with a ZekeError when the session cannot be opened.
 */
export async function joinProject(options: JoinOptions): Promise<JoinedSession> {
  const { sessionId, isNew } = options;
  // Fails here, in words, when there is no such session; a host could only warn everybody.
  if (sessionId !== undefined) createSessionStore(options).check(sessionId);
  const place = await findPlace(options, undefined);
  const isThere = place.role === 'host' || place.session.getState().sessionId === sessionId;
  if (!isThere && (sessionId !== undefined || isNew === true)) {
    const op: Op = { type: 'open-session', ...(sessionId === undefined ? {} : { sessionId }) };
    await place.session.sendAs(op, newId());
  }
  return new Joined(options, place);
}

/** The id of the session that some process of this user has open, or undefined. */
export async function findLiveSession(
  options: Pick<JoinOptions, 'paths' | 'project'>,
): Promise<string | undefined> {
  const socket = await connectLocal(addressOf(options));
  if (socket === undefined) return undefined;
  const { attach } = await import('./attach.ts');
  try {
    const session = await attach(socket, { clientName: 'look', seen: undefined });
    const { sessionId } = session.getState();
    await session.close();
    return sessionId;
  } catch (error) {
    if (isHangUp(error)) return undefined;
    throw error;
  }
}

/** Where the conversation is: here, or behind a socket. */
type Place = HostPlace | AttachedPlace;
interface HostPlace {
  readonly role: 'host';
  readonly session: LocalSession;
  /** Stops sharing; undefined where the session could not be shared. */
  readonly stopSharing: (() => Promise<void>) | undefined;
}
interface AttachedPlace {
  readonly role: 'attached';
  readonly session: AttachedSession;
}

class Joined implements JoinedSession {
  readonly #options: JoinOptions;
  readonly #listeners = new Set<SessionListener>();
  readonly #clientListeners = new Set<() => void>();
  #place: Place | undefined;
  #state: SessionState;
  /** What was asked while nobody hosted. */
  #waitingOps: readonly SentOp[] = [];
  #isClosed = false;
  #joining: Promise<void> | undefined;

  constructor(options: JoinOptions, place: Place) {
    this.#options = options;
    this.#state = place.session.getState();
    this.#settle(place);
  }

  getState(): SessionState {
    return this.#state;
  }

  role(): 'host' | 'attached' {
    return this.#place?.role ?? 'attached';
  }

  send(op: Op, id = newId()): void {
    if (this.#place === undefined) this.#waitingOps = [...this.#waitingOps, { op, id }];
    else void this.#place.session.sendAs(op, id);
  }

  subscribe(listener: SessionListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  getClients(): readonly Client[] {
    return this.#place?.session.getClients() ?? [];
  }

  subscribeClients(listener: () => void): () => void {
    this.#clientListeners.add(listener);
    return () => {
      this.#clientListeners.delete(listener);
    };
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#joining;
    const place = this.#place;
    if (place === undefined) return;
    try {
      await place.session.close();
    } finally {
      if (place.role === 'host') await place.stopSharing?.();
      this.#listeners.clear();
    }
  }

  #settle(place: Place): void {
    this.#place = place;
    place.session.subscribe((events, state) => this.#show(events, state));
    place.session.subscribeClients(() => this.#showClients());
    this.#showClients();
    for (const { op, id } of this.#waitingOps) void place.session.sendAs(op, id);
    this.#waitingOps = [];
    if (place.role === 'attached') place.session.onLost(() => this.#lose(place));
  }

  #show(events: readonly SessionEvent[], state: SessionState): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener(events, state);
  }

  #showClients(): void {
    for (const listener of [...this.#clientListeners]) listener();
  }

  #lose(place: AttachedPlace): void {
    this.#place = undefined;
    if (this.#isClosed) return;
    // The turn that a `cancel` was meant for ended with its host.
    this.#waitingOps = place.session.unconfirmed.filter(({ op }) => op.type !== 'cancel');
    this.#joining = this.#joinAgain();
  }

  async #joinAgain(): Promise<void> {
    const seen = this.#state;
    const place = await findPlace(this.#options, seen).catch((error) =>
      goOnAlone(this.#options, seen, error),
    );
    const state = place.session.getState();
    const missed = missedEvents(place, seen);
    if (missed === undefined || missed.length > 0) this.#show(missed ?? [], state);
    this.#settle(place);
  }
}

/** Attaches or hosts. `seen` is what this front end knows of a conversation whose host left. */
async function findPlace(options: JoinOptions, seen: SessionState | undefined): Promise<Place> {
  const deadline = performance.now() + JOIN_PATIENCE_MS;
  for (;;) {
    try {
      return await tryPlace(options, seen);
    } catch (error) {
      // The host left between our connecting and its answer: somebody else hosts now, or nobody.
      if (!isHangUp(error) || performance.now() > deadline) throw error;
    }
    await pause(JOIN_RETRY_MS);
  }
}

/** By name, because the protocol's code is not loaded where nobody attaches. */
function isHangUp(error: unknown): boolean {
  return error instanceof Error && error.name === 'ConnectionClosed';
}

async function tryPlace(options: JoinOptions, seen: SessionState | undefined): Promise<Place> {
  const sharing = new Sharing();
  let meeting: Meeting;
  try {
    meeting = await connectOrListen(addressOf(options), (socket) => sharing.accept(socket));
  } catch (error) {
    // The others of a conversation that is going on may still find each other: its journal is theirs.
    if (seen !== undefined) throw error;
    const session = openHere(options, seen);
    session.warn(`This conversation cannot be shared. ${errorMessage(error)}`);
    return { role: 'host', session, stopSharing: undefined };
  }
  if (meeting.role === 'connected') {
    const { attach } = await import('./attach.ts');
    const session = await attach(meeting.socket, { clientName: options.clientName, seen });
    return { role: 'attached', session };
  }
  try {
    const session = openHere(options, seen);
    sharing.start(session, meeting.listener);
    return { role: 'host', session, stopSharing: () => sharing.stop() };
  } catch (error) {
    await meeting.listener.close();
    await sharing.stop();
    throw error;
  }
}

/** The listening side. The protocol's code is loaded when the first front end attaches. */
class Sharing {
  readonly #sockets = new Set<LocalSocket>();
  #listener: LocalListener | undefined;
  #session: LocalSession | undefined;
  #host: Promise<SessionHost> | undefined;

  accept(socket: LocalSocket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    // A front end that dies before the protocol listens to its socket is no error of ours.
    socket.on('error', () => socket.destroy());
    this.#serve();
  }

  start(session: LocalSession, listener: LocalListener): void {
    this.#session = session;
    this.#listener = listener;
    this.#serve();
  }

  async stop(): Promise<void> {
    await this.#listener?.close();
    await (await this.#host)?.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #serve(): void {
    const session = this.#session;
    if (session === undefined || this.#sockets.size === 0) return;
    this.#host ??= loadHost(session);
    for (const socket of this.#sockets) {
      this.#sockets.delete(socket);
      void this.#host.then((host) => host.accept(socket));
    }
  }
}

async function loadHost(session: LocalSession): Promise<SessionHost> {
  const { SessionHost } = await import('./host.ts');
  return new SessionHost(session);
}

function openHere(options: JoinOptions, seen: SessionState | undefined): LocalSession {
  const sessionId = seen?.sessionId ?? options.sessionId;
  return openLocalSession({
    store: createSessionStore(options),
    runner: options.createRunner,
    clientName: options.clientName,
    model: seen?.model ?? options.model,
    ...(sessionId === undefined ? {} : { sessionId }),
    resumesQueue: seen !== undefined,
  });
}

/** When the journal cannot be opened any more, the conversation goes on from what was seen. */
function goOnAlone(options: JoinOptions, seen: SessionState, error: unknown): Place {
  const { model } = seen;
  const { createRunner: runner } = options;
  const session = continueUnsaved({ state: seen, runner, model, reason: errorMessage(error) });
  return { role: 'host', session, stopSharing: undefined };
}

function missedEvents(place: Place, seen: SessionState): readonly SessionEvent[] | undefined {
  if (place.role === 'attached') return place.session.missed;
  const isSame = place.session.getState().sessionId === seen.sessionId;
  return isSame ? place.session.eventsAfter(seen.seq) : undefined;
}

function addressOf({ paths, project }: Pick<JoinOptions, 'paths' | 'project'>): SocketAddress {
  return socketAddress(paths.runtimeDir, shortHash(project));
}
