/** The user's settings as one plain frozen value. Made by load.ts, described by schema.ts. */

export interface Config {
  /** `provider/model`; undefined means: find what is there. */
  readonly model: string | undefined;
  /** No request leaves this machine. */
  readonly offline: boolean;
  /** A turn or command stops before the request that could pass this; undefined is no limit. */
  readonly maxCostUsd: number | undefined;
  readonly reasoningEffort: 'none' | 'minimal' | 'low' | 'medium' | 'high' | undefined;
  /** By provider id. Only from the user's own file or the environment. */
  readonly providers: { readonly [id: string]: ProviderConfig };
  /** GGUF files for the local engine, by model name. */
  readonly local: { readonly [name: string]: LocalModelConfig };
  readonly network: NetworkConfig;
  readonly secrets: SecretsConfig;
  readonly review: ReviewConfig;
  readonly context: ContextConfig;
  readonly approvals: ApprovalsConfig;
  readonly compact: CompactConfig;
}

export type WireFamily = 'openai-chat' | 'anthropic' | 'ollama';

/** How a host of the family openai-chat takes what stands around a cursor. */
export type FillRoute = 'completions' | 'fim' | 'infill';

export interface ProviderConfig {
  readonly family: WireFamily;
  readonly baseUrl: string;
  /** The environment variable that holds the key. */
  readonly apiKeyEnv: string | undefined;
  /** The key may travel over plain http to a host that is not this machine. */
  readonly allowPlainHttp?: boolean | undefined;
  /** Not set: known for some hosts, else there is none. */
  readonly fill?: FillRoute | undefined;
}
export interface LocalModelConfig {
  /** Absolute path of the GGUF file. */
  readonly path: string;
  readonly contextTokens: number | undefined;
}
interface NetworkConfig {
  readonly connectTimeoutMs: number;
  readonly firstByteTimeoutMs: number;
  readonly idleTimeoutMs: number;
  /** Tries after the first one, before the first part only. */
  readonly maxRetries: number;
}
interface SecretsConfig {
  /** What happens when a secret is about to be sent: a placeholder instead, or nothing is sent. */
  readonly onSecret: 'redact' | 'refuse';
}
interface ReviewConfig {
  readonly failOn: 'info' | 'minor' | 'major' | 'critical';
  /** Findings below this are not shown. */
  readonly minSeverity: 'info' | 'minor' | 'major' | 'critical';
  /** Requests to the model at the same time. */
  readonly concurrency: number;
  /** Globs of paths that are not reviewed. */
  readonly exclude: readonly string[];
}
interface ContextConfig {
  /** Tokens of workspace context put before the model with a question. */
  readonly budgetTokens: number;
}
/** What a model may do without asking; a repository may only take away. */
export interface ApprovalsConfig {
  readonly edit: 'ask' | 'allow' | 'deny';
  readonly command: 'ask' | 'allow' | 'deny';
  /** Beginnings of commands, as src/agent/approval.ts reads them. */
  readonly allowedCommands: readonly string[];
}
interface CompactConfig {
  /** A conversation that would not fit any more is summarised without being asked. */
  readonly auto: boolean;
}
