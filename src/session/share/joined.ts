/**
 * The port that a front end holds all the time, whoever hosts the conversation: when the host
 * goes away or is stopped, this one attaches to the next host or becomes it, and when this one
 * was the host and was stopped, it attaches to whoever took over.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { onContinue, ownProcess } from '../../platform/process-state.ts';
import { listenerProcess } from '../../platform/socket.ts';
import type { SessionEvent } from '../events.ts';
import type { Op } from '../ops.ts';
import type { Client, SessionListener, SessionPort } from '../port.ts';
import { isUnused, type SessionState } from '../state.ts';
import { newId } from '../store.ts';
import {
  type AttachedPlace,
  findPlace,
  goOnAlone,
  type HostPlace,
  type JoinOptions,
  missedEvents,
  type Place,
} from './place.ts';

/** A front end's way into the conversation, whoever hosts it. */
export interface JoinedSession extends SessionPort {
  /**
   * Whether the conversation lives in this process. May change when a host leaves; who listens to
   * `subscribeClients` is told.
   */
  role(): 'host' | 'attached';
  /**
   * To be awaited before this process stops itself (Ctrl+Z). A host that others are attached to
   * hands over in order: the running turn ends as cancelled, nothing is written any more, and one
   * of the others goes on at once. Where nobody else is attached nothing changes. Never rejects.
   */
  suspend(): Promise<void>;
  /** This process goes on: joins whoever took over, with everything that was asked meanwhile. */
  resume(): void;
}

/** A take-over may be under way in the moment in which its host is continued. */
const SECOND_LOOK_MS = 1000;
/** So long leaving waits for the next host, which is asked what nobody has done. */
const CLOSE_PATIENCE_MS = 2000;

export class Joined implements JoinedSession {
  readonly #options: JoinOptions;
  readonly #listeners = new Set<SessionListener>();
  readonly #clientListeners = new Set<() => void>();
  /** What was asked and is not known to be done, in order: the next host is asked again. */
  #asked = new Map<string, Op>();
  #place: Place | undefined;
  #address: Place['address'];
  #state: SessionState;
  #isClosed = false;
  /** Ends the waiting for a host that is busy. */
  readonly #leaving = new AbortController();
  #isSuspended = false;
  #joining: Promise<void> = Promise.resolve();
  #forgetContinue: () => void = () => undefined;

  constructor(options: JoinOptions, place: Place) {
    this.#options = options;
    this.#state = place.session.getState();
    this.#address = place.address;
    this.#settle(place);
  }

  getState(): SessionState {
    return this.#state;
  }

  role(): 'host' | 'attached' {
    return this.#place?.role ?? 'attached';
  }

  send(op: Op, id = newId()): void {
    this.#asked.set(id, op);
    if (this.#place !== undefined) this.#ask(this.#place, { op, id });
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

  async suspend(): Promise<void> {
    const place = this.#place;
    if (this.#isClosed || place?.role !== 'host' || place.stopSharing === undefined) return;
    if (place.session.getClients().length < 2) return;
    this.#isSuspended = true;
    // Whoever suspends says when it goes on: after other signals were heard.
    this.#forgetContinue();
    this.#place = undefined;
    this.#joining = handOver(place);
    await this.#joining;
  }

  resume(): void {
    if (this.#isSuspended) {
      this.#isSuspended = false;
      this.#joining = this.#joining.then(() => this.#joinAgain());
      return;
    }
    const place = this.#place;
    if (place?.role !== 'host') return;
    const look = (): void => {
      if (this.#place !== place || place.session.checkSuperseded() || isReachable(place)) return;
      // Nobody has the session, but nobody can join it any more: whoever took the socket left.
      this.#place = undefined;
      this.#joining = handOver(place).then(() => this.#joinAgain());
    };
    look();
    setTimeout(look, SECOND_LOOK_MS).unref();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#forgetContinue();
    await Promise.race([this.#joining, pause(CLOSE_PATIENCE_MS, undefined, { ref: false })]);
    this.#leaving.abort();
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
    this.#address = place.address;
    this.#forgetContinue();
    place.session.subscribe((events, state) => this.#show(events, state));
    place.session.subscribeClients(() => this.#showClients());
    this.#showClients();
    for (const [id, op] of this.#asked) this.#ask(place, { id, op });
    if (place.role === 'attached') {
      place.session.onLost((stoppedHost) => this.#lose(place, stoppedHost));
    } else {
      place.session.onSuperseded(() => this.#giveUp(place));
      this.#forgetContinue = onContinue(() => this.resume());
    }
  }

  #ask(place: Place, { op, id }: { readonly op: Op; readonly id: string }): void {
    // It also resolves when the host is gone, which is then not the place any more.
    void place.session.sendAs(op, id).then(() => {
      if (this.#place === place) this.#asked.delete(id);
    });
  }

  #show(events: readonly SessionEvent[], state: SessionState): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener(events, state);
  }

  #showClients(): void {
    for (const listener of [...this.#clientListeners]) listener();
  }

  /** The host left, or was stopped. */
  #lose(place: AttachedPlace, stoppedHost: string | undefined): void {
    if (this.#place !== place) return;
    this.#place = undefined;
    if (this.#isClosed) return;
    this.#joining = this.#joinAgain(stoppedHost);
  }

  /** This process hosted, was stopped, and another one took over. */
  #giveUp(place: HostPlace): void {
    if (this.#place !== place) return;
    this.#place = undefined;
    const left = place.stopSharing?.();
    if (this.#isClosed) return;
    this.#joining = this.#joinAgain().then(() => left);
  }

  async #joinAgain(stoppedHost?: string): Promise<void> {
    if (this.#isClosed) return;
    const seen = this.#state;
    const search = { address: this.#address, seen, stoppedHost };
    const options = { ...this.#options, signal: this.#leaving.signal };
    const place = await findPlace(options, search).catch((error) =>
      this.#leaving.signal.aborted ? undefined : goOnAlone(options, seen, error),
    );
    if (place === undefined) return;
    const state = place.session.getState();
    // The turn that a `cancel` was meant for ended with its host, also where it was asked since.
    const asked = [...this.#asked].filter(([, op]) => op.type !== 'cancel');
    if (hasNothingOf(state, seen)) {
      // First of all, and asked of the one after this too: it may not come to it.
      const { sessionId } = seen;
      asked.unshift([newId(), { type: 'open-session', sessionId, resumesQueue: true }]);
    }
    this.#asked = new Map(asked);
    const missed = missedEvents(place, seen);
    if (missed === undefined || missed.length > 0) this.#show(missed ?? [], state);
    this.#settle(place);
  }
}

/** True when whoever hosts now came in between, knew of no conversation and began another one. */
function hasNothingOf(state: SessionState, seen: SessionState): boolean {
  return state.sessionId !== seen.sessionId && isUnused(state) && !isUnused(seen);
}

/** False when another process listens, or did, where this one shared its session. */
function isReachable({ address, stopSharing }: HostPlace): boolean {
  if (stopSharing === undefined || address.folder === undefined) return true;
  return listenerProcess(address) === ownProcess();
}

/** What could not be saved is not here any more than after a full disk, of which a notice tells. */
async function handOver(place: HostPlace): Promise<void> {
  await Promise.allSettled([place.session.close()]);
  await place.stopSharing?.();
}
