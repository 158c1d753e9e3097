/**
 * The `neovim` package's transport over a connection of ours. The package brings the client and the
 * handles; its own transport would end the whole process for one wrong byte, leave requests open
 * when Neovim dies, and read text that is no UTF-8 as something else (docs/adr/0014-neovim.md).
 */
import { PassThrough } from 'node:stream';
import { decode, ExtensionCodec, encode } from '@msgpack/msgpack';
import { NeovimClient } from 'neovim/lib/api/client.js';
import { Buffer, Tabpage, Window } from 'neovim/lib/api/extTypes.js';
import { ExtType } from 'neovim/lib/api/types.js';
import { Transport } from 'neovim/lib/utils/transport.js';
import type { GuestConnection } from '../../session/share/door.ts';
import { WireError } from '../../session/share/wire.ts';
import { decodeFrame, encodeMessage } from './messages.ts';
import { QUIET_LOGGER } from './quiet-logger.ts';

type Settle = (error: readonly [number, string] | null, result?: unknown) => void;

const REQUEST = 0;
const RESPONSE = 1;
const NOTIFICATION = 2;
/** What Neovim calls an error that is no exception of its own. */
const OTHER_ERROR = 0;
/**
 * The client asks for its channel and for the names of 250 functions before it hands anything on.
 * Nothing here needs either: it is answered on the spot, and joining costs no round trip.
 */
const API_INFO = 'nvim_get_api_info';
const NO_API_INFO: readonly unknown[] = [0, {}];

export class GuestTransport extends Transport {
  readonly #connection: GuestConnection;
  readonly #onNotification: (method: string, params: readonly unknown[]) => void;
  readonly #codec = new ExtensionCodec();
  readonly #waiting = new Map<number, Settle>();
  #lastId = 0;
  #isClosed = false;

  constructor(
    connection: GuestConnection,
    onNotification: (method: string, params: readonly unknown[]) => void,
  ) {
    super();
    this.#connection = connection;
    this.#onNotification = onNotification;
  }

  /** Called by the client, which thinks that there are streams. */
  override attach(_writer: unknown, _reader: unknown, client: NeovimClient): void {
    for (const [type, Handle] of [
      [ExtType.Buffer, Buffer],
      [ExtType.Window, Window],
      [ExtType.Tabpage, Tabpage],
    ] as const) {
      this.#codec.register({
        type,
        encode: (value) => (value instanceof Handle ? encode(Number(value.data)) : null),
        decode: (bytes) => {
          // The package says bytes here and means the number in them.
          const data = readHandle(bytes) as never;
          return new Handle({ transport: this, client, data, logger: QUIET_LOGGER });
        },
      });
    }
  }

  override request(method: string, params: readonly unknown[], settle: Settle): void {
    if (method === API_INFO) settle(null, NO_API_INFO);
    else if (this.#isClosed) settle([OTHER_ERROR, 'Neovim is gone.']);
    else {
      this.#lastId += 1;
      this.#waiting.set(this.#lastId, settle);
      this.#send([REQUEST, this.#lastId, method, params]);
    }
  }

  override notify(method: string, params: readonly unknown[]): void {
    if (!this.#isClosed) this.#send([NOTIFICATION, method, params]);
  }

  /** A whole frame from Neovim. Throws a WireError for what can be no message. */
  receive(frame: Uint8Array): void {
    const message = decodeFrame(frame, this.#codec);
    if (!Array.isArray(message)) throw new WireError('A message is not a list.');
    const [type, first, second, third]: unknown[] = message;
    if (type === NOTIFICATION && typeof first === 'string' && Array.isArray(second)) {
      this.#onNotification(first, second);
    } else if (type === RESPONSE && typeof first === 'number') {
      this.#settle(first, second, third);
    } else if (type === REQUEST && typeof first === 'number') {
      this.#send([RESPONSE, first, 'Zeke takes notifications only.', null]);
    } else {
      throw new WireError('A message is no request, response or notification.');
    }
  }

  /** Neovim hung up, or died: nothing that was asked of it will be answered. */
  end(): void {
    this.#isClosed = true;
    for (const settle of this.#waiting.values()) settle([OTHER_ERROR, 'Neovim is gone.']);
    this.#waiting.clear();
    this.emit('detach');
  }

  override close(): Promise<void> {
    return this.#connection.close();
  }

  #settle(id: number, error: unknown, result: unknown): void {
    const settle = this.#waiting.get(id);
    if (settle === undefined) throw new WireError('An answer belongs to no request.');
    this.#waiting.delete(id);
    if (error === null || error === undefined) settle(null, result);
    else settle([OTHER_ERROR, Array.isArray(error) ? String(error[1]) : String(error)]);
  }

  #send(message: readonly unknown[]): void {
    this.#connection.sendBytes(encodeMessage(message, this.#codec));
  }
}

/** The package's client over a transport of ours. */
export function createClient(transport: GuestTransport): NeovimClient {
  const client = new NeovimClient({ transport, logger: QUIET_LOGGER });
  // The client only passes streams on to its transport, and this one has a connection.
  const nothing = new PassThrough();
  client.attach({ reader: nothing, writer: nothing });
  return client;
}

function readHandle(bytes: Uint8Array): number {
  const data = decode(bytes);
  if (!Number.isSafeInteger(data)) throw new WireError('A handle is no number.');
  return Number(data);
}
