/** What calls of the engine are turned into: streams that can be left, one after the other. */
import type { StreamPart } from '../contract.ts';
import { createLocalStreamReader } from './from-stream.ts';
import type { EngineSequence, GenerateResult, ResponseChunk } from './wire.ts';

/** The answer of a call that writes with this sequence. */
export async function* streamCall(
  { sequence, inputTokens }: { readonly sequence: EngineSequence; readonly inputTokens: number },
  start: (push: (chunk: ResponseChunk) => void) => Promise<GenerateResult>,
): AsyncGenerator<StreamPart> {
  const { usedInputTokens, usedOutputTokens } = sequence.tokenMeter;
  const reader = createLocalStreamReader();
  const chunks = callbackStream(start);
  for (;;) {
    const next = await chunks.next();
    if (next.done === true) {
      const read = sequence.tokenMeter.usedInputTokens - usedInputTokens;
      const usage = {
        inputTokens,
        outputTokens: sequence.tokenMeter.usedOutputTokens - usedOutputTokens,
        cachedTokens: Math.max(0, inputTokens - read),
      };
      yield* reader.end(next.value, usage);
      return;
    }
    yield* reader.chunk(next.value);
  }
}

/** Made when it is first wanted, and again when that failed: memory may be short now only. */
export function lazily<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return async () => {
    made ??= make();
    try {
      return await made;
    } catch (error) {
      made = undefined;
      throw error;
    }
  };
}

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
export async function untilAborted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal,
): Promise<Value> {
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

/** One sequence can only write one answer at a time; the next waits for its turn. */
export function createTurns(): <Item>(
  signal: AbortSignal,
  run: () => AsyncGenerator<Item>,
) => AsyncGenerator<Item> {
  let last: Promise<unknown> = Promise.resolve();
  return async function* (signal, run) {
    const done = Promise.withResolvers<void>();
    const before = last;
    last = Promise.all([before, done.promise]);
    try {
      await untilAborted(before, signal);
      yield* run();
    } finally {
      done.resolve();
    }
  };
}
