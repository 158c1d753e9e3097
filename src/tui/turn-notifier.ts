/** Tells somebody who looks elsewhere that the turn has ended, or waits for an answer. */
import type { SessionEvent } from '../session/events.ts';
import type { TuiSettings } from './settings.ts';

/** Who waited this long has most likely looked away, wherever the window stands. */
const LONG_TURN_MS = 20_000;

/** Focus reports, which only somebody who wants to be told needs. */
export const FOCUS_REPORTS = { on: '\x1b[?1004h', off: '\x1b[?1004l' } as const;

export interface NotifierOptions {
  readonly notify: TuiSettings['notify'];
  readonly write: (sequence: string) => void;
  readonly now: () => number;
  /** Tells every end, because nothing on the screen is looked at. */
  readonly isAlways?: boolean;
}

export class TurnNotifier {
  private readonly options: NotifierOptions;
  private startedAt = 0;
  private isFocused = true;

  constructor(options: NotifierOptions) {
    this.options = options;
  }

  setFocus(isFocused: boolean): void {
    this.isFocused = isFocused;
  }

  take(events: readonly SessionEvent[]): void {
    if (this.options.notify === 'off') return;
    for (const { type } of events) {
      if (type === 'turn-start') this.startedAt = this.options.now();
      else if (type === 'turn-end') this.tellWhenAway('The answer is there.');
      else if (type === 'approval-request') this.tellWhenAway('Your approval is needed.');
    }
  }

  private tellWhenAway(text: string): void {
    const { notify, write, now, isAlways = false } = this.options;
    const isLong = now() - this.startedAt >= LONG_TURN_MS;
    if (!isAlways && this.isFocused && !isLong) return;
    // Never what a model wrote: this reaches the desktop.
    write(notify === 'osc9' ? `\x1b]9;Zeke: ${text}\x1b\\` : '\x07');
  }
}
