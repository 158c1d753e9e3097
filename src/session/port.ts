/**
 * The session port: the one contract at which front ends and the engine meet. The same whether the
 * conversation lives in this process (session.ts) or in another one (attach.ts).
 */
import type {
  ApprovalRequest,
  SessionEvent,
  TurnEndReason,
  TurnEventBody,
  UndoResult,
} from './events.ts';
import type { ApprovalDecision, Op, UserInput } from './ops.ts';
import type { SessionState, Turn } from './state.ts';

/** A front end's side of the conversation. */
export interface SessionPort {
  /** The state right now. Immutable: a later event makes a new one. */
  getState(): SessionState;
  /**
   * Asks for something. Never throws; what came of it arrives as events. The turn of a message is
   * called by `id`, for whoever has to tell its own turn from another front end's.
   */
  send(op: Op, id?: string): void;
  /**
   * Calls the listener after every change, with the events that made it (in order, at least one)
   * and already in the journal. An empty batch means: look at the state anew. It comes after
   * `open-session`, when the state is another session's, and to a front end that fell behind.
   * Returns the unsubscribe function.
   */
  subscribe(listener: SessionListener): () => void;
  /** Who is attached right now, this front end among them. No part of the journal. */
  getClients(): readonly Client[];
  /** Calls the listener whenever somebody comes or goes. Returns the unsubscribe function. */
  subscribeClients(listener: () => void): () => void;
  /** Leaves. A host hands over or ends the conversation; everybody's journal is safe. */
  close(): Promise<void>;
}
/** A front end of the conversation. */
export interface Client {
  /** Told apart by this; the same client keeps it while it is attached. */
  readonly id: string;
  /** What it is: `terminal`, `ask`, `neovim` … */
  readonly name: string;
  /** The conversation lives in its process. */
  readonly isHost: boolean;
  /** It is the one that asks. */
  readonly isSelf: boolean;
}
export type SessionListener = (events: readonly SessionEvent[], state: SessionState) => void;

/** The engine's side: carries out one turn. Implemented by src/agent/engine.ts. */
export interface TurnRunner {
  /**
   * Runs until the turn ends and says why. Failures of a provider are `error` events and the
   * reason `error`; a rejection is a bug of ours, which the session turns into the same.
   */
  run(turn: TurnRun): Promise<TurnEndReason>;
  /**
   * The message as it may be kept: asked before it reaches the journal or a front end, so that a
   * secret in it is written nowhere.
   */
  redactMessage?(message: UserInput): UserInput;
  /** Gives the files that a turn changed back their contents. Rejects with a ZekeError. */
  undo?(turn: Turn): Promise<UndoResult>;
}
export interface TurnRun {
  /** The state with `turn` as its running turn. */
  readonly state: SessionState;
  readonly turn: Turn;
  readonly emit: (event: TurnEventBody) => void;
  /**
   * Asks whoever is attached, as events, and waits for the first `approve`. Resolves with `deny`
   * when the turn is cancelled meanwhile. What `always` covers is the asker's to remember.
   */
  readonly requestApproval: (request: Omit<ApprovalRequest, 'id'>) => Promise<ApprovalDecision>;
  /** Aborted by `cancel`; the runner then resolves with `cancelled` as soon as it can. */
  readonly signal: AbortSignal;
}
