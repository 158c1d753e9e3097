/** One line on standard error that says how far a review is. */
import type { ReviewProgress } from '../../agent/review/review.ts';
import { sanitizeLine } from '../../platform/terminal-text.ts';
import type { Invocation } from '../command.ts';

export interface Progress {
  show(progress: ReviewProgress): void;
  /** Takes the line away, so that something else can be printed. */
  clear(): void;
}

/** Redrawing for every file would cost more than reviewing it. */
const MIN_INTERVAL_MS = 100;

/** On a terminal the line is redrawn; elsewhere there is a new line every few seconds at most. */
export function createProgress({ io }: Invocation, isShown: boolean): Progress {
  const { stderr } = io;
  const intervalMs = stderr.isTTY ? MIN_INTERVAL_MS : 20 * MIN_INTERVAL_MS;
  let shownAt = 0;
  let isOnScreen = false;
  return {
    show({ fileCount, path, requestsDone, requestsStarted }) {
      if (!isShown || Date.now() - shownAt < intervalMs) return;
      shownAt = Date.now();
      const requests =
        requestsStarted === 0 ? '' : `, answers ${requestsDone} of ${requestsStarted}`;
      const text = `file ${fileCount}${requests}: ${sanitizeLine(path)}`;
      if (!stderr.isTTY) {
        stderr.write(`zeke: ${text}\n`);
        return;
      }
      const width = Math.max(20, (stderr.columns ?? 80) - 1);
      stderr.write(`\r\x1b[K${text.slice(0, width)}`);
      isOnScreen = true;
    },
    clear() {
      if (isOnScreen) stderr.write('\r\x1b[K');
      isOnScreen = false;
    },
  };
}
