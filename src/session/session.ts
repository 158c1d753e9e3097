/**
 * The live conversation in this process: ops in, turns run one after the other, events out.
 * Making a session is here too: a project's own that is kept, or one that is not.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { ZekeError } from '../platform/errors.ts';
import type { SessionEvent } from './events.ts';
import { Engine } from './live/engine.ts';
import {
  type AskedOp,
  bodiesOf,
  failureOf,
  isKnownTurn,
  messageBody,
  retryBodies,
  undoBodies,
} from './live/op-events.ts';
import { endOf, loadSource, startBody } from './live/sources.ts';
import { TextClock } from './live/text-clock.ts';
import { TurnRuns } from './live/turn-runs.ts';
import type { Op, UserInput } from './ops.ts';
import type { Client, SessionListener, SessionPort, TurnRunner } from './port.ts';
import { describeError, isTextAlone, notice, Recorder, type SessionSource } from './recorder.ts';
import { ClientList } from './share/clients.ts';
import { EMPTY_STATE, type SessionState } from './state.ts';
import { newId, type SessionStore } from './store.ts';

export interface LocalSessionOptions {
  /** The engine, or how to make it when the first message comes. */
  readonly runner: TurnRunner | (() => Promise<TurnRunner>);
  /** `provider/model` for sessions that are new, or whose journal does not say. */
  readonly model: string;
  /** Milliseconds since the epoch; for tests of clocks that go back. */
  readonly now?: () => number;
  /** What the front end in this process is called: `terminal`, `ask` … */
  readonly clientName?: string;
}
export interface OpenSessionOptions extends LocalSessionOptions {
  readonly store: SessionStore;
  /** Opens this session, or makes it when it does not exist; a new one without an id. */
  readonly sessionId?: string;
  /** Messages that were waiting go on at once, as after a host that went away. */
  readonly resumesQueue?: boolean;
}

/** How long leaving waits for an op that takes its time. */
const CLOSE_PATIENCE_MS = 2000;
/** These are the engine's to carry out, or to look at before they are written down. */
const ENGINE_OPS: ReadonlySet<Op['type']> = new Set(['send', 'retry', 'undo-last']);

/** Opens or makes a session of a project. Throws a ZekeError when that cannot be. */
export function openLocalSession(options: OpenSessionOptions): LocalSession {
  const { store, sessionId, model, resumesQueue = false } = options;
  return new LocalSession(
    options,
    loadSource(store, sessionId ?? newId(), { model, resumesQueue }),
  );
}

/** A conversation that is written nowhere, for commands that ask one thing. */
export function createEphemeralSession(
  options: LocalSessionOptions & { readonly project: string },
): LocalSession {
  const first = [startBody(newId(), options)];
  return new LocalSession(options, { state: EMPTY_STATE, journal: undefined, recent: [], first });
}

/** A conversation that goes on from a state because its journal cannot be opened any more. */
export function continueUnsaved(
  options: LocalSessionOptions & { readonly state: SessionState; readonly reason: string },
): LocalSession {
  const { state, reason } = options;
  const warning = notice('warning', `The conversation is not being saved any more. ${reason}`);
  const first = [...endOf(state, 'interrupted'), warning];
  return new LocalSession(options, { state, journal: undefined, recent: [], first });
}

/** Made by the functions above. */
export class LocalSession implements SessionPort {
  readonly #store: SessionStore | undefined;
  readonly #name: string;
  readonly #recorder: Recorder;
  readonly #clients: ClientList;
  readonly #engine: Engine;
  readonly #runs: TurnRuns;
  #ops: AskedOp[] = [];
  /** An op that takes its time; those after it wait, so that they find what it made. */
  #working: Promise<void> | undefined;
  #tick: NodeJS.Immediate | undefined;
  readonly #textClock = new TextClock(() => this.#schedule());
  /** Messages found waiting in a journal go out with the user's next one, not by themselves. */
  #isQueueHeld: boolean;
  #isClosed = false;
  #onSuperseded: (() => void) | undefined;

  constructor(options: LocalSessionOptions | OpenSessionOptions, source: SessionSource) {
    this.#store = 'store' in options ? options.store : undefined;
    this.#isQueueHeld = !('resumesQueue' in options && options.resumesQueue === true);
    this.#engine = new Engine(options.runner, {
      onSettled: () => this.#schedule(),
      onFailure: (error) => this.#refuseOp(error),
    });
    this.#name = options.clientName ?? 'terminal';
    const own = { id: newId(), name: this.#name, isHost: true, isSelf: true };
    this.#clients = new ClientList([own]);
    this.#recorder = new Recorder(source, {
      store: this.#store,
      now: options.now ?? Date.now,
      onSaid: (said) => (isTextAlone(said) ? this.#textClock.request() : this.#schedule()),
      onSuperseded: () => this.#leave(),
    });
    this.#runs = new TurnRuns((event) => this.#recorder.say(event));
    this.#schedule();
  }

  /** The state right now. */
  getState(): SessionState {
    return this.#recorder.state;
  }

  /** Asks for something; what came of it arrives as events. */
  send(op: Op, id = newId()): void {
    void this.sendAs(op, id);
  }

  /**
   * As `send`, with an id that the asker made: a message's turn or a new session is called by it,
   * so that an op which is sent again after a host died is carried out once. `by` is what the front
   * end is called that asked. Resolves when what came of it is in the journal.
   */
  sendAs(op: Op, id: string, by = this.#name): Promise<void> {
    // Closed: it never settles, so that nobody takes it for done and the next host is asked.
    if (this.#isClosed) return new Promise(() => undefined);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#ops.push({ op, id, by, done: resolve });
    this.#schedule();
    return promise;
  }

  /** Tells every front end something that no op asked for. */
  warn(text: string): void {
    this.#recorder.say(notice('warning', text));
  }

  /** Calls the listener with every batch of events from now on. Returns the unsubscribe function. */
  subscribe(listener: SessionListener): () => void {
    return this.#recorder.subscribe(listener);
  }

  /** Who is attached right now; the front end of this process alone unless a host shares it. */
  getClients(): readonly Client[] {
    return this.#clients.get();
  }

  /** Calls the listener whenever somebody comes or goes. Returns the unsubscribe function. */
  subscribeClients(listener: () => void): () => void {
    return this.#clients.subscribe(listener);
  }

  /** The front ends that a host has attached besides this process's own. */
  setGuests(guests: readonly Client[]): void {
    this.#clients.set([...this.#clients.get().filter((client) => client.isSelf), ...guests]);
  }

  /** Looks whether another process has taken the conversation over while this one was stopped. */
  checkSuperseded(): boolean {
    return this.#recorder.checkSuperseded();
  }

  /** Calls back once when that is so. Nothing is carried out or shown here any more then. */
  onSuperseded(callback: () => void): void {
    this.#onSuperseded = callback;
  }

  /** The events after a sequence number, or undefined when they are not at hand any more. */
  eventsAfter(seq: number): readonly SessionEvent[] | undefined {
    return this.#recorder.eventsAfter(seq);
  }

  /**
   * Carries out what was asked before, ends the running turn as cancelled, and closes the journal.
   * Rejects with a ZekeError when part of the conversation could not be saved.
   */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#carryOutOps();
    // Else everything happens at once: whoever is killed may have no later.
    if (this.#working !== undefined) await this.#waitForWork();
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearImmediate(this.#tick);
    this.#textClock.stop();
    this.#stopTurn();
    this.#recorder.close();
  }

  async #waitForWork(): Promise<void> {
    const patience = pause(CLOSE_PATIENCE_MS, 'late', { ref: false });
    while (this.#working !== undefined) {
      if ((await Promise.race([this.#working, patience])) === 'late') return;
      this.#carryOutOps();
    }
  }

  #schedule(): void {
    if (this.#isClosed || this.#tick !== undefined) return;
    this.#tick = setImmediate(() => {
      this.#tick = undefined;
      this.#carryOutOps();
      this.#startTurn();
    });
    // The first word of an answer is shown at once; the rest of this turn of the loop is a batch.
    // Not before a turn runs: who just opened the session must have the time to listen.
    if (!this.#runs.isBusy) return;
    queueMicrotask(() => {
      if (!this.#isClosed) this.#recorder.flush();
    });
  }

  #carryOutOps(): void {
    this.#recorder.flush();
    while (this.#working === undefined) {
      const [next] = this.#ops;
      // Not even a file may be touched for a conversation that goes on elsewhere.
      if (next !== undefined && this.checkSuperseded()) return;
      // A message is only written down once the engine could take the secrets out of it.
      const needsEngine = next !== undefined && ENGINE_OPS.has(next.op.type);
      if (next === undefined || (needsEngine && !this.#engine.isReady())) return;
      this.#ops.shift();
      const work = this.#carryOut(next);
      if (work === undefined) this.#settle(next);
      else this.#working = this.#finishWork(next, work);
    }
  }

  async #finishWork(asked: AskedOp, work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (!this.#isClosed) this.warn(describeError(error));
    }
    this.#working = undefined;
    if (this.#isClosed) return;
    this.#settle(asked);
    this.#schedule();
  }

  #settle(asked: AskedOp): void {
    this.#recorder.flush();
    if (!this.#isClosed) asked.done();
  }

  /** What was asked never settles here: the process that took over is asked. */
  #leave(): void {
    this.#isClosed = true;
    clearImmediate(this.#tick);
    this.#textClock.stop();
    this.#runs.drop();
    this.#ops = [];
    this.#onSuperseded?.();
  }

  /** Returns a promise where it takes its time. */
  #carryOut({ op, id, by }: AskedOp): Promise<void> | undefined {
    switch (op.type) {
      case 'send':
        this.#receive(op.message, id);
        break;
      case 'cancel':
        if (this.#runs.isBusy) this.#runs.cancel();
        else this.#stopTurn();
        break;
      case 'retry':
        this.#retry(id);
        break;
      case 'approve':
        this.#runs.answer(op.requestId, op.decision, by);
        break;
      case 'open-session':
        this.#switchSession(op, id);
        break;
      case 'fork':
        return this.#fork(op.turnCount, id);
      case 'undo-last':
        return this.#undoLast(id);
      default:
        this.#recorder.say(...bodiesOf({ op, id, by }, this.getState()));
    }
    return undefined;
  }

  #receive(asked: UserInput, turnId: string): void {
    const state = this.getState();
    if (isKnownTurn(state, turnId)) return;
    const message = this.#redact(asked);
    if (message === undefined) return;
    this.#isQueueHeld = false;
    this.#recorder.say(messageBody(state, turnId, message));
  }

  /** What may be written down; undefined when the engine refuses, which the user is told. */
  #redact(message: UserInput): UserInput | undefined {
    try {
      return this.#engine.runner?.redactMessage?.(message) ?? message;
    } catch (error) {
      this.warn(`The message was not sent. ${describeError(error)}`);
      return undefined;
    }
  }

  #retry(turnId: string): void {
    const state = this.getState();
    if (!isKnownTurn(state, turnId)) this.#recorder.say(...retryBodies(state, turnId));
  }

  async #undoLast(opId: string): Promise<void> {
    const bodies = await undoBodies(this.getState(), this.#engine.runner, opId);
    if (!this.#isClosed) this.#recorder.say(...bodies);
  }

  /** Ends the running turn at once; what its runner still says is not heard any more. */
  #stopTurn(): void {
    this.#runs.drop();
    this.#recorder.flush();
    this.#recorder.say(...endOf(this.getState(), 'cancelled'));
    this.#recorder.flush();
  }

  #switchSession(op: Extract<Op, { type: 'open-session' }>, newSessionId: string): void {
    const { sessionId, resumesQueue = false } = op;
    const { sessionId: current, model } = this.getState();
    if (current === (sessionId ?? newSessionId)) return;
    try {
      const store = this.#keptIn();
      if (sessionId !== undefined) store.check(sessionId);
      this.#goOnWith(loadSource(store, sessionId ?? newSessionId, { model, resumesQueue }));
      this.#isQueueHeld = !resumesQueue;
    } catch (error) {
      if (!(error instanceof ZekeError)) throw error;
      this.warn(describeError(error));
    }
  }

  async #fork(turnCount: number, newSessionId: string): Promise<void> {
    if (this.getState().sessionId === newSessionId) return;
    const store = this.#keptIn();
    const { forkSession } = await import('./archive/fork.ts');
    if (this.#isClosed) return;
    this.#recorder.flush();
    const { sessionId, model, turns, running } = this.getState();
    const isEmpty = turnCount === 0 || (turns.length === 0 && running === undefined);
    if (!isEmpty && !store.has(newSessionId)) {
      if (!this.#recorder.isSaved) {
        throw new ZekeError('system', 'A conversation that is not being saved cannot be forked.');
      }
      forkSession(store, sessionId, { turnCount, newId: newSessionId });
    }
    this.#goOnWith(
      loadSource(store, newSessionId, { model, forkedFrom: { sessionId, turnCount: 0 } }),
    );
  }

  #keptIn(): SessionStore {
    if (this.#store !== undefined) return this.#store;
    throw new ZekeError('usage', 'This conversation is not kept.');
  }

  #goOnWith(source: SessionSource): void {
    this.#stopTurn();
    this.#isQueueHeld = true;
    this.#recorder.switchTo(source);
  }

  /** Starts the runner for a turn that has begun, or begins one with the next waiting message. */
  #startTurn(): void {
    const { queue, running, model } = this.getState();
    const [next] = this.#isQueueHeld || running !== undefined ? [] : queue;
    const isBusy = this.#runs.isBusy || this.#working !== undefined;
    if (isBusy || (running ?? next) === undefined || !this.#engine.isReady()) return;
    if (next !== undefined) {
      this.#recorder.say({ type: 'turn-start', ...next, model });
      this.#recorder.flush();
    }
    const state = this.getState();
    const { runner } = this.#engine;
    // What was just written down may have shown that another process took over.
    if (this.#isClosed || state.running === undefined || runner === undefined) return;
    this.#runs.start(runner, state, state.running);
  }

  /** Without an engine a message goes nowhere; it is tried again with the next one. */
  #refuseOp(error: unknown): void {
    this.#isQueueHeld = true;
    const [next] = this.#ops;
    this.warn(`${failureOf(next?.op)} ${describeError(error)}`);
    if (next === undefined || !ENGINE_OPS.has(next.op.type)) return;
    this.#ops.shift();
    this.#settle(next);
  }
}
