/**
 * The live conversation in this process: ops in, turns run one after the other, events out.
 * Making a session is here too: a project's own that is kept, or one that is not.
 */
import { ZekeError } from '../platform/errors.ts';
import { Approvals } from './approvals.ts';
import {
  type ApprovalRequest,
  EVENT_FORMAT_VERSION,
  type EventBody,
  type SessionEvent,
  type TurnEndReason,
} from './events.ts';
import type { Op, UserInput } from './ops.ts';
import type { Client, SessionListener, SessionPort, TurnRunner } from './port.ts';
import { describeError, notice, Recorder, type SessionSource } from './recorder.ts';
import { ClientList } from './share/clients.ts';
import { EMPTY_STATE, type SessionState, type Turn } from './state.ts';
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

/** How long a runner may take to notice `cancel` before its turn is ended without it. */
const CANCEL_GRACE_MS = 500;

/** Opens or makes a session of a project. Throws a ZekeError when that cannot be. */
export function openLocalSession(options: OpenSessionOptions): LocalSession {
  const { store, sessionId, model } = options;
  return new LocalSession(options, loadSource(store, sessionId ?? newId(), model));
}

/** A conversation that is written nowhere, for commands that ask one thing. */
export function createEphemeralSession(
  options: LocalSessionOptions & { readonly project: string },
): LocalSession {
  const first = [startBody(newId(), options.project, options.model)];
  return new LocalSession(options, { state: EMPTY_STATE, journal: undefined, recent: [], first });
}

/** A conversation that goes on from a state because its journal cannot be opened any more. */
export function continueUnsaved(
  options: LocalSessionOptions & { readonly state: SessionState; readonly reason: string },
): LocalSession {
  const { state, reason } = options;
  const warning = notice('warning', `The conversation is not being saved any more. ${reason}`);
  const first = [...interruption(state), warning];
  return new LocalSession(options, { state, journal: undefined, recent: [], first });
}

/** A turn that a runner is at work on. */
interface Run {
  readonly turnId: string;
  readonly controller: AbortController;
  graceTimer: NodeJS.Timeout | undefined;
}

interface AskedOp {
  readonly op: Op;
  readonly id: string;
  /** Called when what came of it is in the journal. */
  readonly done: () => void;
}

/** Made by the functions above. */
export class LocalSession implements SessionPort {
  readonly #options: LocalSessionOptions;
  readonly #store: SessionStore | undefined;
  readonly #recorder: Recorder;
  readonly #clients: ClientList;
  readonly #approvals = new Approvals();
  #runner: TurnRunner | undefined;
  #isLoadingRunner = false;
  #ops: AskedOp[] = [];
  #tick: NodeJS.Immediate | undefined;
  #run: Run | undefined;
  /** Messages found waiting in a journal go out with the user's next one, not by themselves. */
  #isQueueHeld: boolean;
  #isClosed = false;
  #onSuperseded: (() => void) | undefined;

  constructor(options: LocalSessionOptions | OpenSessionOptions, source: SessionSource) {
    this.#options = options;
    this.#store = 'store' in options ? options.store : undefined;
    this.#isQueueHeld = !('resumesQueue' in options && options.resumesQueue === true);
    if (typeof options.runner !== 'function') this.#runner = options.runner;
    const name = options.clientName ?? 'terminal';
    this.#clients = new ClientList([{ id: newId(), name, isHost: true, isSelf: true }]);
    this.#recorder = new Recorder(source, {
      store: this.#store,
      now: options.now ?? Date.now,
      onSaid: () => this.#schedule(),
      onSuperseded: () => this.#leaveTo(),
    });
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
   * so that an op which is sent again after a host died is carried out once. Resolves when what
   * came of it is in the journal.
   */
  sendAs(op: Op, id: string): Promise<void> {
    // Closed: it never settles, so that nobody takes it for done and the next host is asked.
    if (this.#isClosed) return new Promise(() => undefined);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#ops.push({ op, id, done: resolve });
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
    this.#isClosed = true;
    clearImmediate(this.#tick);
    this.#stopTurn();
    this.#recorder.close();
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
    if (this.#run === undefined) return;
    queueMicrotask(() => {
      if (!this.#isClosed) this.#recorder.flush();
    });
  }

  #carryOutOps(): void {
    this.#recorder.flush();
    for (;;) {
      const [next] = this.#ops;
      // Not even a file may be touched for a conversation that goes on elsewhere.
      if (next !== undefined && this.checkSuperseded()) return;
      // A message is only written down once the engine could take the secrets out of it.
      if (next === undefined || (next.op.type === 'send' && !this.#hasRunner())) return;
      this.#ops.shift();
      this.#carryOut(next.op, next.id);
      this.#recorder.flush();
      next.done();
    }
  }

  /** What was asked never settles here: the next host is asked. */
  #leaveTo(): void {
    this.#isClosed = true;
    clearImmediate(this.#tick);
    this.#run?.controller.abort();
    clearTimeout(this.#run?.graceTimer);
    this.#run = undefined;
    this.#ops = [];
    this.#onSuperseded?.();
  }

  #carryOut(op: Op, id: string): void {
    const { model } = this.getState();
    switch (op.type) {
      case 'send':
        this.#receive(op.message, id);
        break;
      case 'cancel':
        this.#cancel();
        break;
      case 'switch-model':
        if (op.model !== model) this.#recorder.say({ type: 'model-switch', model: op.model });
        break;
      case 'rename':
        this.#recorder.say({ type: 'session-rename', title: op.title.trim() });
        break;
      case 'clear':
        this.#recorder.say({ type: 'clear' });
        break;
      case 'approve':
        this.#approvals.answer(op.requestId, op.decision);
        break;
      case 'open-session':
        this.#switchSession(op.sessionId, id);
        break;
    }
  }

  #receive(asked: UserInput, turnId: string): void {
    const state = this.getState();
    if (isKnownTurn(state, turnId)) return;
    const message = this.#redact(asked);
    if (message === undefined) return;
    this.#isQueueHeld = false;
    if (state.running !== undefined || state.queue.length > 0) {
      this.#recorder.say({ type: 'message-queue', turnId, message });
    } else {
      this.#recorder.say({ type: 'turn-start', turnId, model: state.model, message });
    }
  }

  /** What may be written down; undefined when the engine refuses, which the user is told. */
  #redact(message: UserInput): UserInput | undefined {
    try {
      return this.#runner?.redactMessage?.(message) ?? message;
    } catch (error) {
      this.warn(`The message was not sent. ${describeError(error)}`);
      return undefined;
    }
  }

  #cancel(): void {
    const run = this.#run;
    if (run === undefined) {
      this.#stopTurn();
      return;
    }
    run.controller.abort();
    run.graceTimer ??= setTimeout(() => this.#finish(run, 'cancelled'), CANCEL_GRACE_MS);
  }

  /** Ends the running turn at once; what its runner still says is not heard any more. */
  #stopTurn(): void {
    const run = this.#run;
    this.#run = undefined;
    run?.controller.abort();
    clearTimeout(run?.graceTimer);
    const { running } = this.getState();
    if (running === undefined) return;
    this.#recorder.say({ type: 'turn-end', turnId: running.id, reason: 'cancelled' });
    this.#recorder.flush();
  }

  #switchSession(sessionId: string | undefined, newSessionId: string): void {
    const { sessionId: current, model } = this.getState();
    if (current === (sessionId ?? newSessionId)) return;
    try {
      if (this.#store === undefined) throw new ZekeError('usage', 'This conversation is not kept.');
      if (sessionId !== undefined) this.#store.check(sessionId);
      const source = loadSource(this.#store, sessionId ?? newSessionId, model);
      this.#stopTurn();
      this.#isQueueHeld = true;
      this.#recorder.switchTo(source);
    } catch (error) {
      if (!(error instanceof ZekeError)) throw error;
      this.warn(describeError(error));
    }
  }

  /** Starts the runner for a turn that has begun, or begins one with the next waiting message. */
  #startTurn(): void {
    const { queue, running, model } = this.getState();
    const [next] = this.#isQueueHeld || running !== undefined ? [] : queue;
    if (this.#run !== undefined || (running ?? next) === undefined || !this.#hasRunner()) return;
    if (next !== undefined) {
      this.#recorder.say({ type: 'turn-start', ...next, model });
      this.#recorder.flush();
    }
    const turn = this.getState().running;
    if (turn === undefined) return;
    const controller = new AbortController();
    this.#run = { turnId: turn.id, controller, graceTimer: undefined };
    void this.#runTurn(this.#run, turn);
  }

  async #runTurn(run: Run, turn: Turn): Promise<void> {
    const { signal } = run.controller;
    const emit = (event: EventBody): void => {
      if (this.#run === run) this.#recorder.say(event);
    };
    try {
      const requestApproval = (request: Omit<ApprovalRequest, 'id'>) =>
        this.#approvals.ask({ turnId: run.turnId, request, emit, signal });
      const state = this.getState();
      const reason = await this.#runner?.run({ state, turn, emit, signal, requestApproval });
      this.#finish(run, signal.aborted ? 'cancelled' : (reason ?? 'other'));
    } catch (error) {
      if (!signal.aborted) emit(errorBody(run.turnId, error));
      this.#finish(run, signal.aborted ? 'cancelled' : 'error');
    }
  }

  #finish(run: Run, reason: TurnEndReason): void {
    clearTimeout(run.graceTimer);
    if (this.#run !== run) return;
    this.#run = undefined;
    this.#recorder.say({ type: 'turn-end', turnId: run.turnId, reason });
  }

  /** Makes the engine the first time it is needed; whoever asked is called again then. */
  #hasRunner(): boolean {
    if (this.#runner !== undefined) return true;
    if (!this.#isLoadingRunner && !this.#isClosed) void this.#loadRunner();
    return false;
  }

  async #loadRunner(): Promise<void> {
    const { runner } = this.#options;
    if (typeof runner !== 'function') return;
    this.#isLoadingRunner = true;
    try {
      this.#runner = await runner();
    } catch (error) {
      this.#refuseMessages(error);
    }
    this.#isLoadingRunner = false;
    this.#schedule();
  }

  /** Without an engine a message goes nowhere; it is tried again with the next one. */
  #refuseMessages(error: unknown): void {
    this.#isQueueHeld = true;
    const [next] = this.#ops;
    if (next?.op.type === 'send') this.#ops.shift();
    this.warn(`The message was not sent. ${describeError(error)}`);
    next?.done();
  }
}

function loadSource(store: SessionStore, id: string, model: string): SessionSource {
  if (!store.has(id)) {
    const first = [startBody(id, store.project, model)];
    return { state: EMPTY_STATE, journal: store.create(id), recent: [], first };
  }
  const opened = store.open(id);
  const state = opened.state.model === '' ? { ...opened.state, model } : opened.state;
  const first = [...opened.repairs, ...interruption(state), ...describeQueue(state)];
  return { state, journal: opened.journal, recent: opened.recent, first };
}

function startBody(sessionId: string, project: string, model: string): EventBody {
  return { type: 'session-start', version: EVENT_FORMAT_VERSION, sessionId, project, model };
}

/** The end of a turn that was running when its process died. */
function interruption(state: SessionState): readonly EventBody[] {
  const { running } = state;
  if (running === undefined) return [];
  return [{ type: 'turn-end', turnId: running.id, reason: 'interrupted' }];
}

function describeQueue(state: SessionState): readonly EventBody[] {
  if (state.queue.length === 0) return [];
  const count = state.queue.length === 1 ? 'A message is' : `${state.queue.length} messages are`;
  return [notice('info', `${count} still waiting and will be sent before your next one.`)];
}

function isKnownTurn(state: SessionState, turnId: string): boolean {
  return (
    state.running?.id === turnId ||
    state.queue.some((queued) => queued.turnId === turnId) ||
    state.turns.some((turn) => turn.id === turnId)
  );
}

function errorBody(turnId: string, error: unknown): EventBody {
  const kind = error instanceof ZekeError ? error.kind : 'internal';
  return { type: 'error', turnId, kind, message: describeError(error), retryable: false };
}
