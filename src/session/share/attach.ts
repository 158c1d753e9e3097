/** A conversation that lives in another process, seen from here: the same port as the live one. */
import { setTimeout as pause } from 'node:timers/promises';
import { ZekeError } from '../../platform/errors.ts';
import type { LocalSocket } from '../../platform/socket.ts';
import type { SessionEvent } from '../events.ts';
import type { Op } from '../ops.ts';
import type { Client, SessionListener, SessionPort } from '../port.ts';
import { EMPTY_STATE, reduce, type SessionState } from '../state.ts';
import { newId } from '../store.ts';
import { isFields, parseEvent } from '../validate.ts';
import { ClientList } from './clients.ts';
import { answerUnlessStopped, type HostPost, HostWatch, type Waiting } from './host-watch.ts';
import { RpcConnection } from './rpc.ts';
import { PROTOCOL_VERSION, WireError } from './wire.ts';

export interface AttachOptions {
  /** Names this front end in the host's eyes: `tui`, `ask` … */
  readonly clientName: string;
  /** What this front end has seen already; only what came after is sent then. */
  readonly seen: SessionState | undefined;
  /** The place where we connected; undefined where nothing is known of it. */
  readonly post?: HostPost;
  /** For a host that is busy. One of which nothing is known is given a while, and no more. */
  readonly waiting?: Waiting;
}

/** A whole conversation comes in one message. */
const MAX_FRAME_BYTES = 512 * 1024 * 1024;
/** A host answers at once unless it is opening a long journal; what is busy for longer may be stuck. */
const HELLO_PATIENCE_MS = 10_000;
/** How long leaving waits for the host to confirm what was asked last. */
const CLOSE_PATIENCE_MS = 500;

export class AttachedSession implements SessionPort {
  readonly #connection: RpcConnection;
  readonly #listeners = new Set<SessionListener>();
  readonly #clients = new ClientList();
  readonly #sending = new Set<Promise<void>>();
  /** What the host told before its answer to `hello` was looked at. */
  #early: { readonly method: string; readonly text: unknown }[] | undefined = [];
  #state: SessionState;
  #missed: SessionEvent[] | undefined = [];
  #onLost: ((stoppedHost: string | undefined) => void) | undefined;
  #isLost = false;
  #watch: HostWatch | undefined;
  #stoppedHost: string | undefined;
  #clientId = '';

  /** Use `attach`. */
  constructor(socket: LocalSocket, seen: SessionState | undefined) {
    this.#state = seen ?? EMPTY_STATE;
    this.#connection = new RpcConnection(socket, MAX_FRAME_BYTES, {
      onRequest: (method) => {
        throw new ZekeError('usage', `There is no method "${method}" here.`);
      },
      onNotification: (method, params) => this.#receive(method, params[0]),
      onClose: () => this.#lose(),
    });
  }

  /** The state as this front end has been told it. */
  getState(): SessionState {
    return this.#state;
  }

  /** Asks the host for something. */
  send(op: Op, id = newId()): void {
    void this.sendAs(op, id);
  }

  /** As `send`, with an id of its own. Resolves when the host has done it, or is gone. */
  sendAs(op: Op, id: string): Promise<void> {
    const sending = this.#request(op, id).finally(() => {
      this.#sending.delete(sending);
      this.#expect();
    });
    this.#sending.add(sending);
    this.#expect();
    return sending;
  }

  /** Calls the listener with every batch of events from now on. Returns the unsubscribe function. */
  subscribe(listener: SessionListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Who is attached, as the host told it last. */
  getClients(): readonly Client[] {
    return this.#clients.get();
  }

  /** Calls the listener whenever somebody comes or goes. Returns the unsubscribe function. */
  subscribeClients(listener: () => void): () => void {
    return this.#clients.subscribe(listener);
  }

  /** The events between what was seen before and the first subscriber; undefined: start anew. */
  get missed(): readonly SessionEvent[] | undefined {
    return this.#missed;
  }

  /**
   * Calls back once when the host is gone without our leaving, at once if it is already; with its
   * process when that was stopped.
   */
  onLost(callback: (stoppedHost: string | undefined) => void): void {
    this.#onLost = callback;
    if (this.#isLost) callback(this.#stoppedHost);
  }

  /** Leaves; the conversation goes on without us. What was asked before is still carried out. */
  async close(): Promise<void> {
    this.#onLost = undefined;
    this.#listeners.clear();
    this.#watch?.stop();
    await Promise.race([Promise.all(this.#sending), pause(CLOSE_PATIENCE_MS)]);
    await this.#connection.close();
  }

  /** Says hello. Rejects with ConnectionClosed or a ZekeError. */
  async greet(options: AttachOptions): Promise<void> {
    const { clientName, seen, post, waiting } = options;
    const known = seen === undefined ? {} : { sessionId: seen.sessionId, seq: seen.seq };
    const greeting = { protocol: PROTOCOL_VERSION, client: clientName, ...known };
    const patienceMs = post?.before === undefined ? HELLO_PATIENCE_MS : undefined;
    const asked = this.#connection.request('hello', [greeting], patienceMs);
    const answer = await (post === undefined ? asked : answerUnlessStopped(asked, post, waiting));
    const fields = isFields(answer) ? answer : {};
    this.#watch = this.#watchHost(fields.process, post);
    this.#clientId = String(fields.clientId);
    this.#clients.set(parseClients(fields.clients, this.#clientId));
    if (typeof fields.events === 'string') {
      this.#apply(parseEvents(fields.events));
    } else {
      this.#replace(parseState(fields.state));
    }
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const { method, text } of early) this.#receive(method, text);
  }

  /** Without a host the op is asked of the next one; what a host refuses it says to everybody. */
  async #request(op: Op, id: string): Promise<void> {
    await this.#connection.request('op', [{ id, op }]).catch(() => undefined);
  }

  #watchHost(process: unknown, post: HostPost | undefined): HostWatch {
    return new HostWatch({
      post,
      process: typeof process === 'string' ? process : undefined,
      ping: () => this.#connection.request('ping', []),
      onStopped: (stopped) => {
        this.#stoppedHost = stopped;
        this.#connection.drop();
      },
    });
  }

  /** Something is to come from the host while a turn runs and until it has done what was asked. */
  #expect(): void {
    if (this.#isLost) return;
    this.#watch?.setExpecting(this.#state.running !== undefined || this.#sending.size > 0);
  }

  #receive(method: string, text: unknown): void {
    if (this.#early !== undefined) {
      this.#early.push({ method, text });
      return;
    }
    if (method === 'events') this.#apply(parseEvents(text));
    if (method === 'state') this.#replace(parseState(text));
    if (method === 'clients') this.#clients.set(parseClients(text, this.#clientId));
  }

  #apply(events: readonly SessionEvent[]): void {
    this.#state = events.reduce(reduce, this.#state);
    if (this.#listeners.size === 0) this.#missed?.push(...events);
    this.#notify(events);
  }

  #replace(state: SessionState): void {
    this.#state = state;
    if (this.#listeners.size === 0) this.#missed = undefined;
    this.#notify([]);
  }

  #notify(events: readonly SessionEvent[]): void {
    this.#expect();
    for (const listener of [...this.#listeners]) listener(events, this.#state);
  }

  #lose(): void {
    this.#isLost = true;
    this.#watch?.stop();
    this.#onLost?.(this.#stoppedHost);
  }
}

/** Attaches to the host at the other end. Rejects with ConnectionClosed or a ZekeError. */
export async function attach(
  socket: LocalSocket,
  options: AttachOptions,
): Promise<AttachedSession> {
  const session = new AttachedSession(socket, options.seen);
  try {
    await session.greet(options);
    return session;
  } catch (error) {
    await session.close();
    if (!(error instanceof WireError)) throw error;
    throw new ZekeError(
      'system',
      `The host of this conversation is not understood: ${error.message}`,
      {
        hint: 'Close every Zeke of this project and start again to have one version everywhere.',
        cause: error,
      },
    );
  }
}

/**
 * True when whoever listens at the other end answers, false when it is busy. Rejects with
 * HostStopped, or with ConnectionClosed when it leaves.
 */
export async function findOutIfServed(socket: LocalSocket, post: HostPost): Promise<boolean> {
  const connection = new RpcConnection(socket, MAX_FRAME_BYTES, {
    onRequest: () => undefined,
    onNotification: () => undefined,
    onClose: () => undefined,
  });
  try {
    const answer = answerUnlessStopped(connection.request('ping', []), post);
    const isBusy = pause(HELLO_PATIENCE_MS, false, { ref: false });
    return await Promise.race([answer.then(() => true), isBusy]);
  } finally {
    await connection.close();
  }
}

function parseEvents(text: unknown): readonly SessionEvent[] {
  const values = parseJson(text);
  if (!Array.isArray(values)) throw new WireError('A batch of events is not a list.');
  return values.map((value) => {
    const event = parseEvent(value);
    if (event === undefined) throw new WireError('A batch holds something that is no event.');
    return event;
  });
}

/** The host is this user's own Zeke: its state is looked at only as far as to tell that it is one. */
function parseState(text: unknown): SessionState {
  const value = parseJson(text);
  if (!isFields(value) || typeof value.sessionId !== 'string' || !Array.isArray(value.turns)) {
    throw new WireError('The state of the conversation cannot be read.');
  }
  return { ...EMPTY_STATE, ...value };
}

/** A host that does not say who is attached has nobody to show. */
function parseClients(text: unknown, ownId: string): readonly Client[] {
  const values = text === undefined ? [] : parseJson(text);
  return (Array.isArray(values) ? values : []).flatMap((value: unknown) => {
    if (!isFields(value) || typeof value.id !== 'string' || typeof value.name !== 'string') {
      return [];
    }
    const { id, name, isHost } = value;
    return [{ id, name, isHost: isHost === true, isSelf: id === ownId }];
  });
}

function parseJson(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch (error) {
    throw new WireError('The host sent something that is no JSON.', { cause: error });
  }
}
