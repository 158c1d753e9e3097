/**
 * MessagePack-RPC with one Neovim over the pipes of its process. The tests have a client of their
 * own so that the one which Zeke ships is never checked against itself, and so that a test worker
 * starts without loading a logger.
 */
import type { Readable, Writable } from 'node:stream';
import { decodeMultiStream, Encoder } from '@msgpack/msgpack';

const REQUEST = 0;
const RESPONSE = 1;
const NOTIFICATION = 2;

interface Waiting {
  readonly method: string;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}
/** Called with the arguments of a notification. */
export type NotificationListener = (args: readonly unknown[]) => void;

export class NeovimRpc {
  readonly #output: Writable;
  readonly #encoder = new Encoder();
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Map<string, Set<NotificationListener>>();
  #lastId = 0;
  #whyClosed: string | undefined;

  constructor(input: Readable, output: Writable) {
    this.#output = output;
    // The process may end with something still on its way to it; `close` tells every caller.
    output.on('error', (error) => this.close(error.message));
    void this.#read(input);
  }

  /** Calls a function of the API. Rejects with Neovim's own message, and when the process ends. */
  request(method: string, args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#whyClosed !== undefined) {
        reject(new Error(`${method}: ${this.#whyClosed}`));
        return;
      }
      this.#lastId += 1;
      this.#waiting.set(this.#lastId, { method, resolve, reject });
      this.#write([REQUEST, this.#lastId, method, args]);
    });
  }

  /** Listens to one kind of notification; call what it returns to stop. */
  onNotification(method: string, listener: NotificationListener): () => void {
    const listeners = this.#listeners.get(method) ?? new Set();
    this.#listeners.set(method, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** Rejects what is still waiting for an answer, now and from now on. */
  close(why: string): void {
    this.#whyClosed ??= why;
    for (const { method, reject } of this.#waiting.values()) {
      reject(new Error(`${method}: ${this.#whyClosed}`));
    }
    this.#waiting.clear();
  }

  async #read(input: Readable): Promise<void> {
    try {
      for await (const message of decodeMultiStream(input)) this.#receive(message);
    } catch (error) {
      this.close(`Neovim's output cannot be read: ${String(error)}`);
    }
  }

  #receive(message: unknown): void {
    const [kind, ...rest] = message as readonly [number, ...unknown[]];
    if (kind === RESPONSE) {
      const [id, error, result] = rest as [number, readonly [number, string] | null, unknown];
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === null) waiting?.resolve(result);
      else waiting?.reject(new Error(`${waiting.method}: ${error[1]}`));
    } else if (kind === NOTIFICATION) {
      const [method, args] = rest as [string, readonly unknown[]];
      for (const listener of [...(this.#listeners.get(method) ?? [])]) listener(args);
    } else {
      // Neovim waits for the answer to a request, and a test has none to give.
      const [id, method] = rest as [number, string];
      this.#write([RESPONSE, id, `The test does not answer ${method}.`, null]);
    }
  }

  #write(message: readonly unknown[]): void {
    this.#output.write(this.#encoder.encode(message));
  }
}
