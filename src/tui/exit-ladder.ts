/** The last rung of Ctrl+C: the second press within two seconds leaves. */

const LEAVE_WITHIN_MS = 2000;

export class ExitLadder {
  private timer: NodeJS.Timeout | undefined;
  private readonly setHint: (hint: string | undefined) => void;

  constructor(setHint: (hint: string | undefined) => void) {
    this.setHint = setHint;
  }

  /** True when this press means leaving. */
  press(): boolean {
    if (this.timer !== undefined) {
      this.reset();
      return true;
    }
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.setHint(undefined);
    }, LEAVE_WITHIN_MS);
    this.setHint('Press Ctrl+C again to leave.');
    return false;
  }

  /** Any other key starts the ladder anew. */
  reset(): void {
    if (this.timer === undefined) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.setHint(undefined);
  }
}
