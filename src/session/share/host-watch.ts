/**
 * Finds out that the host was stopped (Ctrl+Z, SIGSTOP): its connection stays open and nothing
 * comes. It is asked for an answer while something is expected of it, and only when none comes is
 * its process looked at: a host that is merely busy is never taken for a stopped one.
 */
import { isProcessStopped } from '../../platform/process-state.ts';

/** The host that was to answer is stopped, or another one is in its place. */
export class HostStopped extends Error {
  override readonly name = 'HostStopped';
  /** As it names itself; undefined when it did not say. */
  readonly process: string | undefined;

  constructor(process: string | undefined) {
    super('The Zeke that holds this conversation is stopped.');
    this.process = process;
  }
}

/** How a front end waits for a host that is there and busy with something else. */
export interface Waiting {
  /** Gives up. */
  readonly signal?: AbortSignal;
  /** Called once, with the host's process, when no answer has come for a moment. */
  readonly onWait?: (process: string) => void;
}

/** What is known from outside of who listens at an address. */
export interface HostPost {
  /** The process that listened before we connected. */
  readonly before: string | undefined;
  readonly process: () => string | undefined;
  /** Calls back when that may have changed. Returns the undo. */
  readonly watch: (listener: () => void) => () => void;
}

export interface WatchedHost {
  readonly post: HostPost | undefined;
  /** As it names itself; undefined for a Zeke that does not say, which is not watched. */
  readonly process: string | undefined;
  /** Resolves when the host answers, in whatever way. */
  readonly ping: () => Promise<unknown>;
  /** It is stopped, or another one took its place. */
  readonly onStopped: (process: string) => void;
}

/** Two of them and a take-over are well below a second. */
const LOOK_EVERY_MS = 200;
/** A host that is there answers `hello` within this, or is busy. */
const HELLO_LOOK_MS = 300;
/** From here on whoever waits wants to know what for. */
const WAIT_NOTICE_MS = 2000;

export class HostWatch {
  readonly #host: WatchedHost;
  #timer: NodeJS.Timeout | undefined;
  #isAsking = false;
  #unwatch: (() => void) | undefined;

  constructor(host: WatchedHost) {
    this.#host = host;
    // Where nothing is expected nobody asks, and somebody else may have found it stopped.
    this.#unwatch = host.post?.watch(() => this.#lookAtPost());
    this.#lookAtPost();
  }

  /** No timer runs while nothing is expected. */
  setExpecting(isExpecting: boolean): void {
    if (isExpecting && this.#timer === undefined && this.#host.process !== undefined) {
      this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
      this.#timer.unref();
    }
    if (!isExpecting) this.#rest();
  }

  /** Looks no more. */
  stop(): void {
    this.#rest();
    this.#unwatch?.();
    this.#unwatch = undefined;
  }

  #rest(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #lookAtPost(): void {
    const { process, post } = this.#host;
    const now = post?.process();
    if (process === undefined || now === undefined || now === process) return;
    this.stop();
    this.#host.onStopped(process);
  }

  #look(): void {
    const { process, ping, onStopped } = this.#host;
    if (!this.#isAsking) {
      this.#isAsking = true;
      const answered = (): void => {
        this.#isAsking = false;
      };
      ping().then(answered, answered);
    } else if (process !== undefined && isProcessStopped(process)) {
      this.stop();
      onStopped(process);
    }
  }
}

/**
 * What `hello` answers, however long a busy host takes. Rejects with HostStopped when no answer can
 * come, and with the signal's reason.
 */
export function answerUnlessStopped<T>(
  answer: Promise<T>,
  post: HostPost,
  { signal, onWait }: Waiting = {},
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const giveUp = (): void => reject(signal?.reason);
  let waitedMs = 0;
  const timer = setInterval(() => {
    const name = post.process();
    const isStopped = name !== undefined && isProcessStopped(name);
    if (isStopped || name !== post.before) return reject(new HostStopped(post.before));
    const isNotYet = waitedMs < WAIT_NOTICE_MS;
    waitedMs += HELLO_LOOK_MS;
    if (isNotYet && waitedMs >= WAIT_NOTICE_MS && name !== undefined) onWait?.(name);
  }, HELLO_LOOK_MS);
  signal?.addEventListener('abort', giveUp, { once: true });
  if (signal?.aborted === true) giveUp();
  answer.then(resolve, reject);
  return promise.finally(() => {
    clearInterval(timer);
    signal?.removeEventListener('abort', giveUp);
  });
}
