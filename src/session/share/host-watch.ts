/**
 * Finds out that the host was stopped (Ctrl+Z, SIGSTOP): its connection stays open and nothing
 * comes. It is asked for an answer while something is expected of it, and only when none comes is
 * its process looked at: a host that is merely busy is never taken for a stopped one.
 */
import { isProcessStopped } from '../../platform/process-state.ts';

/** The host that was to answer is stopped. */
export class HostStopped extends Error {
  override readonly name = 'HostStopped';
  /** As it names itself. */
  readonly process: string;

  constructor(process: string) {
    super('The Zeke that holds this conversation is stopped.');
    this.process = process;
  }
}

export interface WatchedHost {
  /** As it names itself; undefined for a Zeke that does not say, which is not watched. */
  readonly process: string | undefined;
  /** Resolves when the host answers, in whatever way. */
  readonly ping: () => Promise<unknown>;
  readonly onStopped: (process: string) => void;
}

/** Two of them and a take-over are well below a second. */
const LOOK_EVERY_MS = 200;
/** A host that is there answers `hello` within this, or is busy. */
const HELLO_LOOK_MS = 300;

export class HostWatch {
  readonly #host: WatchedHost;
  #timer: NodeJS.Timeout | undefined;
  #isAsking = false;

  constructor(host: WatchedHost) {
    this.#host = host;
  }

  /** No timer runs while nothing is expected. */
  setExpecting(isExpecting: boolean): void {
    if (isExpecting && this.#timer === undefined && this.#host.process !== undefined) {
      this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
      this.#timer.unref();
    }
    if (!isExpecting) this.stop();
  }

  /** Looks no more. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
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

/** What `hello` answers. Rejects with HostStopped when no answer can come. */
export function answerUnlessStopped<T>(
  answer: Promise<T>,
  hostProcess: () => string | undefined,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setInterval(() => {
      const name = hostProcess();
      if (name !== undefined && isProcessStopped(name)) reject(new HostStopped(name));
    }, HELLO_LOOK_MS);
    answer.then(resolve, reject).finally(() => clearInterval(timer));
  });
}
