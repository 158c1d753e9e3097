/** Fill-in-the-middle by the local engine, for models that were trained to. */
import type { FillRequest, StreamPart } from '../contract.ts';
import { createTurns, lazily, streamCall } from './engine-calls.ts';
import type { ContextOptions, EngineModel, EngineModule } from './wire.ts';

/** What is shown around a cursor needs no more, and each token takes memory. */
const CONTEXT_TOKENS = 8192;
/** They stand before the prefix, before the suffix and before the answer. */
const MARKS = 3;

export interface FillDeps {
  readonly module: EngineModule;
  readonly model: EngineModel;
  readonly contextOptions: ContextOptions;
}
export type Fill = (request: FillRequest, signal: AbortSignal) => AsyncGenerator<StreamPart>;

/**
 * Undefined for a model that knows no such request. Fills have a context of their own, made with the
 * first of them: in the conversation's they would wait for its answer, and end what is kept of its prompt.
 */
export function createFill({ module, model, contextOptions }: FillDeps): Fill | undefined {
  const { prefix, suffix } = model.tokens.infill;
  if (prefix === null || suffix === null) return undefined;
  const open = lazily(async () => {
    const max = Math.min(contextOptions.contextSize.max, CONTEXT_TOKENS);
    const context = await model.createContext({ ...contextOptions, contextSize: { max } });
    const sequence = context.getSequence();
    const completion = new module.LlamaCompletion({ contextSequence: sequence });
    return { completion, sequence, contextTokens: context.contextSize };
  });
  const takeTurn = createTurns();
  return (request, signal) =>
    takeTurn(signal, async function* () {
      const { completion, sequence, contextTokens } = await open();
      const shown = [request.prefix, request.suffix].flatMap((text) =>
        model.tokenizer(text, false, 'trimLeadingSpace'),
      );
      const inputTokens = Math.min(shown.length + MARKS, contextTokens);
      const options = toOptions(request, signal);
      yield* streamCall({ sequence, inputTokens }, (push) =>
        completion.generateInfillCompletionWithMeta(request.prefix, request.suffix, {
          ...options,
          onTextChunk: (text) => push({ text }),
        }),
      );
    });
}

function toOptions({ maxOutputTokens, temperature, stop = [] }: FillRequest, signal: AbortSignal) {
  return {
    signal,
    maxTokens: maxOutputTokens,
    // The engine's own is meant for prose: code repeats itself.
    repeatPenalty: false,
    ...(temperature === undefined ? {} : { temperature }),
    ...(stop.length === 0 ? {} : { customStopTriggers: stop }),
  } as const;
}
