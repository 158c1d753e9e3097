/**
 * Numbers what is said, writes it into the journal, and only then shows it. What is said between
 * two flushes becomes one batch: one write, one call of each listener.
 */
import { errorMessage, ZekeError } from '../platform/errors.ts';
import type { EventBody, SessionEvent } from './events.ts';
import type { Journal } from './journal.ts';
import { isPiece, joinPieces } from './live/pieces.ts';
import type { SessionListener } from './port.ts';
import { isUnused, reduce, type SessionState } from './state.ts';
import type { SessionStore } from './store.ts';

/** Where a conversation comes from and goes to. */
export interface SessionSource {
  readonly state: SessionState;
  /** Undefined for a conversation that is not kept. */
  readonly journal: Journal | undefined;
  /** The last events of the state, oldest first. */
  readonly recent: readonly SessionEvent[];
  /** What is said before anything else: that the session starts, or what had to be repaired. */
  readonly first: readonly EventBody[];
}

export interface RecorderOptions {
  /** Told which session is in use; undefined for a conversation that is not kept. */
  readonly store: SessionStore | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Something was said: `flush` has to be called soon. */
  readonly onSaid: (bodies: readonly EventBody[]) => void;
  /** Another process has taken the conversation over; nothing is recorded or shown any more. */
  readonly onSuperseded: () => void;
}

/** How often a journal that could not be written is tried again while nothing happens. */
const SAVE_RETRY_MS = 2000;
/** How many of the last events are kept for front ends that join again. */
const RECENT_EVENTS = 1024;

export class Recorder {
  readonly #options: RecorderOptions;
  readonly #listeners = new Set<SessionListener>();
  #state: SessionState;
  #journal: Journal | undefined;
  #recent: SessionEvent[];
  #said: EventBody[];
  #isMarkedUsed = false;
  #isSaveFailing = false;
  #saveTimer: NodeJS.Timeout | undefined;
  #isSuperseded = false;

  /** The source's first events are recorded at once; nobody can listen yet. */
  constructor(source: SessionSource, options: RecorderOptions) {
    this.#options = options;
    this.#state = source.state;
    this.#journal = source.journal;
    this.#recent = [...source.recent];
    this.#said = [...source.first];
    this.#record();
  }

  /** The state after everything that was flushed. */
  get state(): SessionState {
    return this.#state;
  }

  /** Looks whether another process has taken the conversation over. */
  checkSuperseded(): boolean {
    if (!this.#isSuperseded) this.#journal?.look();
    if (this.#journal?.isSuperseded === true) this.#supersede();
    return this.#isSuperseded;
  }

  /** True when everything that was flushed is in the journal. */
  get isSaved(): boolean {
    return this.#journal !== undefined && !this.#journal.isBehind;
  }

  /** Takes in events. Pieces of the same text become one, unless something stands between. */
  say(...bodies: readonly EventBody[]): void {
    if (this.#isSuperseded || bodies.length === 0) return;
    for (const body of bodies) {
      const last = this.#said.at(-1);
      const merged = last === undefined ? undefined : joinPieces(last, body);
      if (merged === undefined) this.#said.push(body);
      else this.#said[this.#said.length - 1] = merged;
    }
    this.#options.onSaid(bodies);
  }

  /** Records what was said since the last time and shows it. */
  flush(): void {
    const events = this.#record();
    if (events.length > 0) this.#show(events);
  }

  /** Goes on with another session, and shows its state with an empty batch. */
  switchTo(source: SessionSource): void {
    this.flush();
    if (this.#isSuperseded) {
      source.journal?.close({ discard: false });
      return;
    }
    const failure = this.#closeJournal();
    this.#state = source.state;
    this.#journal = source.journal;
    this.#recent = [...source.recent];
    this.#said = [...source.first];
    this.#isMarkedUsed = false;
    this.#isSaveFailing = false;
    if (failure !== undefined) this.#said.push(notice('warning', describeError(failure)));
    this.#record();
    this.#show([]);
  }

  subscribe(listener: SessionListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** The events after a sequence number, or undefined when they are not at hand any more. */
  eventsAfter(seq: number): readonly SessionEvent[] | undefined {
    if (seq > this.#state.seq) return undefined;
    const [oldest] = this.#recent;
    if (oldest !== undefined && oldest.seq > seq + 1) return undefined;
    return this.#recent.filter((event) => event.seq > seq);
  }

  /** Records and shows the rest. Throws a ZekeError when part of it could not be saved. */
  close(): void {
    this.flush();
    const failure = this.#closeJournal();
    this.#listeners.clear();
    if (failure !== undefined) throw failure;
  }

  #record(): readonly SessionEvent[] {
    if (this.#said.length === 0) return [];
    const at = this.#options.now();
    const nextSeq = this.#state.seq + 1;
    const events = this.#said.map((body, index) => ({ ...body, seq: nextSeq + index, at }));
    this.#said = [];
    const state = events.reduce(reduce, this.#state);
    const failure = this.#journal?.append(events, state);
    if (this.#journal?.isSuperseded === true) {
      this.#supersede();
      return [];
    }
    this.#state = state;
    this.#recent.push(...events);
    if (this.#recent.length > 2 * RECENT_EVENTS) this.#recent = this.#recent.slice(-RECENT_EVENTS);
    this.#tellOfSaving(failure);
    this.#markUsed(events);
    return events;
  }

  /** What is shown here is what was shown last; the process that took over goes on from there. */
  #supersede(): void {
    this.#isSuperseded = true;
    this.#said = [];
    clearInterval(this.#saveTimer);
    this.#journal?.close({ discard: false });
    this.#journal = undefined;
    this.#options.onSuperseded();
  }

  #markUsed(events: readonly SessionEvent[]): void {
    if (this.#journal === undefined) return;
    if (this.#isMarkedUsed || events.every((event) => event.type === 'session-start')) return;
    this.#isMarkedUsed = true;
    this.#options.store?.markUsed(this.#state.sessionId);
  }

  /** Says once that saving fails, and once that it works again. */
  #tellOfSaving(failure: ZekeError | undefined): void {
    const isFailing = failure !== undefined;
    if (isFailing === this.#isSaveFailing) return;
    this.#isSaveFailing = isFailing;
    clearInterval(this.#saveTimer);
    if (!isFailing) {
      this.say(notice('info', 'The conversation is saved again; nothing is missing.'));
      return;
    }
    this.say(notice('warning', `The conversation is not being saved. ${describeError(failure)}`));
    const retry = (): void => this.#tellOfSaving(this.#journal?.retry());
    this.#saveTimer = setInterval(retry, SAVE_RETRY_MS).unref();
  }

  #closeJournal(): ZekeError | undefined {
    clearInterval(this.#saveTimer);
    const failure = this.#journal?.retry();
    const discard = isUnused(this.#state) && this.#state.title === '';
    this.#journal?.close({ discard });
    this.#journal = undefined;
    return failure;
  }

  /** A listener that throws is a bug of its own and must not cost the others their events. */
  #show(events: readonly SessionEvent[]): void {
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

/** Something the user should know that belongs to no turn. */
export function notice(level: 'info' | 'warning', text: string): EventBody {
  return { type: 'notice', level, text };
}

/** What went wrong and what to do about it, as one text. */
export function describeError(error: unknown): string {
  const hint = error instanceof ZekeError ? error.hint : undefined;
  return hint === undefined ? errorMessage(error) : `${errorMessage(error)} ${hint}`;
}

/** Pieces of texts alone; more of them follow soon. */
export function isTextAlone(bodies: readonly EventBody[]): boolean {
  return bodies.every(isPiece);
}
