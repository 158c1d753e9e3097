/**
 * What happened, as a Neovim is told it while it happens: pieces of an answer at most once a frame,
 * everything else at once and in order, and nothing to one that does not read.
 */
import type { SessionEvent } from '../session/events.ts';
import type { SessionState } from '../session/state.ts';
import { type EditorEvent, isPiece, mergePieces, toEditorEvent } from './editor-state.ts';

export interface EventSink {
  readonly sendEvents: (events: readonly EditorEvent[]) => void;
  readonly sendState: (state: SessionState) => void;
  /** So much is unread on the other side that nothing more should be added. */
  readonly isFull: () => boolean;
}

/** Each is one write to a buffer and one redraw; faster is not seen. */
const FRAME_MS = 30;

export class EventStream {
  readonly #sink: EventSink;
  #waiting: EditorEvent[] = [];
  #timer: NodeJS.Timeout | undefined;
  #lastSentMs = Number.NEGATIVE_INFINITY;
  #isBehind = false;

  constructor(sink: EventSink) {
    this.#sink = sink;
  }

  /** A batch of the session; an empty one means that the state is another one. */
  push(events: readonly SessionEvent[], state: SessionState): void {
    if (this.#isBehind) return;
    if (this.#sink.isFull()) {
      this.#isBehind = true;
      this.#forget();
    } else if (events.length === 0) this.#replace(state);
    else {
      for (const event of events) this.#add(toEditorEvent(event));
      if (events.every(isPiece)) this.#wait();
      else this.#flush();
    }
  }

  /** The other side reads again: true where it has missed something, and got the state anew. */
  catchUp(state: SessionState): boolean {
    if (!this.#isBehind) return false;
    this.#isBehind = false;
    this.#replace(state);
    return true;
  }

  /** Nobody is there any more. */
  close(): void {
    this.#forget();
  }

  #add(event: EditorEvent): void {
    const last = this.#waiting.at(-1);
    const merged = last === undefined ? undefined : mergePieces(last, event);
    if (merged === undefined) this.#waiting.push(event);
    else this.#waiting[this.#waiting.length - 1] = merged;
  }

  /** The first piece of an answer is shown at once. */
  #wait(): void {
    const remainingMs = this.#lastSentMs + FRAME_MS - performance.now();
    if (remainingMs <= 0) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), remainingMs);
  }

  #flush(): void {
    const events = this.#waiting;
    this.#forget();
    this.#lastSentMs = performance.now();
    if (events.length > 0) this.#sink.sendEvents(events);
  }

  #replace(state: SessionState): void {
    this.#forget();
    this.#sink.sendState(state);
  }

  #forget(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = [];
  }
}
