/**
 * When the pieces of a text are written down and shown. Each of them costs a write to the journal,
 * a message to every front end and a frame, which is far more than the piece itself; so what comes
 * soon after the last one waits and goes with what comes meanwhile.
 */

/**
 * Some seventeen times a second: more is hardly seen. A little less than the time for which pieces
 * of a stream are read together, so that what was read is shown at once.
 */
const GATHER_MS = 57;

export class TextClock {
  readonly #show: () => void;
  #timer: NodeJS.Timeout | undefined;
  #lastAt = Number.NEGATIVE_INFINITY;

  /** `show` is to write down and show everything that was said. */
  constructor(show: () => void) {
    this.#show = show;
  }

  /** A piece has come: it is shown at once when the last one is long ago, else when it is time. */
  request(): void {
    if (this.#timer !== undefined) return;
    const waitMs = this.#lastAt + GATHER_MS - performance.now();
    if (waitMs <= 0) this.#tick();
    else this.#timer = setTimeout(() => this.#tick(), waitMs);
  }

  /** Nothing is waited for any more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    this.#timer = undefined;
    this.#lastAt = performance.now();
    this.#show();
  }
}
