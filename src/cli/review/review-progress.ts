/** One line on standard error that says how far a review is. */
import type { ReviewProgress } from '../../agent/review/review.ts';
import type { Invocation } from '../command.ts';
import { createStatusLine } from '../io/status-line.ts';

export interface Progress {
  show(progress: ReviewProgress): void;
  /** Takes the line away, so that something else can be printed. */
  clear(): void;
}

/** A line that names the file at hand; nothing is shown unless `isShown`. */
export function createProgress({ io }: Invocation, isShown: boolean): Progress {
  const line = createStatusLine(io.stderr);
  return {
    show({ fileCount, path, requestsDone, requestsStarted }) {
      if (!isShown) return;
      const requests =
        requestsStarted === 0 ? '' : `, answers ${requestsDone} of ${requestsStarted}`;
      line.show(`file ${fileCount}${requests}: ${path}`);
    },
    clear: () => line.clear(),
  };
}
