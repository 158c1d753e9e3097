/**
 * OpenAI chat completions as hosts really send them. Every field may be missing: a hundred hosts
 * speak this format and no two agree, so the reader takes nothing for granted.
 */

export interface ChatChunk {
  readonly id?: unknown;
  readonly model?: unknown;
  readonly choices?: unknown;
  readonly usage?: unknown;
  /** Groq puts usage here. */
  readonly x_groq?: unknown;
  readonly error?: unknown;
}

export interface ChatDelta {
  /** Text, or with Mistral a list of text and thinking parts. */
  readonly content?: unknown;
  readonly refusal?: unknown;
  /** DeepSeek, xAI, Alibaba, Moonshot, Z.ai, llama.cpp. */
  readonly reasoning_content?: unknown;
  /** OpenRouter, Vercel, Groq, Ollama. */
  readonly reasoning?: unknown;
  /** GitHub Copilot. */
  readonly reasoning_text?: unknown;
  /** GitHub Copilot: must be sent back. */
  readonly reasoning_opaque?: unknown;
  /** OpenRouter and others: must be sent back unchanged. */
  readonly reasoning_details?: unknown;
  readonly tool_calls?: unknown;
  /** The form before tool_calls; GhostLLM still documents it. */
  readonly function_call?: unknown;
}

/** What a reasoning block carries so that the same host can be given it back. */
export interface ReasoningSignature {
  readonly reasoning_details?: readonly unknown[];
  readonly reasoning_opaque?: string;
  /** The host wants its own reasoning text back, in this field. */
  readonly field?: 'reasoning_content';
}

export interface ChatCompletionBody {
  readonly model: string;
  readonly messages: readonly unknown[];
  readonly stream: true;
  readonly stream_options: { readonly include_usage: true };
  readonly [field: string]: unknown;
}

/** The body of POST /completions and of Mistral's /fim/completions. */
export interface FillBody {
  readonly model: string;
  readonly prompt: string;
  readonly suffix: string;
  readonly stream: true;
  readonly [field: string]: unknown;
}

/** The body of llama.cpp's POST /infill, which has one model. */
export interface InfillBody {
  readonly model: string;
  readonly input_prefix: string;
  readonly input_suffix: string;
  readonly stream: true;
  readonly [field: string]: unknown;
}

/** One event of llama.cpp's /infill. */
export interface InfillChunk {
  readonly model?: unknown;
  readonly content?: unknown;
  /** True in the last event. */
  readonly stop?: unknown;
  readonly stop_type?: unknown;
  /** Servers before stop_type. */
  readonly stopped_limit?: unknown;
  readonly tokens_evaluated?: unknown;
  readonly tokens_predicted?: unknown;
  readonly error?: unknown;
}

/** How one host differs from api.openai.com, known before anything is sent. */
export interface ChatDialect {
  /** api.openai.com: reasoning models take `max_completion_tokens` and reject `max_tokens`. */
  readonly isOpenAi: boolean;
  /** GhostLLM: takes a session id, by which it routes and counts. */
  readonly isGhostLlm?: boolean;
}
