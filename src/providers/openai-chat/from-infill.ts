/** The stream of llama.cpp's /infill as neutral parts: pieces of text, and a last event with the counts. */
import { BlockWriter } from '../blocks.ts';
import type { StreamPart, Usage } from '../contract.ts';
import { failureFromStream, type HostInfo } from '../errors.ts';
import { parseJson, readNumber, readRecord, readText } from '../json.ts';
import type { SseEvent } from '../sse.ts';
import type { InfillChunk } from './wire.ts';

/** Reads events until the one that ends the answer, or the end of the body, which before that is a cut. */
export async function* readInfillStream(
  events: AsyncIterable<SseEvent>,
  host: HostInfo,
): AsyncGenerator<StreamPart> {
  const answer = new InfillAnswer(host);
  for await (const event of events) {
    yield* answer.add(event);
    if (answer.isOver) return;
  }
}

class InfillAnswer {
  isOver = false;
  readonly #host: HostInfo;
  readonly #blocks = new BlockWriter();
  #isStarted = false;

  constructor(host: HostInfo) {
    this.#host = host;
  }

  *add(event: SseEvent): Generator<StreamPart> {
    const chunk = readRecord(parseJson(event.data)) as InfillChunk | undefined;
    if (chunk === undefined) return;
    const error = chunk.error ?? (event.event === 'error' ? chunk : undefined);
    if (error !== undefined) {
      this.isOver = true;
      yield* this.#blocks.close();
      return yield { type: 'error', error: failureFromStream(this.#host, error) };
    }
    if (!this.#isStarted) {
      this.#isStarted = true;
      const model = readText(chunk.model);
      yield { type: 'start', ...(model ? { model } : {}) };
    }
    yield* this.#blocks.text(readText(chunk.content) ?? '');
    if (chunk.stop === true) yield* this.#finish(chunk);
  }

  *#finish(chunk: InfillChunk): Generator<StreamPart> {
    this.isOver = true;
    yield* this.#blocks.close();
    const usage = toUsage(chunk);
    if (usage !== undefined) yield { type: 'usage', usage };
    const raw = readText(chunk.stop_type);
    const isLimit = raw === 'limit' || chunk.stopped_limit === true;
    const reason = isLimit ? 'length' : 'stop';
    yield { type: 'end', reason, ...(raw === undefined ? {} : { rawReason: raw }) };
  }
}

function toUsage(chunk: InfillChunk): Usage | undefined {
  const inputTokens = readNumber(chunk.tokens_evaluated);
  const outputTokens = readNumber(chunk.tokens_predicted);
  if (inputTokens === undefined || outputTokens === undefined) return undefined;
  return { inputTokens, outputTokens };
}
