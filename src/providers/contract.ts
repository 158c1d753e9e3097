/**
 * The neutral contract between Zeke and every model vendor: one request in, one stream of parts out.
 *
 * A provider turns a ChatRequest into its vendor's wire format and the vendor's answer into
 * StreamParts. Nothing above this file knows a vendor's field names, and nothing below it knows a
 * conversation. The conformance suite in test/conformance runs every provider against this file.
 */

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };
export type JsonObject = { readonly [key: string]: JsonValue };

// ---------------------------------------------------------------------------------------- request

/** Everything a model needs for one answer. Plain data; the provider never changes it. */
export interface ChatRequest {
  /** The vendor's own model id, without the `provider/` prefix. */
  readonly model: string;
  readonly system?: string;
  readonly messages: readonly Message[];
  readonly tools?: readonly ToolDefinition[];
  readonly toolChoice?: ToolChoice;
  readonly reasoningEffort?: ReasoningEffort;
  /** Upper bound for the answer, in tokens; the vendor's default where absent. */
  readonly maxOutputTokens?: number;
  /** Only sent when the user set it: newer vendor APIs reject sampling parameters. */
  readonly temperature?: number;
  readonly stop?: readonly string[];
  readonly responseFormat?: ResponseFormat;
  /** Limits what may be generated, on hosts that can enforce it; ignored elsewhere. */
  readonly constraint?: Constraint;
  /** Sent to hosts that accept it (session id, project, intent); never secrets. */
  readonly metadata?: Readonly<Record<string, string>>;
}

export type Message = UserMessage | AssistantMessage | ToolMessage;

export interface UserMessage {
  readonly role: 'user';
  readonly content: readonly (TextContent | ImageContent)[];
}
export interface AssistantMessage {
  readonly role: 'assistant';
  readonly content: readonly (TextContent | ReasoningContent | ToolCallContent)[];
}
/** Results of the tool calls of the assistant message right before it. */
export interface ToolMessage {
  readonly role: 'tool';
  readonly content: readonly ToolResultContent[];
}

export interface TextContent {
  readonly type: 'text';
  readonly text: string;
}
export interface ImageContent {
  readonly type: 'image';
  readonly mediaType: 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';
  /** The image's bytes, base64. */
  readonly data: string;
}
export interface ReasoningContent {
  readonly type: 'reasoning';
  readonly text: string;
  /**
   * What the vendor wants back unchanged (a signature, encrypted content). Opaque to everyone but
   * the provider that made it: a request to another provider must not contain it.
   */
  readonly signature?: JsonValue;
}
export interface ToolCallContent {
  readonly type: 'tool-call';
  readonly id: string;
  readonly name: string;
  readonly input: JsonObject;
  /** As ReasoningContent.signature, for vendors that sign tool calls. */
  readonly signature?: JsonValue;
}
export interface ToolResultContent {
  readonly type: 'tool-result';
  readonly id: string;
  readonly name: string;
  readonly output: string;
  readonly isError?: boolean;
}

export interface ToolDefinition {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the input object. */
  readonly inputSchema: JsonObject;
}
export type ToolChoice = 'auto' | 'none' | 'required';
export type ReasoningEffort = 'none' | 'minimal' | 'low' | 'medium' | 'high';
export type ResponseFormat =
  | { readonly type: 'text' }
  | { readonly type: 'json' }
  | { readonly type: 'json-schema'; readonly name: string; readonly schema: JsonObject };
export type Constraint =
  | { readonly type: 'json-schema'; readonly schema: JsonObject }
  | { readonly type: 'grammar'; readonly grammar: string }
  | { readonly type: 'regex'; readonly pattern: string };

/** What stands around a cursor, for models that were trained to fill in the middle. */
export interface FillRequest {
  /** The vendor's own model id, without the `provider/` prefix. */
  readonly model: string;
  readonly prefix: string;
  readonly suffix: string;
  readonly maxOutputTokens: number;
  /** Absent: the host's own. Raised for answers that should differ. */
  readonly temperature?: number;
  readonly stop?: readonly string[];
}

// ----------------------------------------------------------------------------------------- stream

/**
 * One piece of an answer. A stream is: `start`, then any mix of the others, then exactly one `end`
 * or `error`, and nothing after it. Text and reasoning come in blocks: `*-start`, `*-delta` …,
 * `*-end`, all with the block's id; blocks may interleave.
 */
export type StreamPart =
  | { readonly type: 'start'; readonly id?: string; readonly model?: string }
  | { readonly type: 'text-start'; readonly id: string }
  | { readonly type: 'text-delta'; readonly id: string; readonly text: string }
  | { readonly type: 'text-end'; readonly id: string }
  | { readonly type: 'reasoning-start'; readonly id: string }
  | { readonly type: 'reasoning-delta'; readonly id: string; readonly text: string }
  | { readonly type: 'reasoning-end'; readonly id: string; readonly signature?: JsonValue }
  | { readonly type: 'tool-call-start'; readonly id: string; readonly name: string }
  | { readonly type: 'tool-call-delta'; readonly id: string; readonly inputText: string }
  | ToolCallEnd
  | { readonly type: 'usage'; readonly usage: Usage }
  | { readonly type: 'end'; readonly reason: EndReason; readonly rawReason?: string }
  | { readonly type: 'error'; readonly error: ProviderFailure };

/** A whole tool call. Only ever sent when the vendor finished it: a cut call never gets here. */
export interface ToolCallEnd {
  readonly type: 'tool-call-end';
  readonly id: string;
  readonly name: string;
  /** The input as the vendor sent it, key order kept. */
  readonly inputText: string;
  /** The parsed input; absent when inputText is no JSON object, and such a call must not run. */
  readonly input?: JsonObject;
  readonly signature?: JsonValue;
}

/**
 * Tokens of one answer. `inputTokens` includes cached ones and `outputTokens` includes reasoning,
 * whatever the vendor's own convention is. A field is absent when the vendor did not say.
 */
export interface Usage {
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  /** Input tokens read from the vendor's prompt cache. */
  readonly cachedTokens?: number;
  /** Input tokens written to the vendor's prompt cache. */
  readonly cacheWriteTokens?: number;
  readonly reasoningTokens?: number;
  /** What the host says the answer cost (GhostLLM, OpenRouter), in US dollars. */
  readonly costUsd?: number;
}

export type EndReason =
  /** The model was done. */
  | 'stop'
  /** The output limit was reached. */
  | 'length'
  /** The model waits for tool results. */
  | 'tool_calls'
  /** The vendor held the answer back or cut it. */
  | 'content_filter'
  /** The model declined. */
  | 'refusal'
  /** The vendor wants the turn sent back to go on. */
  | 'pause'
  /** A reason this version does not know; see rawReason. */
  | 'other';

export type FailureKind =
  | 'authentication'
  | 'permission'
  | 'not-found'
  | 'invalid-request'
  | 'context-overflow'
  | 'rate-limit'
  | 'quota'
  | 'overloaded'
  | 'server'
  | 'network'
  | 'timeout'
  /** The connection closed before the protocol's own end mark: the answer is cut. */
  | 'incomplete'
  | 'cancelled'
  | 'offline';

/** What went wrong, as data. `message` names the host and what to do next; it holds no key. */
export interface ProviderFailure {
  readonly kind: FailureKind;
  readonly message: string;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
  /** The HTTP status, where there was one. */
  readonly status?: number;
}

// --------------------------------------------------------------------------------------- provider

export interface StreamOptions {
  /** Aborting destroys the socket; the stream then ends with an error of kind `cancelled`. */
  readonly signal: AbortSignal;
}

/** What is known about one model. Absent means unknown, and callers use safe defaults. */
export interface ModelInfo {
  /** The vendor's model id. */
  readonly id: string;
  readonly name?: string;
  readonly contextTokens?: number;
  readonly maxOutputTokens?: number;
  readonly capabilities?: {
    readonly tools?: boolean;
    readonly images?: boolean;
    readonly reasoning?: boolean;
  };
  /** US dollars per million tokens. */
  readonly price?: ModelPrice;
}
export interface ModelPrice {
  readonly input: number;
  readonly output: number;
  readonly cachedInput?: number;
  readonly cacheWrite?: number;
}

/** A way to reach models. Made by the registry from the user's own settings. */
export interface Provider {
  /** The id before the slash in `provider/model`. */
  readonly id: string;
  /** True where no request leaves this machine (built-in engine, local engine, loopback host). */
  readonly isLocal: boolean;
  /** True where answers cost nothing: engines on this machine, but not a gateway on it. */
  readonly isFree?: boolean;
  /**
   * Streams one answer. Never throws and never rejects: every failure is an `error` part.
   * Retries only before the first part, following the server's hints.
   */
  stream(request: ChatRequest, options: StreamOptions): AsyncIterable<StreamPart>;
  /**
   * Streams what belongs between two texts, as text; failures are as those of `stream`. Undefined
   * where this model cannot, or where its host has no such request: it can still be asked in words.
   */
  fill?(
    request: FillRequest,
    options: StreamOptions,
  ): Promise<AsyncIterable<StreamPart> | undefined>;
  /**
   * Loads what the first request needs, while the user still types it; opens no connection.
   * Rejects with a ZekeError where the settings are wrong.
   */
  prepare?(): Promise<void>;
  /** The models the host offers. Rejects with a ProviderError when the host cannot say. */
  listModels(options: StreamOptions): Promise<readonly ModelInfo[]>;
}
