/**
 * What a front end may ask of the live conversation. Ops are plain data: the same in process and
 * over the socket. An op has no return value; what came of it arrives as events.
 */
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
  /** Opens another session of the project for every front end; a new one without an id. */
  | { readonly type: 'open-session'; readonly sessionId?: string };

/** What the user said in one message. */
export interface UserInput {
  readonly text: string;
  /** Paths named with `@`, relative to the project root; their contents are read by the engine. */
  readonly mentions?: readonly string[];
  /** Text that came with the message (standard input, a pasted block), each with a label. */
  readonly attachments?: readonly Attachment[];
}
export interface Attachment {
  readonly label: string;
  readonly text: string;
}
