/** Ollama's own chat API: one JSON object a line. Received fields may all be missing. */

export interface OllamaChatBody {
  readonly model: string;
  readonly messages: readonly unknown[];
  readonly stream: true;
  readonly [field: string]: unknown;
}

/** The body of /api/generate for a model that can insert. */
export interface OllamaFillBody {
  readonly model: string;
  readonly prompt: string;
  readonly suffix: string;
  readonly stream: true;
  readonly options: object;
}

/** One line of the answer. */
export interface OllamaLine {
  readonly model?: unknown;
  readonly message?: unknown;
  /** /api/generate has no message but these two. */
  readonly response?: unknown;
  readonly thinking?: unknown;
  readonly done?: unknown;
  readonly done_reason?: unknown;
  readonly prompt_eval_count?: unknown;
  readonly eval_count?: unknown;
  readonly error?: unknown;
}

/** What POST /api/show says about a model; undefined means the server did not say. */
export interface OllamaModel {
  readonly contextTokens: number | undefined;
  /** The context set in the model's own file, which was chosen for it. */
  readonly ownContextTokens: number | undefined;
  readonly capabilities: readonly string[] | undefined;
}
