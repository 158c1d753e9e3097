/** What a Neovim may ask about a review: findings while they are found, and all of them in order. */
import type { NvimServices, ReviewProgressItem } from '../../nvim/services.ts';
import type { ReviewFinding } from '../../session/review.ts';
import type { Runtime } from '../compose.ts';
import { reviewForConversation } from '../review/conversation-review.ts';

/** How far a review is, is told no more often: a diff may have thousands of files. */
const PROGRESS_EVERY_MS = 100;

export function reviewService(runtime: Runtime): NvimServices['review'] {
  return async ({ base, model, id }, { signal, report, sessionModel, shareReview }) => {
    const tell = createTeller(report);
    const task = { base, model: model ?? sessionModel(), signal };
    const { review, fileCount } = await reviewForConversation(runtime, task, {
      onFinding: tell.finding,
      onProgress: (progress) => tell.file(progress.fileCount, progress.path),
    }).finally(tell.stop);
    signal.throwIfAborted();
    if (fileCount > 0) shareReview(review, id);
    return { ...review, fileCount };
  };
}

/** Collects what is found and tells it now and then, with the file at hand. */
function createTeller(report: (progress: ReviewProgressItem) => void) {
  let found: ReviewFinding[] = [];
  let place = { fileCount: 0, path: '' };
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    timer = undefined;
    const findings = found;
    found = [];
    report({ findings, ...place });
  };
  const soon = () => {
    timer ??= setTimeout(flush, PROGRESS_EVERY_MS);
  };
  return {
    finding(finding: ReviewFinding): void {
      found.push(finding);
      soon();
    },
    file(fileCount: number, path: string): void {
      place = { fileCount, path };
      soon();
    },
    /** The answer has everything. */
    stop: () => clearTimeout(timer),
  };
}
