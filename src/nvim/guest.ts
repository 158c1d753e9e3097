/** One Neovim in the conversation: what it says is carried out, what happens it is told. */
import type { NeovimClient } from 'neovim/lib/api/client.js';
import { ZekeError } from '../platform/errors.ts';
import type { UserInput } from '../session/ops.ts';
import type { GuestConnection, GuestPort } from '../session/share/door.ts';
import type { FrameTaker } from '../session/share/rpc.ts';
import { WireError } from '../session/share/wire.ts';
import type { SessionState } from '../session/state.ts';
import { isId, newId } from '../session/store.ts';
import { parseOp } from '../session/validate.ts';
import { createClient, GuestTransport } from './connection/transport.ts';
import { CutMessages } from './cut-messages.ts';
import {
  type EditorEvent,
  type EditorState,
  toEditorEvent,
  toEditorState,
} from './editor-state.ts';
import { EventStream } from './event-stream.ts';
import { Focus, type SetOverlay } from './focus.ts';
import type { Greeting } from './greeting.ts';
import { toJsonText } from './json-text.ts';
import { NVIM_PROTOCOL_VERSION, RECEIVE, TO_NEOVIM, TO_ZEKE } from './protocol.ts';
import { isQuestionId, Questions, type ToldError, toToldError } from './questions.ts';
import type { ServiceTable } from './services.ts';

export interface GuestDeps {
  /** Real path of the project's root. */
  readonly root: string;
  /** Of this program, for people. */
  readonly version: string;
  readonly services: ServiceTable;
  readonly setOverlay: SetOverlay;
  /** Goes to the log file: nobody has to read it while they work. */
  readonly log: (text: string) => void;
}

/** A Neovim that leaves more than this unread gets the state anew once it reads again. */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024;
/** One that keeps asking and never reads. */
const MAX_UNREAD_BYTES = 64 * 1024 * 1024;
/** What Neovim says when something that it was told could not be done there. */
const NEOVIM_ERROR = 'nvim_error_event';

export class NeovimGuest implements FrameTaker {
  readonly #deps: GuestDeps;
  readonly #connection: GuestConnection;
  readonly #transport: GuestTransport;
  readonly #client: NeovimClient;
  readonly #focus: Focus;
  readonly #questions: Questions;
  readonly #cutMessages = new CutMessages();
  readonly #events: EventStream;
  #port: GuestPort | undefined;
  #loadsEarlier = false;
  #clientsTick: NodeJS.Immediate | undefined;

  constructor(connection: GuestConnection, deps: GuestDeps) {
    this.#deps = deps;
    this.#connection = connection;
    this.#transport = new GuestTransport(connection, (method, params) =>
      this.#hear(method, params),
    );
    this.#client = createClient(this.#transport);
    this.#focus = new Focus(deps.setOverlay);
    const isFull = () => connection.bufferedBytes > MAX_BUFFERED_BYTES;
    this.#questions = new Questions({
      services: deps.services,
      send: (kind, value) => this.#tell(kind, value),
      isFull,
      onBug: (error) => deps.log(`A request of Neovim failed: ${stackOf(error)}`),
      session: {
        sessionModel: () => this.#state().model,
        sessionState: () => this.#state(),
        shareReview: (review, id) => {
          const opId = id !== undefined && isId(id) ? id : newId();
          this.#port?.send({ type: 'share-review', review }, opId);
        },
      },
    });
    this.#events = new EventStream({
      sendEvents: (events) => this.#tell(TO_NEOVIM.events, events),
      sendState: (state) => this.#tellState(state),
      isFull,
    });
  }

  /** Says why it cannot be served, and hangs up. */
  refuse(error: string): void {
    this.#tell(TO_NEOVIM.welcome, {
      protocol: NVIM_PROTOCOL_VERSION,
      version: this.#deps.version,
      error,
    });
    void this.#connection.close();
  }

  /** Welcomes it: from now on it is told everything. */
  serve(port: GuestPort, { seen, loadsEarlier }: Greeting, process: string): void {
    this.#port = port;
    this.#loadsEarlier = loadsEarlier;
    const { root, version } = this.#deps;
    const { clientId } = port;
    const protocol = NVIM_PROTOCOL_VERSION;
    this.#tell(TO_NEOVIM.welcome, { protocol, version, process, clientId, root });
    const state = port.getState();
    const missed = seen?.sessionId === state.sessionId ? port.eventsAfter(seen.seq) : undefined;
    if (missed === undefined) this.#tellState(state);
    else this.#tell(TO_NEOVIM.events, missed.map(toEditorEvent) satisfies readonly EditorEvent[]);
    port.subscribe((events, now) => this.#events.push(events, now));
    port.subscribeClients(() => this.#showClientsSoon());
    this.#showClients();
  }

  onFrame(frame: Uint8Array): void {
    try {
      this.#transport.receive(frame);
    } catch (error) {
      // Whatever it sent, and whatever is wrong here: the others go on.
      if (!(error instanceof WireError)) this.#deps.log(`A Neovim was dropped: ${stackOf(error)}`);
      this.#connection.drop();
    }
  }

  onDrain(): void {
    const state = this.#port?.getState();
    if (state !== undefined && this.#events.catchUp(state)) this.#showClients();
  }

  onClose(): void {
    clearImmediate(this.#clientsTick);
    this.#events.close();
    this.#questions.close();
    this.#focus.close();
    this.#transport.end();
  }

  #hear(method: string, params: readonly unknown[]): void {
    const [first, second, third] = params;
    switch (method) {
      case TO_ZEKE.op:
        void this.#carryOut(first, second);
        return;
      case TO_ZEKE.ask:
        this.#questions.ask(first, second, third);
        return;
      case TO_ZEKE.cancel:
        this.#questions.cancel(first);
        return;
      case TO_ZEKE.editor:
        this.#focus.move(first);
        return;
      case TO_ZEKE.overlay:
        this.#focus.overlay(first, second);
        return;
      case NEOVIM_ERROR:
        this.#deps.log(`Neovim could not do what it was told: ${String(second)}`);
    }
  }

  async #carryOut(id: unknown, asked: unknown): Promise<void> {
    if (!isQuestionId(id)) return;
    let error: ToldError | undefined;
    try {
      const op = parseOp(asked);
      if (op === undefined || this.#port === undefined) {
        throw new ZekeError('usage', 'This Zeke does not understand what was asked of it.', {
          hint: 'Update the zeke program to the version of the plugin.',
        });
      }
      this.#cutMessages.remember(op, this.#port.getState());
      const placed =
        op.type === 'send'
          ? { ...op, message: this.#placed(this.#cutMessages.whole(op.message)) }
          : op;
      // The turn of a message is called by the op, where it is a name for one.
      const opId = typeof id === 'string' && isId(id) ? id : newId();
      await this.#port.sendAs(placed, opId);
    } catch (failure) {
      error = toToldError(failure);
    }
    this.#tell(TO_NEOVIM.done, error === undefined ? { id } : { id, error });
  }

  /** A message to the model knows where the user was when it was sent. */
  #placed(message: UserInput): UserInput {
    const { place } = this.#focus;
    const isPlaced = message.kind !== undefined || message.editor !== undefined;
    return isPlaced || place === undefined ? message : { ...message, editor: place };
  }

  #showClientsSoon(): void {
    this.#clientsTick ??= setImmediate(() => {
      this.#clientsTick = undefined;
      this.#showClients();
    });
  }

  #showClients(): void {
    const clients = this.#port?.getClients() ?? [];
    const told = clients.map(({ id, name, isHost }) => ({ id, name, isHost }));
    this.#tell(TO_NEOVIM.clients, told);
  }

  #tellState(state: SessionState): void {
    const told: EditorState = toEditorState(state, this.#loadsEarlier);
    this.#tell(TO_NEOVIM.state, told);
  }

  #state() {
    if (this.#port === undefined) throw new Error('A guest that was not welcomed has no state.');
    return this.#port.getState();
  }

  #tell(kind: string, value: unknown): void {
    if (this.#connection.bufferedBytes > MAX_UNREAD_BYTES) this.#connection.drop();
    else this.#client.notify('nvim_exec_lua', [RECEIVE, [kind, toJsonText(value)]]);
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
