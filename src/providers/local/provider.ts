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
import type { FailureKind, ModelInfo, Provider, StreamOptions, StreamPart } from '../contract.ts';
import { createTurns, lazily, streamCall, untilAborted } from './engine-calls.ts';
import { createFill, type Fill } from './fill.ts';
import { type GrammarSource, type LocalRequest, toLocalRequest } from './to-request.ts';
import type {
  ContextOptions,
  Engine,
  EngineChat,
  EngineGrammar,
  EngineModel,
  EngineModule,
  EngineSequence,
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
    stream: (request, options) =>
      streamAnswer(request.model, options, async (signal) => {
        const model = await untilAborted(load(request.model), signal);
        return model.answer(toLocalRequest(request), signal);
      }),
    async fill(request, options) {
      const fill = await untilAborted(load(request.model), options.signal).then(
        (model) => model.fill,
        // Why there is no model is told as of any other answer.
        (error: unknown): Fill =>
          () => {
            throw error;
          },
      );
      if (fill === undefined) return undefined;
      return streamAnswer(request.model, options, (signal) => fill(request, signal));
    },
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

type Parts = AsyncGenerator<StreamPart>;

/** What `run` answers with, from its start to its end or to what went wrong. */
async function* streamAnswer(
  name: string,
  { signal }: StreamOptions,
  run: (signal: AbortSignal) => Parts | Promise<Parts>,
): Parts {
  // Leaving the loop early must stop the engine as well as the caller's own signal does.
  const left = new AbortController();
  const either = AbortSignal.any([signal, left.signal]);
  try {
    const parts = await run(either);
    yield { type: 'start', model: `local/${name}` };
    yield* parts;
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
  answer(request: LocalRequest, signal: AbortSignal): Parts;
  readonly fill: Fill | undefined;
}
interface Conversation {
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
  const contextOptions: ContextOptions = {
    contextSize: { max: wanted },
    ...(model.size < ONE_THREAD_BELOW_BYTES ? { threads: 1 } : {}),
  };
  const { llama, module } = engine;
  // A model that only completes at a cursor needs none, and it is large.
  const open = lazily(async (): Promise<Conversation> => {
    const context = await model.createContext(contextOptions);
    const sequence = context.getSequence();
    const chat = new module.LlamaChat({ contextSequence: sequence });
    return { llama, model, sequence, chat, contextTokens: context.contextSize };
  });
  const takeTurn = createTurns();
  return {
    answer: (request, signal) =>
      takeTurn(signal, async function* () {
        yield* generate(await untilAborted(open(), signal), request, signal);
      }),
    fill: createFill({ module, model, contextOptions }),
  };
}

async function* generate(
  conversation: Conversation,
  request: LocalRequest,
  signal: AbortSignal,
): Parts {
  const { llama, chat, sequence, contextTokens } = conversation;
  const inputTokens = countInput(conversation, request);
  const grammar = await makeGrammar(llama, request.grammar);
  yield* streamCall({ sequence, inputTokens }, (onResponseChunk) =>
    chat.generateResponse(request.history, {
      signal,
      maxTokens: Math.min(request.maxTokens ?? Infinity, contextTokens - inputTokens),
      onResponseChunk,
      ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
      ...(request.stop.length === 0 ? {} : { customStopTriggers: request.stop }),
      ...(request.functions === undefined ? {} : { functions: request.functions }),
      ...(grammar === undefined ? {} : { grammar }),
    }),
  );
}

/**
 * Tokens of the prompt. The engine would silently drop old messages that do not fit; Zeke says so
 * instead, and the conversation can be compacted.
 */
function countInput(
  { chat, model, contextTokens }: Conversation,
  { history, functions }: LocalRequest,
): number {
  const state = chat.chatWrapper.generateContextState({
    chatHistory: history,
    ...(functions === undefined ? {} : { availableFunctions: functions }),
  });
  const count = state.contextText.tokenize(model.tokenizer).length;
  if (count + MIN_ANSWER_TOKENS <= contextTokens) return count;
  throw new LocalFailure(
    'context-overflow',
    `The prompt has ${count} tokens and this model's context holds ${contextTokens}. ` +
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
