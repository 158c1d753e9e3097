/**
 * The way into the library. Calls run on Node's pool of four threads, which reads files as well, and
 * koffi takes no more than 256 at once: so few run at a time and the others wait here, in order.
 */
import { ZekeError } from '../errors.ts';

/** Long ones (a first build) must not keep the short ones waiting. */
export type Lane = 'short' | 'long';

const RUNNING: Readonly<Record<Lane, number>> = { short: 2, long: 1 };
const MAX_WAITING = 1_000;

interface Waiting {
  readonly start: () => void;
}

export interface CallQueue {
  /** Runs `work` when its turn comes; rejects with the signal's reason if that aborts before. */
  run<T>(lane: Lane, work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Resolves when nothing runs any more; what waits is refused. */
  close(): Promise<void>;
}

export function createCallQueue(): CallQueue {
  const lanes = { short: createLane(RUNNING.short), long: createLane(RUNNING.long) };
  return {
    run: (lane, work, signal) => lanes[lane].run(work, signal),
    close: async () => {
      await Promise.all([lanes.short.close(), lanes.long.close()]);
    },
  };
}

function createLane(limit: number) {
  const waiting = new Set<Waiting>();
  const idle: (() => void)[] = [];
  let running = 0;
  let isClosed = false;
  const next = (): void => {
    running--;
    const [first] = waiting;
    if (first !== undefined) {
      waiting.delete(first);
      first.start();
    } else if (running === 0) for (const tell of idle.splice(0)) tell();
  };
  const turn = (signal: AbortSignal | undefined): Promise<void> => {
    if (running < limit) {
      running++;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const abort = () => {
        waiting.delete(entry);
        reject(signal?.reason);
      };
      const start = () => {
        signal?.removeEventListener('abort', abort);
        running++;
        resolve();
      };
      const entry = { start };
      waiting.add(entry);
      signal?.addEventListener('abort', abort, { once: true });
    });
  };
  return {
    run: async <T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> => {
      signal?.throwIfAborted();
      if (waiting.size >= MAX_WAITING) throw tooMany();
      await turn(signal);
      try {
        if (isClosed) throw closedError();
        signal?.throwIfAborted();
        return await work();
      } finally {
        next();
      }
    },
    close: (): Promise<void> => {
      isClosed = true;
      if (running === 0) return Promise.resolve();
      return new Promise((resolve) => idle.push(resolve));
    },
  };
}

/** For a question that comes, or has its turn, after the end. */
export function closedError(): ZekeError {
  return new ZekeError('system', 'The code index was closed.');
}

function tooMany(): ZekeError {
  return new ZekeError('system', `More than ${MAX_WAITING} questions wait for the code index.`, {
    hint: 'Ask again when some of them are answered.',
  });
}
