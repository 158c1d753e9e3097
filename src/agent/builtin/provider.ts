/**
 * The built-in engine: a provider that needs no network, no key and no weights. It is no language
 * model and says so in its first line; it answers from the workspace by search and rules.
 */
import type { CodeSearch } from '../../context/search.ts';
import type { Environment } from '../../platform/env.ts';
import { errorMessage } from '../../platform/errors.ts';
import type { ChatRequest, ModelInfo, Provider, StreamPart } from '../../providers/contract.ts';

export interface BuiltinOptions {
  readonly search: CodeSearch;
  /** Real path of the workspace's root. */
  readonly root: string;
  readonly env: Environment;
}

/** The one model of the built-in engine: `builtin/zeke`. */
const BUILTIN_MODEL: ModelInfo = {
  id: 'zeke',
  name: 'Zeke built-in (no language model)',
  capabilities: { tools: false, images: false, reasoning: false },
  price: { input: 0, output: 0 },
};

/** Makes the provider `builtin`. What answers is loaded with the first question. */
export function createBuiltinProvider(options: BuiltinOptions): Provider {
  return {
    id: 'builtin',
    isLocal: true,
    isFree: true,
    stream: (request, { signal }) => streamAnswer(options, request, signal),
    listModels: async () => [BUILTIN_MODEL],
  };
}

const TEXT_ID = 'text-1';

async function* streamAnswer(
  options: BuiltinOptions,
  request: ChatRequest,
  signal: AbortSignal,
): AsyncGenerator<StreamPart> {
  try {
    signal.throwIfAborted();
    yield { type: 'start', model: BUILTIN_MODEL.id };
    yield { type: 'text-start', id: TEXT_ID };
    const { answerRequest } = await import('./answer.ts');
    for await (const text of answerRequest(request, { ...options, signal })) {
      signal.throwIfAborted();
      if (text !== '') yield { type: 'text-delta', id: TEXT_ID, text };
    }
    signal.throwIfAborted();
  } catch (error) {
    yield signal.aborted ? CANCELLED : failure(error);
    return;
  }
  yield { type: 'text-end', id: TEXT_ID };
  yield { type: 'usage', usage: NO_USAGE };
  yield { type: 'end', reason: 'stop' };
}

const NO_USAGE = {
  inputTokens: 0,
  outputTokens: 0,
  cachedTokens: 0,
  reasoningTokens: 0,
  costUsd: 0,
};
const CANCELLED: StreamPart = {
  type: 'error',
  error: { kind: 'cancelled', message: 'The answer was cancelled.', retryable: false },
};

function failure(error: unknown): StreamPart {
  const message = `The built-in engine could not answer: ${errorMessage(error)}`;
  return { type: 'error', error: { kind: 'server', message, retryable: false } };
}
