/** How a stream of events becomes an answer that is finished, failed or cut. */
import { HttpError } from '../platform/http/errors.ts';
import type { StreamPart } from './contract.ts';
import type { SseEvent } from './sse.ts';

/** What a wire family makes of its events. */
export interface StreamedAnswer {
  /** True after an `end` or `error`: nothing may follow. */
  readonly isOver: boolean;
  /** True once the host has said why the answer ends. */
  readonly hasReason: boolean;
  add(event: SseEvent): Iterable<StreamPart>;
  /** The tokens that the host has named so far, if any. */
  usagePart(): Iterable<StreamPart>;
  end(): Iterable<StreamPart>;
}

/**
 * Reads events until the answer is over or the body ends. A body that ends, or breaks, after the
 * host gave its reason is a finished answer; before that it is cut, and the generator returns (or
 * throws what broke it) without an `end`. Cancelling is never a finish.
 */
export async function* readAnswer(
  events: AsyncIterable<SseEvent>,
  answer: StreamedAnswer,
): AsyncGenerator<StreamPart> {
  try {
    for await (const event of events) {
      yield* answer.add(event);
      if (answer.isOver) return;
    }
  } catch (error) {
    const isCancelled = error instanceof HttpError && error.reason === 'cancelled';
    if (isCancelled || !answer.hasReason) {
      yield* answer.usagePart();
      throw error;
    }
  }
  yield* answer.hasReason ? answer.end() : answer.usagePart();
}
