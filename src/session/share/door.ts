/**
 * Doors: how a host serves a front end that does not speak the attach protocol. Such a guest says
 * `hello` as a notification; its connection is then the door's, and so is every byte after that.
 * What a door serves is known to whoever composes the program, never here.
 */
import type { SessionEvent } from '../events.ts';
import type { Op } from '../ops.ts';
import type { Client, SessionListener, SessionPort } from '../port.ts';
import type { LocalSession } from '../session.ts';
import { newId } from '../store.ts';
import type { FrameTaker, RpcConnection } from './rpc.ts';

/** By what the guest calls itself; the code behind one is loaded when the first guest comes. */
export type Doors = ReadonlyMap<string, () => Promise<Door>>;
/** Serves a guest from now on. What it throws ends that guest alone. */
export type Door = (newcomer: Newcomer) => FrameTaker;

export interface Newcomer {
  /** What it said with its `hello`; only its name was looked at. */
  readonly greeting: Readonly<Record<string, unknown>>;
  readonly connection: GuestConnection;
  /** The process that hosts, as other processes can ask after it. */
  readonly process: string;
  /** Shows the guest among the front ends and gives it its way into the conversation. */
  enter(): GuestPort;
}

/** The bytes to the guest. */
export type GuestConnection = Pick<RpcConnection, 'sendBytes' | 'bufferedBytes' | 'close' | 'drop'>;

/** The port of one guest; everything it listens to ends with its connection. */
export interface GuestPort extends SessionPort {
  readonly clientId: string;
  /** As `send`; resolves when what came of it is in the journal. */
  sendAs(op: Op, id: string): Promise<void>;
  /** The events after a sequence number, or undefined when they are not at hand any more. */
  eventsAfter(seq: number): readonly SessionEvent[] | undefined;
}

/** Keeps what arrives until the door's code is loaded, in order, and not without bound. */
export class Doorway implements FrameTaker {
  readonly #maxWaitingBytes: number;
  readonly #connection: GuestConnection;
  #served: FrameTaker | undefined;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #isClosed = false;

  constructor(newcomer: Newcomer, open: () => Promise<Door>, maxWaitingBytes: number) {
    this.#connection = newcomer.connection;
    this.#maxWaitingBytes = maxWaitingBytes;
    // Code that cannot be loaded, or cannot serve this one, is no reason for the others to stop.
    open()
      .then((door) => this.#enter(door, newcomer))
      .catch(() => this.#connection.drop());
  }

  onFrame(frame: Uint8Array): void {
    if (this.#served !== undefined) {
      this.#served.onFrame(frame);
      return;
    }
    this.#waiting.push(frame);
    this.#waitingBytes += frame.length;
    if (this.#waitingBytes > this.#maxWaitingBytes) this.#connection.drop();
  }

  onDrain(): void {
    this.#served?.onDrain();
  }

  onClose(): void {
    this.#isClosed = true;
    this.#waiting = [];
    this.#served?.onClose();
  }

  #enter(door: Door, newcomer: Newcomer): void {
    if (this.#isClosed) return;
    this.#served = door(newcomer);
    for (const frame of this.#waiting.splice(0)) {
      if (!this.#isClosed) this.#served.onFrame(frame);
    }
  }
}

/** A guest's way into the conversation that lives in this process. */
export class LocalGuestPort implements GuestPort {
  readonly #session: LocalSession;
  readonly #client: Client;
  readonly #hangUp: () => Promise<void>;
  readonly #subscriptions = new Set<() => void>();

  constructor(session: LocalSession, client: Client, hangUp: () => Promise<void>) {
    this.#session = session;
    this.#client = client;
    this.#hangUp = hangUp;
  }

  get clientId(): string {
    return this.#client.id;
  }

  getState() {
    return this.#session.getState();
  }

  send(op: Op, id = newId()): void {
    void this.sendAs(op, id);
  }

  sendAs(op: Op, id: string): Promise<void> {
    return this.#session.sendAs(op, id, this.#client.name);
  }

  eventsAfter(seq: number): readonly SessionEvent[] | undefined {
    return this.#session.eventsAfter(seq);
  }

  subscribe(listener: SessionListener): () => void {
    return this.#keep(this.#session.subscribe(listener));
  }

  getClients(): readonly Client[] {
    const { id } = this.#client;
    return this.#session.getClients().map((client) => ({ ...client, isSelf: client.id === id }));
  }

  subscribeClients(listener: () => void): () => void {
    return this.#keep(this.#session.subscribeClients(listener));
  }

  close(): Promise<void> {
    this.release();
    return this.#hangUp();
  }

  /** Ends every subscription. */
  release(): void {
    for (const unsubscribe of this.#subscriptions) unsubscribe();
    this.#subscriptions.clear();
  }

  #keep(unsubscribe: () => void): () => void {
    this.#subscriptions.add(unsubscribe);
    return () => {
      this.#subscriptions.delete(unsubscribe);
      unsubscribe();
    };
  }
}
