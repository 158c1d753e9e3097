/** Gathers bursts of events into frames. Nothing is scheduled while nothing happens. */

/**
 * Some twenty frames a second: more is not seen, and each costs as much as ten tokens. A little
 * less than the time in which a session gathers text, so that what it shows is drawn at once.
 */
const FRAME_MS = 43;

export class FrameClock {
  private timer: NodeJS.Timeout | undefined;
  private lastFrameAt = 0;
  private readonly draw: () => void;

  constructor(draw: () => void) {
    this.draw = draw;
  }

  /** Draws now when the last frame is long ago, else once the time has come. */
  request(): void {
    if (this.timer !== undefined) return;
    const waitMs = this.lastFrameAt + FRAME_MS - performance.now();
    if (waitMs <= 0) this.frame();
    else this.timer = setTimeout(() => this.frame(), waitMs);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private frame(): void {
    this.timer = undefined;
    this.lastFrameAt = performance.now();
    this.draw();
  }
}
