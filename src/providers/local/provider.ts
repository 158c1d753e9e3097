/**
 * GGUF models on this machine, run inside the process by node-llama-cpp: an optional package that
 * is looked for and loaded when a `local/<name>` model is first used, and never before.
 */
import { join } from 'node:path';
import type { Config, LocalModelConfig } from '../../platform/config/config.ts';
import type { Environment } from '../../platform/env.ts';
import { errorMessage } from '../../platform/errors.ts';
import { importOptionalPackage } from '../../platform/optional-package.ts';
import { resolvePaths } from '../../platform/paths.ts';
import type {
  ChatRequest,
  FailureKind,
  ModelInfo,
  Provider,
  StreamOptions,
  StreamPart,
} from '../contract.ts';
import { createLocalStreamReader } from './from-stream.ts';
import { type GrammarSource, type LocalRequest, toLocalRequest } from './to-request.ts';
import type {
  Engine,
  EngineChat,
  EngineGrammar,
  EngineModel,
  EngineModule,
  EngineSequence,
  GenerateResult,
  ResponseChunk,
} from './wire.ts';

const ENGINE_PACKAGE = 'node-llama-cpp';
/** Context where nothing is configured; the engine takes less where memory is short. */
const DEFAULT_CONTEXT_TOKENS = 32_768;
/** Tokens that must be left for the answer. */
const MIN_ANSWER_TOKENS = 64;
/**
 * Below this size handing out work to threads costs more than the work: a 2.6 MB model took 5 s
 * with the engine's own thread count on two cores and 1.1 s with one thread.
 */
const ONE_THREAD_BELOW_BYTES = 256 * 1024 * 1024;

export interface LocalProviderOptions {
  /** GGUF files by model name: the `local` part of the configuration. */
  readonly models: Config['local'];
  /** `ZEKE_LOCAL_ENGINE` names a folder whose node_modules holds the engine. */
  readonly env: Environment;
}

/** The provider `local`. Costs nothing until a model is used; a loaded model stays loaded. */
export function createLocalProvider({ models, env }: LocalProviderOptions): Provider {
  const loaded = new Map<string, Promise<LoadedModel>>();
  let engine: Promise<LoadedEngine> | undefined;

  const load = async (name: string): Promise<LoadedModel> => {
    const known = loaded.get(name);
    if (known !== undefined) return known;
    const config = findModel(models, name);
    engine ??= loadEngine(env);
    const model = engine.then((ready) => loadModel(ready, config));
    loaded.set(name, model);
    model.catch(() => {
      // A failed load is tried again: the user may have installed the engine in the meantime.
      loaded.delete(name);
      engine = undefined;
    });
    return model;
  };

  return {
    id: 'local',
    isLocal: true,
    isFree: true,
    stream: (request, options) => streamAnswer(request, options, load),
    listModels: async () => Object.entries(models).map(([id, model]) => toModelInfo(id, model)),
  };
}

function toModelInfo(id: string, model: LocalModelConfig): ModelInfo {
  return {
    id,
    contextTokens: model.contextTokens ?? DEFAULT_CONTEXT_TOKENS,
    price: { input: 0, output: 0 },
  };
}

/** Carries its kind from where something failed to the one place that makes the error part. */
class LocalFailure extends Error {
  readonly kind: FailureKind;

  constructor(kind: FailureKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

type LoadModel = (name: string) => Promise<LoadedModel>;

async function* streamAnswer(
  request: ChatRequest,
  { signal }: StreamOptions,
  load: LoadModel,
): AsyncGenerator<StreamPart> {
  // Leaving the loop early must stop the engine as well as the caller's own signal does.
  const left = new AbortController();
  const either = AbortSignal.any([signal, left.signal]);
  try {
    const model = await untilAborted(load(request.model), either);
    yield { type: 'start', model: `local/${request.model}` };
    yield* model.answer(toLocalRequest(request), either);
  } catch (error) {
    yield { type: 'error', error: toFailure(error, signal) };
  } finally {
    left.abort();
  }
}

function toFailure(error: unknown, signal: AbortSignal) {
  if (signal.aborted) {
    return { kind: 'cancelled', message: 'The answer was stopped.', retryable: false } as const;
  }
  const kind = error instanceof LocalFailure ? error.kind : 'server';
  return { kind, message: errorMessage(error), retryable: false };
}

// ------------------------------------------------------------------------------------- the engine

interface LoadedEngine {
  readonly module: EngineModule;
  readonly llama: Engine;
}

async function loadEngine(env: Environment): Promise<LoadedEngine> {
  const ownFolder = join(resolvePaths(env, process.platform).stateDir, 'local-engine');
  const found = await importOptionalPackage(ENGINE_PACKAGE, [env.ZEKE_LOCAL_ENGINE, ownFolder]);
  if (found === undefined) {
    const command = `npm install --prefix ${JSON.stringify(ownFolder)} ${ENGINE_PACKAGE}@3`;
    throw new LocalFailure(
      'not-found',
      `The engine for local models is not installed. Install it with: ${command}`,
    );
  }
  const module = found as EngineModule;
  const llama = await module.getLlama({
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    logLevel: 'error',
    // The terminal belongs to the front end; what matters comes back as an error.
    logger: () => undefined,
  });
  return { module, llama };
}

// -------------------------------------------------------------------------------------- one model

interface LoadedModel {
  answer(request: LocalRequest, signal: AbortSignal): AsyncGenerator<StreamPart>;
}
interface ModelParts {
  readonly llama: Engine;
  readonly model: EngineModel;
  readonly sequence: EngineSequence;
  readonly chat: EngineChat;
  readonly contextTokens: number;
}

function findModel(models: Config['local'], name: string): LocalModelConfig {
  const model = Object.hasOwn(models, name) ? models[name] : undefined;
  if (model !== undefined) return model;
  const known = Object.keys(models).join(', ') || 'none';
  throw new LocalFailure(
    'not-found',
    `There is no local model called "${name}" (there are: ${known}). ` +
      'Add one with: zeke models add-local <file.gguf>',
  );
}

async function loadModel(engine: LoadedEngine, config: LocalModelConfig): Promise<LoadedModel> {
  const model = await engine.llama.loadModel({ modelPath: config.path }).catch((error) => {
    const why = errorMessage(error);
    throw new LocalFailure('invalid-request', `Could not load ${config.path}: ${why}`);
  });
  const wanted = config.contextTokens ?? Math.min(model.trainContextSize, DEFAULT_CONTEXT_TOKENS);
  const context = await model.createContext({
    contextSize: { max: wanted },
    ...(model.size < ONE_THREAD_BELOW_BYTES ? { threads: 1 } : {}),
  });
  const sequence = context.getSequence();
  const chat = new engine.module.LlamaChat({ contextSequence: sequence });
  const contextTokens = context.contextSize;
  const parts: ModelParts = { llama: engine.llama, model, sequence, chat, contextTokens };
  // One sequence can only write one answer at a time; the next waits for its turn.
  let last: Promise<unknown> = Promise.resolve();
  return {
    answer: async function* (request, signal) {
      const done = Promise.withResolvers<void>();
      const before = last;
      last = Promise.all([before, done.promise]);
      try {
        await untilAborted(before, signal);
        yield* generate(parts, request, signal);
      } finally {
        done.resolve();
      }
    },
  };
}

async function* generate(
  parts: ModelParts,
  request: LocalRequest,
  signal: AbortSignal,
): AsyncGenerator<StreamPart> {
  const { chat, sequence } = parts;
  const inputTokens = countInput(parts, request);
  const reader = createLocalStreamReader();
  const outputBefore = sequence.tokenMeter.usedOutputTokens;
  const inputBefore = sequence.tokenMeter.usedInputTokens;
  const grammar = await makeGrammar(parts.llama, request.grammar);
  const chunks = callbackStream<ResponseChunk, GenerateResult>((onResponseChunk) =>
    chat.generateResponse(request.history, {
      signal,
      maxTokens: Math.min(request.maxTokens ?? Infinity, parts.contextTokens - inputTokens),
      onResponseChunk,
      ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
      ...(request.stop.length === 0 ? {} : { customStopTriggers: request.stop }),
      ...(request.functions === undefined ? {} : { functions: request.functions }),
      ...(grammar === undefined ? {} : { grammar }),
    }),
  );
  for (;;) {
    const next = await chunks.next();
    if (next.done === true) {
      const read = sequence.tokenMeter.usedInputTokens - inputBefore;
      const usage = {
        inputTokens,
        outputTokens: sequence.tokenMeter.usedOutputTokens - outputBefore,
        cachedTokens: Math.max(0, inputTokens - read),
      };
      yield* reader.end(next.value, usage);
      return;
    }
    yield* reader.chunk(next.value);
  }
}

/**
 * Tokens of the prompt. The engine would silently drop old messages that do not fit; Zeke says so
 * instead, and the conversation can be compacted.
 */
function countInput(parts: ModelParts, { history, functions }: LocalRequest): number {
  const state = parts.chat.chatWrapper.generateContextState({
    chatHistory: history,
    ...(functions === undefined ? {} : { availableFunctions: functions }),
  });
  const count = state.contextText.tokenize(parts.model.tokenizer).length;
  if (count + MIN_ANSWER_TOKENS <= parts.contextTokens) return count;
  throw new LocalFailure(
    'context-overflow',
    `The prompt has ${count} tokens and this model's context holds ${parts.contextTokens}. ` +
      'Shorten it, or raise contextTokens of the model in the configuration.',
  );
}

async function makeGrammar(
  llama: Engine,
  source: GrammarSource | undefined,
): Promise<EngineGrammar | undefined> {
  if (source === undefined) return undefined;
  try {
    if (source.type === 'json') return await llama.getGrammarFor('json');
    if (source.type === 'grammar') return await llama.createGrammar({ grammar: source.grammar });
    return await llama.createGrammarForJsonSchema(source.schema);
  } catch (error) {
    const why = errorMessage(error);
    throw new LocalFailure('invalid-request', `The local engine refused the constraint: ${why}`);
  }
}

// ---------------------------------------------------------------------------------------- helpers

/** What a function calls back with, as a stream that returns what the function's promise gives. */
async function* callbackStream<Item extends object, Result>(
  start: (push: (item: Item) => void) => Promise<Result>,
): AsyncGenerator<Item, Result> {
  const items: Item[] = [];
  let wake = Promise.withResolvers<void>();
  let isDone = false;
  const result = start((item) => {
    items.push(item);
    wake.resolve();
  }).finally(() => {
    isDone = true;
    wake.resolve();
  });
  // The reader awaits the result only after the last item; a rejection must not look unhandled.
  result.catch(() => undefined);
  for (;;) {
    await wake.promise;
    wake = Promise.withResolvers<void>();
    for (let item = items.shift(); item !== undefined; item = items.shift()) yield item;
    if (isDone) return await result;
  }
}

/** The promise, or a rejection as soon as the signal is aborted; the work itself goes on. */
async function untilAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    aborted.promise.catch(() => undefined);
  }
}
