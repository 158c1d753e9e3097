/** The hosting side of the attach protocol: shares the live session with other front ends. */
import { ZekeError } from '../../platform/errors.ts';
import type { LocalSocket } from '../../platform/socket.ts';
import type { SessionEvent } from '../events.ts';
import type { LocalSession } from '../session.ts';
import type { SessionState } from '../state.ts';
import { isId, newId } from '../store.ts';
import { isFields, parseOp } from '../validate.ts';
import { RpcConnection } from './rpc.ts';
import { encodeNotification, PROTOCOL_VERSION } from './wire.ts';

export interface HostLimits {
  /** The largest message taken from a front end. */
  readonly maxFrameBytes: number;
  /** A front end that leaves more than this unread gets the state anew once it reads again. */
  readonly maxBufferedBytes: number;
}

const DEFAULT_LIMITS: HostLimits = {
  maxFrameBytes: 64 * 1024 * 1024,
  maxBufferedBytes: 8 * 1024 * 1024,
};

interface Client {
  readonly connection: RpcConnection;
  /** False until its `hello` was answered: nothing is sent before. */
  isWelcome: boolean;
  /** It did not read fast enough and has missed events. */
  isBehind: boolean;
}

/** Serves connections until `close`. Whatever one of them does, the session goes on. */
export class SessionHost {
  readonly #session: LocalSession;
  readonly #limits: HostLimits;
  readonly #clients = new Set<Client>();

  constructor(session: LocalSession, limits: HostLimits = DEFAULT_LIMITS) {
    this.#session = session;
    this.#limits = limits;
    session.subscribe((events, state) => this.#forward(events, state));
  }

  /** Takes on a front end. */
  accept(socket: LocalSocket): void {
    if (socket.destroyed) return;
    const connection = new RpcConnection(socket, this.#limits.maxFrameBytes, {
      onRequest: (method, params) => this.#answer(client, method, params),
      // Front ends have nothing to tell that wants no answer.
      onNotification: () => undefined,
      onClose: () => this.#clients.delete(client),
      onDrain: () => this.#catchUp(client),
    });
    const client: Client = { connection, isWelcome: false, isBehind: false };
    this.#clients.add(client);
  }

  /** Says everything that is left to say and hangs up on everybody. */
  async close(): Promise<void> {
    await Promise.all([...this.#clients].map((client) => client.connection.close()));
  }

  #answer(client: Client, method: string, params: readonly unknown[]): unknown {
    if (method === 'hello') return this.#welcome(client, params[0]);
    if (method === 'op' && client.isWelcome) return this.#carryOut(params[0]);
    throw new ZekeError('usage', `There is no method "${method}" here.`);
  }

  #welcome(client: Client, greeting: unknown): unknown {
    const fields = isFields(greeting) ? greeting : {};
    if (fields.protocol !== PROTOCOL_VERSION) {
      throw new ZekeError(
        'system',
        `The Zeke that holds this conversation speaks protocol ${PROTOCOL_VERSION}; ` +
          'close it and start it again to have the same version everywhere.',
      );
    }
    client.isWelcome = true;
    const state = this.#session.getState();
    const { sessionId, seq } = state;
    const answer = { protocol: PROTOCOL_VERSION, sessionId, seq };
    const knowsThis = fields.sessionId === sessionId && typeof fields.seq === 'number';
    const missed = knowsThis ? this.#session.eventsAfter(Number(fields.seq)) : undefined;
    if (missed !== undefined) return { ...answer, events: JSON.stringify(missed) };
    return { ...answer, state: JSON.stringify(state) };
  }

  async #carryOut(request: unknown): Promise<boolean> {
    const fields = isFields(request) ? request : {};
    const op = parseOp(fields.op);
    if (op === undefined) throw new ZekeError('usage', 'That is no op of this protocol.');
    const id = typeof fields.id === 'string' && isId(fields.id) ? fields.id : newId();
    await this.#session.sendAs(op, id);
    return true;
  }

  #forward(events: readonly SessionEvent[], state: SessionState): void {
    if (this.#clients.size === 0) return;
    const bytes = events.length === 0 ? stateMessage(state) : eventsMessage(events);
    for (const client of this.#clients) {
      if (!client.isWelcome || client.isBehind) continue;
      client.isBehind = client.connection.bufferedBytes > this.#limits.maxBufferedBytes;
      if (!client.isBehind) client.connection.sendBytes(bytes);
    }
  }

  #catchUp(client: Client): void {
    if (!client.isBehind) return;
    client.isBehind = false;
    client.connection.sendBytes(stateMessage(this.#session.getState()));
  }
}

function eventsMessage(events: readonly SessionEvent[]): Uint8Array {
  return encodeNotification('events', [JSON.stringify(events)]);
}

function stateMessage(state: SessionState): Uint8Array {
  return encodeNotification('state', [JSON.stringify(state)]);
}
