/** One connection of the attach protocol, the same at both ends: requests, answers, messages. */
import { errorMessage, ZekeError } from '../../platform/errors.ts';
import type { LocalSocket } from '../../platform/socket.ts';
import {
  decodeMessage,
  encodeNotification,
  encodeRequest,
  encodeResponse,
  FrameSplitter,
  type RpcMessage,
  WireError,
} from './wire.ts';

export interface RpcHandlers {
  /** The answer, or a rejection whose message the other side gets as the error. */
  readonly onRequest: (method: string, params: readonly unknown[]) => unknown;
  readonly onNotification: (method: string, params: readonly unknown[]) => void;
  /** Called once; `error` is what was wrong with a message, if that is why. */
  readonly onClose: (error: Error | undefined) => void;
  /** Everything that was held back has been sent. */
  readonly onDrain?: () => void;
}

/** Serves a connection that does not speak the attach protocol: takes its frames as they came. */
export interface FrameTaker {
  readonly onFrame: (frame: Uint8Array) => void;
  readonly onDrain: () => void;
  readonly onClose: () => void;
}

interface PendingRequest {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout | undefined;
}

/** The other side hung up before it answered. */
class ConnectionClosed extends Error {
  override readonly name = 'ConnectionClosed';
}

/** How long what was sent last may take to leave when the connection is closed. */
const CLOSE_PATIENCE_MS = 250;

export class RpcConnection {
  readonly #socket: LocalSocket;
  readonly #handlers: RpcHandlers;
  readonly #pending = new Map<number, PendingRequest>();
  #nextId = 1;
  #taker: FrameTaker | undefined;
  #error: Error | undefined;
  #isClosed = false;

  /** `maxFrameBytes` is the largest message taken from the other side. */
  constructor(socket: LocalSocket, maxFrameBytes: number, handlers: RpcHandlers) {
    this.#socket = socket;
    this.#handlers = handlers;
    const splitter = new FrameSplitter(maxFrameBytes);
    socket.on('data', (chunk: Buffer) => this.#receive(splitter, chunk));
    socket.on('drain', () => (this.#taker ?? handlers).onDrain?.());
    // An error is always followed by `close`, which is where it is dealt with.
    socket.on('error', (error) => {
      this.#error ??= error;
    });
    socket.on('close', () => this.#ended());
  }

  /** Bytes that the other side has not taken yet. */
  get bufferedBytes(): number {
    return this.#socket.writableLength;
  }

  /** From now on what comes is the taker's, undecoded, and nothing is answered here. */
  handOver(taker: FrameTaker): void {
    this.#taker = taker;
  }

  /** Asks and waits. Rejects with ConnectionClosed, or a ZekeError for a refusal or no answer. */
  request(method: string, params: readonly unknown[], timeoutMs?: number): Promise<unknown> {
    if (this.#isClosed) return Promise.reject(new ConnectionClosed('The connection is closed.'));
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        this.#pending.delete(id);
        reject(silenceError());
      };
      const timer = timeoutMs === undefined ? undefined : setTimeout(giveUp, timeoutMs);
      this.#pending.set(id, { resolve, reject, timer });
      this.#socket.write(encodeRequest(id, method, params));
    });
  }

  /** Sends a message that wants no answer. */
  notify(method: string, params: readonly unknown[]): void {
    this.sendBytes(encodeNotification(method, params));
  }

  /** Sends an encoded message, for those that go to many. */
  sendBytes(bytes: Uint8Array): void {
    if (!this.#isClosed) this.#socket.write(bytes);
  }

  /** Sends what is left, hangs up, and does not wait long for a side that does not read. */
  close(): Promise<void> {
    const socket = this.#socket;
    if (socket.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => socket.destroy(), CLOSE_PATIENCE_MS);
      socket.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
      socket.end();
    });
  }

  /** Hangs up at once, on a side that will not read any more. */
  drop(): void {
    this.#socket.destroy();
  }

  #receive(splitter: FrameSplitter, chunk: Buffer): void {
    try {
      for (const frame of splitter.push(chunk)) this.#take(frame);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.#error = error;
      this.#socket.destroy();
    }
  }

  #take(frame: Uint8Array): void {
    if (this.#taker === undefined) this.#dispatch(decodeMessage(frame));
    // What came together with the message for which it was dropped is not looked at any more.
    else if (!this.#socket.destroyed) this.#taker.onFrame(frame);
  }

  #dispatch(message: RpcMessage): void {
    switch (message.kind) {
      case 'request':
        void this.#answer(message.id, message.method, message.params);
        return;
      case 'response':
        this.#settle(message.id, message.error, message.result);
        return;
      case 'notification':
        this.#handlers.onNotification(message.method, message.params);
        return;
    }
  }

  async #answer(id: number, method: string, params: readonly unknown[]): Promise<void> {
    try {
      const result = await this.#handlers.onRequest(method, params);
      this.sendBytes(encodeResponse(id, null, result));
    } catch (error) {
      // Whatever went wrong is the asker's to know; it must not end the process that hosts.
      this.sendBytes(encodeResponse(id, errorMessage(error), null));
    }
  }

  #settle(id: number, error: unknown, result: unknown): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    clearTimeout(pending?.timer);
    if (error === null || error === undefined) pending?.resolve(result);
    else pending?.reject(new ZekeError('system', String(error)));
  }

  #ended(): void {
    this.#isClosed = true;
    for (const { reject, timer } of this.#pending.values()) {
      clearTimeout(timer);
      reject(new ConnectionClosed('The connection was closed before the answer came.'));
    }
    this.#pending.clear();
    this.#taker?.onClose();
    this.#handlers.onClose(this.#error);
  }
}

function silenceError(): ZekeError {
  return new ZekeError('system', 'The Zeke that holds this conversation does not answer.', {
    hint: 'It may be stopped (Ctrl+Z) or stuck: continue or end it, then try again.',
  });
}
