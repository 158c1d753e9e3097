/**
 * No answer is older than the files. The first question has the folders compared; a process that
 * stays has them watched from then on, and nothing is compared any more.
 */
import type { CallOptions, NativeIndex } from '../../platform/native/native-index.ts';

/** A process that asks once is gone by then and pays for no watch. */
const WATCH_AFTER_MS = 150;

type OnProgress = NonNullable<CallOptions['onProgress']>;

export interface Freshness {
  /** Resolves when the index knows every change that was made before this call. */
  ensure(signal?: AbortSignal): Promise<void>;
  /** Has the folders watched where the system can; resolves when they are and nothing is missed. */
  watch(): Promise<void>;
}

export function createFreshness(index: NativeIndex, onProgress?: OnProgress): Freshness {
  let watching: Promise<void> | undefined;
  let isWatching = false;
  let canWatch = true;
  let isAsked = false;
  const compare = shareRuns(async () => {
    await index.call('refresh', {}, { onProgress });
  });
  const watch = (): Promise<void> => {
    watching ??= startWatch().finally(() => {
      // A comparison that failed is no reason to do without for ever.
      if (!isWatching) watching = undefined;
    });
    return watching;
  };
  const startWatch = async (): Promise<void> => {
    canWatch &&= await turnOnWatch(index);
    if (!canWatch) return;
    // What changed before the watch stood was not heard of.
    await compare();
    isWatching = true;
  };
  const ensure = async (): Promise<void> => {
    if (isWatching) return;
    if (!isAsked) {
      isAsked = true;
      await compare();
      // A failure is met again, and told, by the next question.
      setTimeout(() => void watch().catch(() => undefined), WATCH_AFTER_MS).unref();
      return;
    }
    await watch();
    if (!isWatching) await compare();
  };
  return { ensure: (signal) => unlessAborted(ensure(), signal), watch };
}

/** False where the system tells of no changes, or not of so many folders. */
async function turnOnWatch(index: NativeIndex): Promise<boolean> {
  const answer = (await index.call('watch', { isOn: true })) as { readonly isWatching: boolean };
  return answer.isWatching;
}

/**
 * Callers share one run. One that is under way may have passed a file that changed since, so that
 * it is the next one that they share.
 */
function shareRuns(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const share = (): Promise<void> => {
    if (running === undefined) {
      running = work().finally(() => {
        running = undefined;
      });
      return running;
    }
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        return share();
      });
    return next;
  };
  return share;
}

/** Others wait for the same work: it goes on when one of them has had enough. */
function unlessAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
