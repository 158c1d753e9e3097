/**
 * No answer is older than the files. The first question has the folders compared; a process that
 * stays has them watched from then on, and only what changed is looked at.
 */
import type { NativeIndex } from '../../platform/native/native-index.ts';
import { unlessAborted } from './unless-aborted.ts';

/** A process that asks once is gone by then and pays for no watch. */
const WATCH_AFTER_MS = 150;

type OnChange = (paths: readonly string[]) => void;

export interface Freshness {
  /** Resolves when the index knows every change that was made before this call. */
  ensure(signal?: AbortSignal): Promise<void>;
  /** The same with the folders watched from now on; false where the system cannot. */
  watch(): Promise<boolean>;
  /** Hears of what changes while the folders are watched and something asks; ends with the result. */
  listen(onChange: OnChange): () => void;
}

/** What the operation `watch` answers: what changed since it was asked before. */
interface WatchAnswer {
  readonly isWatching: boolean;
  readonly changed: readonly string[];
}

export function createFreshness(index: NativeIndex, refresh: () => Promise<void>): Freshness {
  const listeners = new Set<OnChange>();
  let state: 'asked-never' | 'asked-once' | 'watching' | 'comparing' = 'asked-never';
  const compare = shareRuns(refresh);
  /** True when the folders are watched, and then what changed is known. */
  const askWatch = async (request: object): Promise<boolean> => {
    const { isWatching, changed } = (await index.call('watch', request)) as WatchAnswer;
    state = isWatching ? 'watching' : 'comparing';
    if (changed.length > 0) for (const onChange of listeners) onChange(changed);
    return isWatching;
  };
  /** Turning it on compares as well, after the folders are watched: nothing is missed. */
  const turnOn = shareRuns(() => askWatch({ isOn: true }));
  const watch = async (): Promise<boolean> => {
    // A watch ends by itself when there are more folders than the system follows.
    if (state === 'watching') return await askWatch({});
    return state === 'comparing' ? false : await turnOn();
  };
  const ensure = async (): Promise<void> => {
    if (state !== 'asked-never') {
      if (!(await watch())) await compare();
      return;
    }
    state = 'asked-once';
    await compare();
    // A failure is met again, and told, by the next question.
    setTimeout(() => void watch().catch(() => undefined), WATCH_AFTER_MS).unref();
  };
  return {
    ensure: (signal) => unlessAborted(ensure(), signal),
    watch,
    listen: (onChange) => {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
  };
}

/**
 * Callers share one run. One that is under way may have passed a file that changed since, so that
 * it is the next one that they share.
 */
function shareRuns<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  let next: Promise<T> | undefined;
  const share = (): Promise<T> => {
    if (running === undefined) {
      running = work().finally(() => {
        running = undefined;
      });
      return running;
    }
    next ??= running
      .then(
        () => undefined,
        () => undefined,
      )
      .then(() => {
        next = undefined;
        return share();
      });
    return next;
  };
  return share;
}
