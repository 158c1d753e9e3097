/** Server-sent events out of bytes, however the network cut them, and answers out of events. */
import { createParser } from 'eventsource-parser';
import { HttpError } from '../platform/http/errors.ts';
import type { HttpResponse } from '../platform/http/exchange.ts';
import type { StreamPart } from './contract.ts';

export interface SseEvent {
  /** The event's name, where the host sent one. */
  readonly event: string | undefined;
  readonly data: string;
}

/** One event may be at most this long; more is no answer of a model. */
const MAX_EVENT_CHARACTERS = 32 * 1024 * 1024;

/** The whole answer of a host that does not stream fits in this. */
const WHOLE_ANSWER_BYTES = 16 * 1024 * 1024;

/**
 * The events of a response. A host that ignores `stream: true`, or that reports an error with
 * status 200, answers with one JSON object: a stream of one event.
 */
export async function* readEvents(response: HttpResponse): AsyncGenerator<SseEvent> {
  const isWhole = (response.headers['content-type'] ?? '').includes('application/json');
  if (!isWhole) return yield* readSse(response.body);
  yield { event: undefined, data: await response.text(WHOLE_ANSWER_BYTES) };
}

/**
 * The events of a body. Line ends may be LF, CRLF or CR, a character may be cut by a chunk's edge,
 * a BOM may start the body and the last blank line may be missing. Rejects with an HttpError for an
 * event that does not end.
 */
export async function* readSse(body: AsyncIterable<Uint8Array>): AsyncGenerator<SseEvent> {
  // The decoder drops a BOM at the start and keeps the first half of a character for later.
  const decoder = new TextDecoder();
  const ready: SseEvent[] = [];
  const parser = createParser({
    maxBufferSize: MAX_EVENT_CHARACTERS,
    onEvent: ({ event, data }) => ready.push({ event, data }),
    onError: (error) => {
      if (error.type !== 'max-buffer-size-exceeded') return;
      throw new HttpError('network', 'The host sent an event that does not end.');
    },
  });
  for await (const chunk of body) {
    parser.feed(decoder.decode(chunk, { stream: true }));
    yield* ready.splice(0);
  }
  parser.feed(`${decoder.decode()}\n\n`);
  yield* ready.splice(0);
}

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
