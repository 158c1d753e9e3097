/** What a Neovim may ask about a review: findings while they are found, and all of them in order. */
import type { FindingItem, NvimServices, ReviewProgressItem } from '../../nvim/services.ts';
import type { Runtime } from '../compose.ts';
import { summarize } from '../review/collect-findings.ts';
import { reviewAsConfigured } from '../review/configured-review.ts';

/** How far a review is, is told no more often: a diff may have thousands of files. */
const PROGRESS_EVERY_MS = 100;

export function reviewService(runtime: Runtime): NvimServices['review'] {
  return async ({ base, model }, { signal, report, sessionModel, shareFindings }) => {
    const said: string[] = [];
    const tell = createTeller(report);
    const result = await reviewAsConfigured(
      runtime,
      { base, model: model ?? sessionModel(), signal },
      {
        onSaid: (text) => said.push(text),
        onFinding: tell.finding,
        onProgress: ({ fileCount, path }) => tell.file(fileCount, path),
      },
    ).finally(tell.stop);
    signal.throwIfAborted();
    const { fileCount, costUsd } = result;
    const findings = result.findings.map(({ finding }) => finding);
    const summary = fileCount === 0 ? '' : summarize(result.findings, result);
    if (fileCount > 0) shareFindings({ findings, summary });
    return { findings, costUsd, fileCount, summary, notices: said };
  };
}

/** Collects what is found and tells it now and then, with the file at hand. */
function createTeller(report: (progress: ReviewProgressItem) => void) {
  let found: FindingItem[] = [];
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
    finding(finding: FindingItem): void {
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
