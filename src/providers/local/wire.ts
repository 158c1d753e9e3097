/**
 * The part of node-llama-cpp 3 that Zeke uses, written down here because the package is an optional
 * peer: it is not installed where Zeke is built, so its own types cannot be imported.
 */
import type { JsonObject, JsonValue } from '../contract.ts';

export interface EngineModule {
  getLlama(options: EngineOptions): Promise<Engine>;
  readonly LlamaChat: new (options: { readonly contextSequence: EngineSequence }) => EngineChat;
  readonly LlamaCompletion: new (options: {
    readonly contextSequence: EngineSequence;
  }) => EngineCompletion;
}
export interface EngineOptions {
  /** `never`: take what is installed, compile nothing. */
  readonly build: 'never';
  readonly skipDownload: true;
  readonly progressLogs: false;
  readonly logLevel: 'error';
  readonly logger: (level: string, message: string) => void;
}
export interface Engine {
  loadModel(options: { readonly modelPath: string }): Promise<EngineModel>;
  createGrammarForJsonSchema(schema: JsonObject): Promise<EngineGrammar>;
  createGrammar(options: { readonly grammar: string }): Promise<EngineGrammar>;
  getGrammarFor(type: 'json'): Promise<EngineGrammar>;
}
export interface EngineModel {
  /** Bytes in memory. */
  readonly size: number;
  /** Tokens of context that the model was trained on. */
  readonly trainContextSize: number;
  readonly tokenizer: EngineTokenizer;
  /** Null where the model was not trained to fill in the middle. */
  readonly tokens: { readonly infill: { readonly prefix: unknown; readonly suffix: unknown } };
  createContext(options: ContextOptions): Promise<EngineContext>;
}
export interface ContextOptions {
  readonly contextSize: { readonly max: number };
  readonly threads?: number;
}
export type EngineTokenizer = (
  text: string,
  specialTokens: false,
  options: 'trimLeadingSpace',
) => readonly unknown[];
export interface EngineContext {
  readonly contextSize: number;
  getSequence(): EngineSequence;
}
export interface EngineSequence {
  /** Counts since the sequence was made. */
  readonly tokenMeter: { readonly usedInputTokens: number; readonly usedOutputTokens: number };
}
export interface EngineChat {
  readonly chatWrapper: {
    generateContextState(options: {
      readonly chatHistory: readonly HistoryItem[];
      readonly availableFunctions?: EngineFunctions;
    }): { readonly contextText: { tokenize(tokenizer: EngineTokenizer): readonly unknown[] } };
  };
  generateResponse(
    history: readonly HistoryItem[],
    options: GenerateOptions,
  ): Promise<GenerateResult>;
}
export interface EngineCompletion {
  generateInfillCompletionWithMeta(
    prefix: string,
    suffix: string,
    options: InfillOptions,
  ): Promise<GenerateResult>;
}
/** Opaque: made by the engine, given back to it. */
export type EngineGrammar = { readonly grammar?: unknown };

export type HistoryItem =
  | { readonly type: 'system'; readonly text: string }
  | { readonly type: 'user'; readonly text: string }
  | { readonly type: 'model'; readonly response: readonly ResponseItem[] };
export type ResponseItem = string | FunctionCallItem;
export interface FunctionCallItem {
  readonly type: 'functionCall';
  readonly name: string;
  readonly params: JsonObject;
  readonly result: JsonValue;
}
export type EngineFunctions = {
  readonly [name: string]: { readonly description: string; readonly params: JsonObject };
};

export interface GenerateOptions {
  readonly signal: AbortSignal;
  readonly maxTokens: number;
  readonly temperature?: number;
  readonly customStopTriggers?: readonly string[];
  readonly functions?: EngineFunctions;
  readonly grammar?: EngineGrammar;
  readonly onResponseChunk: (chunk: ResponseChunk) => void;
}
export interface InfillOptions {
  readonly signal: AbortSignal;
  readonly maxTokens: number;
  readonly temperature?: number;
  readonly customStopTriggers?: readonly string[];
  readonly repeatPenalty: false;
  readonly onTextChunk: (text: string) => void;
}
/** Text as it comes; a segment is what the model thinks or remarks beside its answer. */
export interface ResponseChunk {
  readonly text: string;
  readonly type?: 'segment' | undefined;
}
export interface GenerateResult {
  readonly functionCalls?: readonly {
    readonly functionName: string;
    readonly params: JsonObject | undefined;
  }[];
  readonly metadata: { readonly stopReason: string };
}
