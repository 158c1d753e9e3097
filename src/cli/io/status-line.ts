/** One line on standard error that says how far long work is, redrawn in place on a terminal. */
import { sanitizeLine } from '../../platform/terminal-text.ts';
import type { CommandIo } from '../command.ts';

export interface StatusLine {
  /** Draws the text, unless it was drawn only a moment ago. */
  show(text: string): void;
  /** Takes the line away, so that something else can be printed. */
  clear(): void;
}

/** Redrawing more often would cost more than the work it tells of. */
const MIN_INTERVAL_MS = 100;

/** On a terminal the line is redrawn; elsewhere there is a new line every few seconds at most. */
export function createStatusLine(stderr: CommandIo['stderr']): StatusLine {
  const intervalMs = stderr.isTTY ? MIN_INTERVAL_MS : 20 * MIN_INTERVAL_MS;
  let shownAt = stderr.isTTY ? 0 : Date.now();
  let isOnScreen = false;
  return {
    show(text) {
      if (Date.now() - shownAt < intervalMs) return;
      shownAt = Date.now();
      const clean = sanitizeLine(text);
      if (!stderr.isTTY) {
        stderr.write(`zeke: ${clean}\n`);
        return;
      }
      const width = Math.max(20, (stderr.columns || 80) - 1);
      stderr.write(`\r\x1b[K${clean.slice(0, width)}`);
      isOnScreen = true;
    },
    clear() {
      if (isOnScreen) stderr.write('\r\x1b[K');
      isOnScreen = false;
    },
  };
}
