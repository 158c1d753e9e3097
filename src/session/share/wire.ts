/**
 * The attach protocol: msgpack-RPC, so that a Neovim can join as it is (`sockconnect` with
 * `rpc=true`). Events and states travel as JSON text inside it: they are the journal's own lines,
 * and what a model chose as the key of a tool's input never becomes a key of ours.
 */
import { decode, encode } from '@msgpack/msgpack';
import { errorMessage } from '../../platform/errors.ts';

/** Raised when a front end and a host of different versions would misunderstand each other. */
export const PROTOCOL_VERSION = 1;

/** What the other side sent cannot be understood; the connection is dropped. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

export type RpcMessage =
  | { readonly kind: 'request'; readonly id: number; readonly method: string; params: RpcParams }
  | { readonly kind: 'response'; readonly id: number; error: unknown; result: unknown }
  | { readonly kind: 'notification'; readonly method: string; params: RpcParams };
type RpcParams = readonly unknown[];

/** Longer lists and maps are in no message of ours; making them would cost memory. */
const MAX_LIST_LENGTH = 100_000;
const REQUEST = 0;
const RESPONSE = 1;
const NOTIFICATION = 2;

/** The bytes of a request. */
export function encodeRequest(id: number, method: string, params: RpcParams): Uint8Array {
  return encode([REQUEST, id, method, params]);
}
/** The bytes of an answer; `error` is null when it went well. */
export function encodeResponse(id: number, error: unknown, result: unknown): Uint8Array {
  return encode([RESPONSE, id, error, result]);
}
/** The bytes of a message that wants no answer. */
export function encodeNotification(method: string, params: RpcParams): Uint8Array {
  return encode([NOTIFICATION, method, params]);
}

/** The message in a whole frame. Throws a WireError when it is none. */
export function decodeMessage(frame: Uint8Array): RpcMessage {
  const message = decodeFrame(frame);
  if (!Array.isArray(message)) throw new WireError('A message is not a list.');
  const [type, first, second, third]: unknown[] = message;
  if (type === REQUEST && isId(first) && typeof second === 'string' && Array.isArray(third)) {
    return { kind: 'request', id: first, method: second, params: third };
  }
  if (type === RESPONSE && isId(first)) {
    return { kind: 'response', id: first, error: second, result: third };
  }
  if (type === NOTIFICATION && typeof first === 'string' && Array.isArray(second)) {
    return { kind: 'notification', method: first, params: second };
  }
  throw new WireError('A message is no request, response or notification.');
}

/**
 * Cuts a byte stream into msgpack values. A frame has no length in front of it, so the heads of
 * its items are counted; every byte is looked at once, however it was cut on the way.
 */
export class FrameSplitter {
  readonly #maxFrameBytes: number;
  #chunks: Uint8Array[] = [];
  /** Bytes of the open frame in `#chunks`. */
  #heldBytes = 0;
  /** Values that the open frame still needs. */
  #openValues = 1;
  /** Bytes of a string, number or the like that are still to be passed over. */
  #skipBytes = 0;
  /** A head that was cut by the end of a chunk. */
  #head: number[] = [];

  constructor(maxFrameBytes: number) {
    this.#maxFrameBytes = maxFrameBytes;
  }

  /** The frames that this chunk completes. Throws a WireError for what can be no frame. */
  push(chunk: Uint8Array): readonly Uint8Array[] {
    const frames: Uint8Array[] = [];
    let start = 0;
    for (let position = 0; position < chunk.length; ) {
      position = this.#skipBytes > 0 ? this.#skip(chunk, position) : this.#read(chunk, position);
      if (this.#openValues === 0 && this.#skipBytes === 0) {
        frames.push(this.#take(chunk.subarray(start, position)));
        start = position;
      }
      const outstandingBytes = this.#skipBytes + this.#openValues;
      if (this.#heldBytes + position - start + outstandingBytes > this.#maxFrameBytes) {
        throw new WireError(`A message is larger than ${this.#maxFrameBytes} bytes.`);
      }
    }
    if (start < chunk.length) {
      this.#chunks.push(chunk.subarray(start));
      this.#heldBytes += chunk.length - start;
    }
    return frames;
  }

  #skip(chunk: Uint8Array, position: number): number {
    const bytes = Math.min(this.#skipBytes, chunk.length - position);
    this.#skipBytes -= bytes;
    return position + bytes;
  }

  #read(chunk: Uint8Array, position: number): number {
    this.#head.push(chunk[position] ?? 0);
    const [first = 0] = this.#head;
    if (this.#head.length > lengthBytesOf(first)) {
      const { values, bytes } = measure(first, this.#head);
      this.#openValues += values - 1;
      this.#skipBytes = bytes;
      this.#head = [];
    }
    return position + 1;
  }

  #take(rest: Uint8Array): Uint8Array {
    const frame = this.#chunks.length === 0 ? rest : Buffer.concat([...this.#chunks, rest]);
    this.#chunks = [];
    this.#heldBytes = 0;
    this.#openValues = 1;
    return frame;
  }
}

function decodeFrame(frame: Uint8Array): unknown {
  try {
    return decode(frame, { maxArrayLength: MAX_LIST_LENGTH, maxMapLength: MAX_LIST_LENGTH });
  } catch (error) {
    throw new WireError(`A message is no msgpack: ${errorMessage(error)}`, { cause: error });
  }
}

function isId(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** How many bytes after the first one say how long the value is. */
function lengthBytesOf(first: number): number {
  if (first < 0xc4 || (first >= 0xca && first <= 0xd8) || first >= 0xe0) return 0;
  if (first <= 0xc9) return [1, 2, 4, 1, 2, 4][first - 0xc4] ?? 0;
  return [1, 2, 4, 2, 4, 2, 4][first - 0xd9] ?? 0;
}

/** How many values follow inside this one, and how many bytes that are no values. */
function measure(first: number, head: readonly number[]): { values: number; bytes: number } {
  if (first < 0x80 || first >= 0xe0) return { values: 0, bytes: 0 };
  if (first < 0x90) return { values: 2 * (first & 0x0f), bytes: 0 };
  if (first < 0xa0) return { values: first & 0x0f, bytes: 0 };
  if (first < 0xc0) return { values: 0, bytes: first & 0x1f };
  if (first === 0xc1) throw new WireError('A message has a byte that msgpack does not have.');
  if (first < 0xc4) return { values: 0, bytes: 0 };
  const length = head.slice(1).reduce((sum, byte) => sum * 256 + byte, 0);
  if (first <= 0xc6) return { values: 0, bytes: length };
  if (first <= 0xc9) return { values: 0, bytes: length + 1 };
  if (first <= 0xd3) return { values: 0, bytes: [4, 8, 1, 2, 4, 8, 1, 2, 4, 8][first - 0xca] ?? 0 };
  if (first <= 0xd8) return { values: 0, bytes: 1 + 2 ** (first - 0xd4) };
  if (first <= 0xdb) return { values: 0, bytes: length };
  return { values: first <= 0xdd ? length : 2 * length, bytes: 0 };
}
