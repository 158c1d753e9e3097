/** The hosting side of the attach protocol: shares the live session with other front ends. */
import { ZekeError } from '../../platform/errors.ts';
import { ownProcess } from '../../platform/process-state.ts';
import type { LocalSocket } from '../../platform/socket.ts';
import type { SessionEvent } from '../events.ts';
import type { Client } from '../port.ts';
import type { LocalSession } from '../session.ts';
import type { SessionState } from '../state.ts';
import { isId, newId } from '../store.ts';
import { isFields, parseOp } from '../validate.ts';
import { type Doors, Doorway, LocalGuestPort } from './door.ts';
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

/** A front end at the other end of a connection. */
interface Guest {
  readonly connection: RpcConnection;
  /** Undefined until its `hello` was answered: nothing is sent before. */
  client: Client | undefined;
  /** Behind a door, which is served what happened by the door; `leave` ends that. */
  isOutside: boolean;
  leave: () => void;
  /** It did not read fast enough and has missed events. */
  isBehind: boolean;
}

/** Names are for lists on one line. */
const MAX_NAME_CHARACTERS = 32;
const UNNAMED = 'unnamed';

/** Serves connections until `close`. Whatever one of them does, the session goes on. */
export class SessionHost {
  readonly #session: LocalSession;
  readonly #limits: HostLimits;
  readonly #doors: Doors;
  readonly #guests = new Set<Guest>();
  readonly #process = ownProcess();
  #clientsTick: NodeJS.Immediate | undefined;

  constructor(
    session: LocalSession,
    limits: HostLimits = DEFAULT_LIMITS,
    doors: Doors = new Map(),
  ) {
    this.#session = session;
    this.#limits = limits;
    this.#doors = doors;
    session.subscribe((events, state) => this.#forward(events, state));
  }

  /** Takes on a front end. */
  accept(socket: LocalSocket): void {
    if (socket.destroyed) return;
    const connection = new RpcConnection(socket, this.#limits.maxFrameBytes, {
      onRequest: (method, params) => this.#answer(guest, method, params),
      // Front ends of this protocol have nothing to tell that wants no answer.
      onNotification: (method, params) => {
        if (method === 'hello') this.#openDoor(guest, params[0]);
      },
      onClose: () => this.#forget(guest),
      onDrain: () => this.#catchUp(guest),
    });
    const guest: Guest = {
      connection,
      client: undefined,
      isOutside: false,
      leave: () => undefined,
      isBehind: false,
    };
    this.#guests.add(guest);
  }

  /** Says everything that is left to say and hangs up on everybody. */
  async close(): Promise<void> {
    await Promise.all([...this.#guests].map((guest) => guest.connection.close()));
  }

  #answer(guest: Guest, method: string, params: readonly unknown[]): unknown {
    if (method === 'hello') return this.#welcome(guest, params[0]);
    // The answer alone says that the host is not stopped.
    if (method === 'ping') return true;
    if (method === 'op' && guest.client !== undefined)
      return this.#carryOut(params[0], guest.client.name);
    throw new ZekeError('usage', `There is no method "${method}" here.`);
  }

  /** The connection of a guest that speaks something else goes to whoever understands it. */
  #openDoor(guest: Guest, greeting: unknown): void {
    if (guest.client !== undefined || !isFields(greeting)) return;
    const name = String(greeting.client);
    const open = this.#doors.get(name);
    if (open === undefined) return;
    guest.isOutside = true;
    const { connection } = guest;
    const enter = (): LocalGuestPort => {
      const client = { id: newId(), name, isHost: false, isSelf: false };
      const port = new LocalGuestPort(this.#session, client, () => connection.close());
      guest.leave = () => port.release();
      guest.client = client;
      this.#showClients();
      return port;
    };
    const newcomer = { greeting, connection, process: this.#process, enter };
    connection.handOver(new Doorway(newcomer, open, this.#limits.maxFrameBytes));
  }

  #welcome(guest: Guest, greeting: unknown): unknown {
    const fields = isFields(greeting) ? greeting : {};
    if (fields.protocol !== PROTOCOL_VERSION) {
      throw new ZekeError(
        'system',
        `The Zeke that holds this conversation speaks protocol ${PROTOCOL_VERSION}; ` +
          'close it and start it again to have the same version everywhere.',
      );
    }
    guest.client ??= { id: newId(), name: nameFrom(fields.client), isHost: false, isSelf: false };
    this.#showClients();
    const state = this.#session.getState();
    const { sessionId, seq } = state;
    const answer = {
      protocol: PROTOCOL_VERSION,
      sessionId,
      seq,
      process: this.#process,
      clientId: guest.client.id,
      clients: JSON.stringify(this.#session.getClients().map(toPresence)),
    };
    const knowsThis = fields.sessionId === sessionId && typeof fields.seq === 'number';
    const missed = knowsThis ? this.#session.eventsAfter(Number(fields.seq)) : undefined;
    if (missed !== undefined) return { ...answer, events: JSON.stringify(missed) };
    return { ...answer, state: JSON.stringify(state) };
  }

  async #carryOut(request: unknown, by: string): Promise<boolean> {
    const fields = isFields(request) ? request : {};
    const op = parseOp(fields.op);
    if (op === undefined) throw new ZekeError('usage', 'That is no op of this protocol.');
    const id = typeof fields.id === 'string' && isId(fields.id) ? fields.id : newId();
    await this.#session.sendAs(op, id, by);
    return true;
  }

  #forward(events: readonly SessionEvent[], state: SessionState): void {
    if (this.#guests.size === 0) return;
    const bytes = events.length === 0 ? stateMessage(state) : eventsMessage(events);
    for (const guest of this.#guests) {
      if (!isListening(guest)) continue;
      guest.isBehind = guest.connection.bufferedBytes > this.#limits.maxBufferedBytes;
      if (!guest.isBehind) guest.connection.sendBytes(bytes);
    }
  }

  #catchUp(guest: Guest): void {
    if (!guest.isBehind) return;
    guest.isBehind = false;
    guest.connection.sendBytes(stateMessage(this.#session.getState()));
    guest.connection.sendBytes(clientsMessage(this.#session.getClients()));
  }

  #forget(guest: Guest): void {
    this.#guests.delete(guest);
    guest.leave();
    if (guest.client !== undefined) this.#showClients();
  }

  /** The front end of this process at once, the others once for all that came and went. */
  #showClients(): void {
    const clients = [...this.#guests].flatMap(({ client }) => (client ? [client] : []));
    this.#session.setGuests(clients);
    this.#clientsTick ??= setImmediate(() => {
      this.#clientsTick = undefined;
      const bytes = clientsMessage(this.#session.getClients());
      for (const guest of this.#guests) {
        if (isListening(guest)) guest.connection.sendBytes(bytes);
      }
    });
  }
}

/** It speaks this protocol, was welcomed and keeps up. */
function isListening({ client, isOutside, isBehind }: Guest): boolean {
  return client !== undefined && !isOutside && !isBehind;
}

function clientsMessage(clients: readonly Client[]): Uint8Array {
  return encodeNotification('clients', [JSON.stringify(clients.map(toPresence))]);
}

/** Which one a front end is itself, it knows by the id that `hello` gave it. */
function toPresence({ id, name, isHost }: Client): Omit<Client, 'isSelf'> {
  return { id, name, isHost };
}

/** What a client calls itself, as far as that can stand in a list. */
function nameFrom(value: unknown): string {
  if (typeof value !== 'string') return UNNAMED;
  const start = value.slice(0, 4 * MAX_NAME_CHARACTERS).replaceAll(/[^\p{L}\p{N} ._-]/gu, '');
  return [...start.trim()].slice(0, MAX_NAME_CHARACTERS).join('').trim() || UNNAMED;
}

function eventsMessage(events: readonly SessionEvent[]): Uint8Array {
  return encodeNotification('events', [JSON.stringify(events)]);
}

function stateMessage(state: SessionState): Uint8Array {
  return encodeNotification('state', [JSON.stringify(state)]);
}
