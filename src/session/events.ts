/**
 * What happened in the conversation. The journal is a file of these, one JSON object a line, and
 * every front end receives the same ones in the same order. Replaying them gives the state.
 *
 * `zeke ask --json` prints them as they are: names and fields here are a public, versioned
 * interface (docs/events.md). Adding a field or an event is compatible; anything else raises
 * EVENT_FORMAT_VERSION.
 */
import type { ApprovalDecision, UserInput } from './ops.ts';
import type { Review } from './review.ts';

/** The journal's format. A newer one is refused with a clear line, an older one is read. */
export const EVENT_FORMAT_VERSION = 1;

/** JSON data whose shape belongs to somebody else (a tool's input, a vendor's signature). */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json };
export type JsonRecord = { readonly [key: string]: Json };

/** An event as the journal and the front ends see it. */
export type SessionEvent = EventBody & {
  /** Counts up from 1 without gaps within a session. Order is by this, never by the clock. */
  readonly seq: number;
  /** Milliseconds since the epoch, for people; may go back when the clock does. */
  readonly at: number;
};

export type EventBody = SessionEventBody | TurnEventBody;

export type SessionEventBody =
  /** The first line of every journal. */
  | {
      readonly type: 'session-start';
      readonly version: number;
      readonly sessionId: string;
      /** Real path of the project's root. */
      readonly project: string;
      readonly model: string;
      /** Where its first turns come from. */
      readonly forkedFrom?: ForkOrigin;
    }
  | { readonly type: 'session-rename'; readonly title: string }
  | { readonly type: 'model-switch'; readonly model: string }
  | { readonly type: 'message-queue'; readonly turnId: string; readonly message: UserInput }
  /** A waiting message was taken back; `opId` is the op that asked, so that the asker knows it. */
  | { readonly type: 'message-unqueue'; readonly turnId: string; readonly opId?: string }
  /** The model forgets the turns before this point. */
  | { readonly type: 'clear' }
  /** The turn is set aside: kept and shown, but the model is not told of it any more. */
  | { readonly type: 'turn-retract'; readonly turnId: string }
  /** The summary made last does not count any more. */
  | { readonly type: 'compact-undo'; readonly opId?: string }
  /**
   * Files were given back what was in them before the turn. `opId` is the op that asked for it: one
   * that is sent again after a host died must not take back one turn more.
   */
  | ({ readonly type: 'undo'; readonly turnId: string; readonly opId?: string } & UndoResult)
  /**
   * What a review found. `opId` is the op that shared it, so that the asker knows its own; `by` is
   * what the front end is called that asked for it.
   */
  | ({ readonly type: 'review'; readonly opId: string; readonly by: string } & Review)
  | {
      readonly type: 'turn-start';
      readonly turnId: string;
      readonly model: string;
      readonly message: UserInput;
    }
  | { readonly type: 'turn-end'; readonly turnId: string; readonly reason: TurnEndReason };

/** What the engine reports while a turn runs; the session adds start and end. */
export type TurnEventBody =
  /** Something the user should know that is no error of a turn (a repaired journal, say). */
  | { readonly type: 'notice'; readonly level: 'info' | 'warning'; readonly text: string }
  /** What the model is shown beside the message: journalled, so that a replay sends the same. */
  | { readonly type: 'context'; readonly turnId: string; readonly blocks: readonly ContextRecord[] }
  /** One request to the model begins. A turn with tool calls has several. */
  | { readonly type: 'step-start'; readonly turnId: string; readonly step: number }
  | { readonly type: 'text-delta'; readonly turnId: string; readonly text: string }
  | { readonly type: 'reasoning-delta'; readonly turnId: string; readonly text: string }
  | { readonly type: 'reasoning-end'; readonly turnId: string; readonly signature?: Json }
  | {
      readonly type: 'tool-call';
      readonly turnId: string;
      readonly id: string;
      readonly name: string;
      readonly input: JsonRecord;
      readonly signature?: Json;
    }
  /** What a call prints while it runs. Only for the eye: the result has what counts. */
  | {
      readonly type: 'tool-output';
      readonly turnId: string;
      readonly id: string;
      readonly text: string;
    }
  | {
      readonly type: 'tool-result';
      readonly turnId: string;
      readonly id: string;
      readonly output: string;
      readonly isError?: boolean;
    }
  /** The turn waits for somebody's `approve`. */
  | ({ readonly type: 'approval-request'; readonly turnId: string } & ApprovalRequest)
  | {
      readonly type: 'approval-answer';
      readonly turnId: string;
      readonly id: string;
      readonly decision: ApprovalDecision;
      /** What the front end is called that answered; absent when the end of the turn did. */
      readonly by?: string;
    }
  /** A tool has changed a file. Both contents are in the project's store, for `undo-last`. */
  | ({ readonly type: 'file-change'; readonly turnId: string } & FileChange)
  /** From the next turn on the model is told `summary` instead of the first `turnCount` turns. */
  | {
      readonly type: 'compact';
      readonly turnId: string;
      readonly summary: string;
      readonly turnCount: number;
    }
  | ({ readonly type: 'usage'; readonly turnId: string } & TokenUsage)
  | {
      readonly type: 'error';
      readonly turnId: string;
      readonly kind: string;
      readonly message: string;
      readonly retryable: boolean;
    };

/** A block of text put before the model, with where it came from and why. */
export interface ContextRecord {
  /** The source's name: `instructions`, `mention`, `code-search`, `attachment` … */
  readonly source: string;
  /** What the user sees: a path, or `path:start-end`. */
  readonly title: string;
  readonly text: string;
  readonly reason?: string;
}

/** A question that a tool asks before it does something that cannot simply be taken back. */
export interface ApprovalRequest {
  readonly id: string;
  /** The tool call that waits. */
  readonly callId: string;
  readonly tool: string;
  /** What would be done, in a line: `edit src/app.ts`, `run npm test`. */
  readonly title: string;
  /** All of it: a unified diff, or the whole command. */
  readonly detail: { readonly type: 'diff' | 'command'; readonly text: string };
  /** What `always` would cover, to be read after "always allow": `edits in this session`. */
  readonly scope: string;
}

/** Hex SHA-256 of the contents before and after; null where there was, or is, no file. */
export interface FileChange {
  /** Relative to the project's root, with `/`. */
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

export interface UndoResult {
  readonly restored: readonly string[];
  /** Files that were left alone because somebody has changed them since, and why. */
  readonly kept: readonly { readonly path: string; readonly reason: string }[];
}

export interface ForkOrigin {
  readonly sessionId: string;
  readonly turnCount: number;
}

/** Tokens and cost of one request. Input includes cached, output includes reasoning tokens. */
export interface TokenUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedTokens: number;
  readonly reasoningTokens: number;
  /** US dollars; null where the price is not known. */
  readonly costUsd: number | null;
}

export type TurnEndReason =
  | 'stop'
  | 'length'
  | 'tool_calls'
  | 'content_filter'
  | 'refusal'
  | 'pause'
  | 'other'
  /** An `error` event says what went wrong. */
  | 'error'
  /** The user stopped it; what came is kept. */
  | 'cancelled'
  /** The process died in the middle; found when the journal was opened again. */
  | 'interrupted'
  /** The cost limit of the user was reached. */
  | 'max_cost'
  /** The turn asked for more tool rounds than one turn may have. */
  | 'max_steps';
