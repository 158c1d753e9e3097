/**
 * The live conversation in this process: ops in, events out. Every event is in the journal before
 * anyone is shown it. What happens within one turn of the event loop becomes one batch: one write,
 * one call of each listener.
 */
import { errorMessage, ZekeError } from '../platform/errors.ts';
import {
  EVENT_FORMAT_VERSION,
  type EventBody,
  type SessionEvent,
  type TurnEndReason,
} from './events.ts';
import type { Journal } from './journal.ts';
import type { Op, UserInput } from './ops.ts';
import type { SessionListener, SessionPort, TurnRunner } from './port.ts';
import { EMPTY_STATE, reduce, type SessionState, type Turn } from './state.ts';
import { newId, type SessionStore } from './store.ts';

export interface LocalSessionOptions {
  readonly runner: TurnRunner;
  /** `provider/model` for sessions that are new, or whose journal does not say. */
  readonly model: string;
  /** Milliseconds since the epoch; for tests of clocks that go back. */
  readonly now?: () => number;
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
/** How often a journal that could not be written is tried again while nothing happens. */
const SAVE_RETRY_MS = 2000;
/** How many of the last events are kept for front ends that join again. */
const RECENT_EVENTS = 1024;

/** Opens or makes a session of a project. Throws a ZekeError when that cannot be. */
export function openLocalSession(options: OpenSessionOptions): LocalSession {
  const source = loadSource(options.store, options.sessionId, options.model);
  return new LocalSession(options, { ...source, store: options.store });
}

/** A conversation that is written nowhere, for commands that ask one thing. */
export function createEphemeralSession(
  options: LocalSessionOptions & { readonly project: string },
): LocalSession {
  const start = startBody(newId(), options.project, options.model);
  return new LocalSession(options, {
    state: { ...EMPTY_STATE, project: options.project },
    journal: undefined,
    recent: [],
    first: [start],
    store: undefined,
  });
}

/** A conversation that goes on from a state because its journal cannot be opened any more. */
export function continueUnsaved(
  options: LocalSessionOptions & { readonly state: SessionState; readonly reason: string },
): LocalSession {
  const { state, reason } = options;
  return new LocalSession(options, {
    state,
    journal: undefined,
    recent: [],
    first: [
      ...interruption(state),
      notice('warning', `The conversation is not being saved any more. ${reason}`),
    ],
    store: undefined,
  });
}

/** Where a conversation comes from and goes to. */
interface SessionSource {
  readonly state: SessionState;
  readonly journal: Journal | undefined;
  readonly recent: readonly SessionEvent[];
  /** What the session says before anything else: that it starts, or what had to be repaired. */
  readonly first: readonly EventBody[];
}

/** A turn that a runner is at work on. */
interface Run {
  readonly turnId: string;
  readonly controller: AbortController;
  graceTimer: NodeJS.Timeout | undefined;
}

/** Made by `openLocalSession` and `createEphemeralSession`. */
export class LocalSession implements SessionPort {
  readonly #options: OpenSessionOptions | LocalSessionOptions;
  readonly #store: SessionStore | undefined;
  readonly #listeners = new Set<SessionListener>();
  #state: SessionState;
  #journal: Journal | undefined;
  #recent: readonly SessionEvent[];
  #bodies: EventBody[] = [];
  #ops: { readonly op: Op; readonly id: string; readonly done: () => void }[] = [];
  #tick: NodeJS.Immediate | undefined;
  #run: Run | undefined;
  #isQueueHeld: boolean;
  #isClosed = false;
  #isMarkedUsed = false;
  #isSaveFailing = false;
  #saveTimer: NodeJS.Timeout | undefined;

  constructor(
    options: OpenSessionOptions | LocalSessionOptions,
    source: SessionSource & { readonly store: SessionStore | undefined },
  ) {
    this.#options = options;
    this.#store = source.store;
    this.#state = source.state;
    this.#journal = source.journal;
    this.#recent = source.recent;
    this.#isQueueHeld = !('resumesQueue' in options && options.resumesQueue === true);
    this.#bodies.push(...source.first);
    this.#flush();
    this.#schedule();
  }

  /** The state right now. */
  getState(): SessionState {
    return this.#state;
  }

  /** Asks for something; what came of it arrives as events. */
  send(op: Op): void {
    void this.sendAs(op, newId());
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
    this.#emit(notice('warning', text));
  }

  /** Calls the listener with every batch of events from now on. Returns the unsubscribe function. */
  subscribe(listener: SessionListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** The events after a sequence number, or undefined when they are not at hand any more. */
  eventsAfter(seq: number): readonly SessionEvent[] | undefined {
    if (seq > this.#state.seq) return undefined;
    const first = this.#recent.find((event) => event.seq > seq);
    if (first === undefined) return [];
    const isGapless = first === this.#recent[0] ? first.seq === seq + 1 : true;
    return isGapless ? this.#recent.filter((event) => event.seq > seq) : undefined;
  }

  /**
   * Ends the running turn as cancelled, carries out what was asked before, and closes the journal.
   * Rejects with a ZekeError when part of the conversation could not be saved.
   */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#carryOutOps();
    this.#isClosed = true;
    clearImmediate(this.#tick);
    clearInterval(this.#saveTimer);
    this.#stopTurn();
    const failure = this.#closeJournal();
    this.#listeners.clear();
    if (failure !== undefined) throw failure;
  }

  #schedule(): void {
    this.#tick ??= setImmediate(() => {
      this.#tick = undefined;
      this.#carryOutOps();
      this.#startTurn();
    });
  }

  #carryOutOps(): void {
    this.#flush();
    const ops = this.#ops;
    this.#ops = [];
    for (const { op, id, done } of ops) {
      this.#carryOut(op, id);
      this.#flush();
      done();
    }
  }

  #carryOut(op: Op, id: string): void {
    switch (op.type) {
      case 'send':
        this.#receive(op.message, id);
        return;
      case 'cancel':
        this.#cancel();
        return;
      case 'switch-model':
        if (op.model !== this.#state.model) this.#emit({ type: 'model-switch', model: op.model });
        return;
      case 'rename':
        this.#emit({ type: 'session-rename', title: op.title.trim() });
        return;
      case 'clear':
        this.#emit({ type: 'clear' });
        return;
      case 'open-session':
        this.#switchSession(op.sessionId, id);
        return;
    }
  }

  #receive(message: UserInput, turnId: string): void {
    const { running, queue } = this.#state;
    this.#isQueueHeld = false;
    if (isKnownTurn(this.#state, turnId)) return;
    if (running !== undefined || queue.length > 0) {
      this.#emit({ type: 'message-queue', turnId, message });
    } else {
      this.#emit({ type: 'turn-start', turnId, model: this.#state.model, message });
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
    const { running } = this.#state;
    if (running === undefined) return;
    this.#emit({ type: 'turn-end', turnId: running.id, reason: 'cancelled' });
    this.#flush();
  }

  /** Starts the runner for a turn that has begun, or begins one with the next waiting message. */
  #startTurn(): void {
    if (this.#isClosed || this.#run !== undefined) return;
    const [next] = this.#state.queue;
    if (this.#state.running === undefined && next !== undefined && !this.#isQueueHeld) {
      this.#emit({ type: 'turn-start', ...next, model: this.#state.model });
      this.#flush();
    }
    const turn = this.#state.running;
    if (turn === undefined) return;
    const run: Run = {
      turnId: turn.id,
      controller: new AbortController(),
      graceTimer: undefined,
    };
    this.#run = run;
    void this.#runTurn(run, turn);
  }

  async #runTurn(run: Run, turn: Turn): Promise<void> {
    const emit = (event: EventBody): void => {
      if (this.#run === run) this.#emit(event);
    };
    try {
      const { signal } = run.controller;
      const reason = await this.#options.runner.run({ state: this.#state, turn, emit, signal });
      this.#finish(run, signal.aborted ? 'cancelled' : reason);
    } catch (error) {
      if (!run.controller.signal.aborted) emit(errorBody(run.turnId, error));
      this.#finish(run, run.controller.signal.aborted ? 'cancelled' : 'error');
    }
  }

  #finish(run: Run, reason: TurnEndReason): void {
    clearTimeout(run.graceTimer);
    if (this.#run !== run) return;
    this.#run = undefined;
    this.#emit({ type: 'turn-end', turnId: run.turnId, reason });
  }

  #switchSession(sessionId: string | undefined, newSessionId: string): void {
    if (sessionId === this.#state.sessionId) return;
    let source: SessionSource;
    try {
      if (this.#store === undefined) throw new ZekeError('usage', 'This conversation is not kept.');
      if (sessionId !== undefined) this.#store.check(sessionId);
      source = loadSource(this.#store, sessionId ?? newSessionId, this.#state.model);
    } catch (error) {
      this.#emit(notice('warning', describe(error)));
      return;
    }
    this.#stopTurn();
    const failure = this.#closeJournal();
    this.#state = source.state;
    this.#journal = source.journal;
    this.#recent = source.recent;
    this.#isQueueHeld = true;
    this.#isMarkedUsed = false;
    this.#isSaveFailing = false;
    if (failure !== undefined) this.#bodies.push(notice('warning', describe(failure)));
    this.#bodies.unshift(...source.first);
    this.#record();
    this.#notify([]);
  }

  #emit(body: EventBody): void {
    const last = this.#bodies.at(-1);
    const merged = last === undefined ? undefined : mergeDeltas(last, body);
    if (merged === undefined) this.#bodies.push(body);
    else this.#bodies[this.#bodies.length - 1] = merged;
    if (!this.#isClosed) this.#schedule();
  }

  /** Numbers what was said, appends it to the journal, and only then shows it. */
  #flush(): void {
    const events = this.#record();
    if (events.length > 0) this.#notify(events);
  }

  #record(): readonly SessionEvent[] {
    if (this.#bodies.length === 0) return [];
    const at = (this.#options.now ?? Date.now)();
    const nextSeq = this.#state.seq + 1;
    const events = this.#bodies.map((body, index) => ({ ...body, seq: nextSeq + index, at }));
    this.#bodies = [];
    this.#state = events.reduce(reduce, this.#state);
    this.#recent = [...this.#recent, ...events].slice(-RECENT_EVENTS);
    this.#save(events);
    return events;
  }

  #save(events: readonly SessionEvent[]): void {
    if (this.#journal === undefined) return;
    this.#tellOfSaving(this.#journal.append(events, this.#state));
    if (this.#isMarkedUsed || events.every((event) => event.type === 'session-start')) return;
    this.#isMarkedUsed = true;
    this.#store?.markUsed(this.#state.sessionId);
  }

  /** Says once that saving fails, and once that it works again. */
  #tellOfSaving(failure: ZekeError | undefined): void {
    const isFailing = failure !== undefined;
    if (isFailing === this.#isSaveFailing) return;
    this.#isSaveFailing = isFailing;
    clearInterval(this.#saveTimer);
    if (failure === undefined) {
      this.#emit(notice('info', 'The conversation is saved again; nothing is missing.'));
      return;
    }
    const text = `The conversation is not being saved. ${describe(failure)}`;
    this.#emit(notice('warning', text));
    this.#saveTimer = setInterval(() => this.#retrySaving(), SAVE_RETRY_MS).unref();
  }

  #retrySaving(): void {
    this.#tellOfSaving(this.#journal?.retry());
  }

  #closeJournal(): ZekeError | undefined {
    clearInterval(this.#saveTimer);
    const failure = this.#journal?.retry();
    const { turns, queue, title } = this.#state;
    const discard = turns.length === 0 && queue.length === 0 && title === '';
    this.#journal?.close({ discard });
    this.#journal = undefined;
    return failure;
  }

  /** A listener that throws is a bug of its own and must not cost the others their events. */
  #notify(events: readonly SessionEvent[]): void {
    const state = this.#state;
    for (const listener of [...this.#listeners]) {
      try {
        listener(events, state);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}

function loadSource(
  store: SessionStore,
  sessionId: string | undefined,
  model: string,
): SessionSource {
  const id = sessionId ?? newId();
  if (store.has(id)) {
    const { state, journal, recent, repairs } = store.open(id);
    return {
      state: state.model === '' ? { ...state, model } : state,
      journal,
      recent,
      first: [...repairs, ...describeQueue(state)],
    };
  }
  const first = [startBody(id, store.project, model)];
  return { state: EMPTY_STATE, journal: store.create(id), recent: [], first };
}

function startBody(sessionId: string, project: string, model: string): EventBody {
  return { type: 'session-start', version: EVENT_FORMAT_VERSION, sessionId, project, model };
}

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
  return { type: 'error', turnId, kind, message: describe(error), retryable: false };
}

function notice(level: 'info' | 'warning', text: string): EventBody {
  return { type: 'notice', level, text };
}

function describe(error: unknown): string {
  const hint = error instanceof ZekeError ? error.hint : undefined;
  return hint === undefined ? errorMessage(error) : `${errorMessage(error)} ${hint}`;
}

/** Two pieces of the same text become one event; anything between them keeps them apart. */
function mergeDeltas(left: EventBody, right: EventBody): EventBody | undefined {
  if (left.type !== 'text-delta' && left.type !== 'reasoning-delta') return undefined;
  if (right.type !== left.type || right.turnId !== left.turnId) return undefined;
  return { ...left, text: left.text + right.text };
}
