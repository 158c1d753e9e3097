/** Gathers bursts of events into frames. Nothing is scheduled while nothing happens. */

/**
 * The text of an answer comes gathered by the session and is drawn as it comes; this is for a storm
 * of anything else. Short, because the end of an answer comes right after its last words.
 */
const FRAME_MS = 16;

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
