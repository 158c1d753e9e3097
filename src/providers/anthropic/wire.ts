/** Anthropic Messages, as far as Zeke sends and reads it. Received fields may all be missing. */

/** The version whose fields are sent here; a later one rejects sampling parameters. */
export const ANTHROPIC_VERSION = '2023-06-01';

export interface MessagesBody {
  readonly model: string;
  readonly max_tokens: number;
  readonly messages: readonly WireMessage[];
  readonly stream: true;
  readonly [field: string]: unknown;
}

export interface WireMessage {
  readonly role: 'user' | 'assistant';
  readonly content: readonly WireBlock[];
}
export interface WireBlock {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** What a reasoning block carries, to be sent back unchanged while tools are used. */
export type ThinkingSignature =
  | { readonly type: 'thinking'; readonly signature: string }
  | { readonly type: 'redacted_thinking'; readonly data: string };

/** One event of the stream; `type` says which of the other fields are there. */
export interface MessagesEvent {
  readonly type?: unknown;
  readonly index?: unknown;
  readonly message?: unknown;
  readonly content_block?: unknown;
  readonly delta?: unknown;
  readonly usage?: unknown;
  readonly error?: unknown;
}
