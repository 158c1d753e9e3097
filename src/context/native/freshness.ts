/**
 * No answer is older than the files. A process that asks once has the folders compared once; one
 * that asks again has them watched, and then nothing is compared any more.
 */
import type { CallOptions, NativeIndex } from '../../platform/native/native-index.ts';

type OnProgress = NonNullable<CallOptions['onProgress']>;

export interface Freshness {
  /** Resolves when the index knows every change that was made before this call. */
  ensure(signal?: AbortSignal): Promise<void>;
  /** Asks the library to watch; true when it does from now on. */
  watch(): Promise<boolean>;
}

export function createFreshness(index: NativeIndex, onProgress?: OnProgress): Freshness {
  let questions = 0;
  let watching: Promise<boolean> | undefined;
  let isWatching = false;
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  const refresh = async (): Promise<void> => {
    await index.call('refresh', {}, { onProgress });
  };
  /** One that is under way may have passed a file that changed since: the next one is waited for. */
  const shareRefresh = (): Promise<void> => {
    if (running === undefined) {
      running = refresh().finally(() => {
        running = undefined;
      });
      return running;
    }
    const before = running.catch(() => undefined);
    next ??= before.then(() => {
      next = undefined;
      return shareRefresh();
    });
    return next;
  };
  const watch = (): Promise<boolean> => {
    watching ??= startWatch(index).then((isOn) => {
      isWatching = isOn;
      return isOn;
    });
    return watching;
  };
  const ensure = async (): Promise<void> => {
    questions++;
    if (isWatching) return;
    // What changes before the watch stands is not heard of: it is compared after that.
    if (questions > 1) await watch();
    await shareRefresh();
  };
  return { ensure: (signal) => unlessAborted(ensure(), signal), watch };
}

async function startWatch(index: NativeIndex): Promise<boolean> {
  const answer = (await index.call('watch', { isOn: true })) as { readonly isWatching: boolean };
  return answer.isWatching;
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
