/**
 * What a front end may ask of the live conversation. Ops are plain data: the same in process and
 * over the socket. An op has no return value; what came of it arrives as events.
 */
import type { Review } from './review.ts';

export type Op =
  /** Starts a turn, or queues the message while one is running. */
  | { readonly type: 'send'; readonly message: UserInput }
  /** Stops the running turn and keeps what came. */
  | { readonly type: 'cancel' }
  /** The next turn uses this model (`provider/model`); a running turn finishes on the old one. */
  | { readonly type: 'switch-model'; readonly model: string }
  | { readonly type: 'rename'; readonly title: string }
  /** The model forgets what was said so far; the journal keeps it. */
  | { readonly type: 'clear' }
  /**
   * Opens another session of the project for every front end; a new one without an id. Messages that
   * wait in it go out with the user's next one; at once with `resumesQueue`: by who was in it when its
   * host went away.
   */
  | { readonly type: 'open-session'; readonly sessionId?: string; readonly resumesQueue?: boolean }
  /**
   * Goes on, for every front end, in a new session that begins with the first `turnCount` turns of
   * this one. The new session is called by the op's id.
   */
  | { readonly type: 'fork'; readonly turnCount: number }
  /** Answers an `approval-request`. The first answer counts; later ones are not heard. */
  | {
      readonly type: 'approve';
      readonly requestId: string;
      readonly decision: ApprovalDecision;
    }
  /** Takes a message back that still waits; one that is being answered is not. */
  | { readonly type: 'unqueue'; readonly turnId: string }
  /** Sets the last turn aside (the model is not told of it any more) and sends its message again. */
  | { readonly type: 'retry' }
  /** The model is told the turns again that a summary stands for. */
  | { readonly type: 'undo-compact' }
  /** Gives files back the contents they had before the last turn that changed some. */
  | { readonly type: 'undo-last' }
  /** Tells every front end what a review found that this one asked for. */
  | { readonly type: 'share-review'; readonly review: Review };

/** `always` allows this one and what the request says it would cover, until the host ends. */
export type ApprovalDecision = 'allow' | 'always' | 'deny';

/** What the user said in one message. */
export interface UserInput {
  /**
   * What `text` is. Absent: a message to the model. `command`: a shell command that is run in the
   * project; the model is told it with what it printed. `compact`: the model is asked for a summary
   * that takes the place of everything so far (`text` may say what matters). `continue`: the model
   * goes on with the answer that was stopped or cut.
   */
  readonly kind?: MessageKind;
  readonly text: string;
  /** Paths named with `@`, relative to the project root; their contents are read by the engine. */
  readonly mentions?: readonly string[];
  /** Text that came with the message (standard input, a pasted block), each with a label. */
  readonly attachments?: readonly Attachment[];
  /** Images for models that can see, each kept by its hash among the project's stored contents. */
  readonly images?: readonly ImageRef[];
  /** Where the user worked in an editor; what stands near there is found first. */
  readonly editor?: EditorPlace;
}
/** Paths are relative to the project root, with `/`. */
export interface EditorPlace {
  readonly path?: string;
  /** From 1. */
  readonly line?: number;
  readonly openFiles: readonly string[];
}
export type MessageKind = 'command' | 'compact' | 'continue';
export interface Attachment {
  readonly label: string;
  readonly text: string;
}
/** An image that was put into the content store; the bytes are not in the journal. */
export interface ImageRef {
  /** How it is written in the text: a path, or `[image 1]`. */
  readonly label: string;
  readonly mediaType: ImageMediaType;
  /** Hex SHA-256 of its bytes, its name in the store. */
  readonly hash: string;
  readonly sizeBytes: number;
}
export type ImageMediaType = 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';
