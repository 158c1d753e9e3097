/** The stream of an OpenAI chat completion as neutral parts. */
import { BlockWriter } from '../blocks.ts';
import type { EndReason, StreamPart, Usage } from '../contract.ts';
import { failureFromStream, type HostInfo } from '../errors.ts';
import { parseJson, readList, readRecord, readText, type UnknownRecord } from '../json.ts';
import { readAnswer, type SseEvent, type StreamedAnswer } from '../sse.ts';
import { ReasoningReader } from './reasoning.ts';
import { ToolCallCollector } from './tool-calls.ts';
import { toUsage } from './usage.ts';
import type { ChatChunk, ChatDelta } from './wire.ts';

/** The parts of an answer, ended by `[DONE]` or, where that is missing, by its finish_reason. */
export function readChatStream(
  events: AsyncIterable<SseEvent>,
  host: HostInfo,
): AsyncGenerator<StreamPart> {
  return readAnswer(events, new ChatAnswer(host));
}

class ChatAnswer implements StreamedAnswer {
  isOver = false;
  readonly #host: HostInfo;
  readonly #reasoning = new ReasoningReader();
  readonly #blocks = new BlockWriter(() => this.#reasoning.takeSignature());
  readonly #calls = new ToolCallCollector();
  #isStarted = false;
  #finishReason: string | undefined;
  #usage: Usage | undefined;

  constructor(host: HostInfo) {
    this.#host = host;
  }

  get hasReason(): boolean {
    return this.#finishReason !== undefined;
  }

  *add(event: SseEvent): Generator<StreamPart> {
    const data = event.data.trim();
    if (data === '[DONE]') return yield* this.end();
    const chunk = readRecord(parseJson(data)) as ChatChunk | undefined;
    if (chunk === undefined) return;
    yield* this.#start(chunk);
    this.#usage = readUsage(chunk) ?? this.#usage;
    for (const choice of readList(chunk.choices)) yield* this.#choice(readRecord(choice) ?? {});
    const error = chunk.error ?? (event.event === 'error' ? chunk : undefined);
    if (error !== undefined && error !== null) yield* this.#fail(error);
  }

  *end(): Generator<StreamPart> {
    yield* this.#start({});
    const raw = this.#finishReason;
    const failure = raw === undefined ? undefined : FAILED_REASONS[raw];
    if (failure !== undefined) {
      return yield* this.#fail({ message: `the answer broke off (${raw})`, ...failure });
    }
    const said = END_REASONS[raw ?? 'stop'] ?? 'other';
    // Some hosts end with "stop", or say nothing, although tools are called.
    const reason = said === 'stop' && this.#calls.hasCalls ? 'tool_calls' : said;
    yield* this.#blocks.close();
    yield* this.#blocks.carry();
    yield* this.#calls.end(reason === 'length');
    yield* this.usagePart();
    this.isOver = true;
    yield { type: 'end', reason, ...(raw === undefined ? {} : { rawReason: raw }) };
  }

  *usagePart(): Generator<StreamPart> {
    if (this.#usage !== undefined) yield { type: 'usage', usage: this.#usage };
    this.#usage = undefined;
  }

  *#start(chunk: ChatChunk): Generator<StreamPart> {
    if (this.#isStarted) return;
    this.#isStarted = true;
    const id = readText(chunk.id);
    const model = readText(chunk.model);
    yield { type: 'start', ...(id ? { id } : {}), ...(model ? { model } : {}) };
  }

  /** Copilot may spread one answer over several choices; nobody asks for alternatives. */
  *#choice(choice: UnknownRecord): Generator<StreamPart> {
    // Some hosts repeat the whole message beside the delta; it counts only where it is alone.
    const delta = (readRecord(choice.delta) ?? readRecord(choice.message) ?? {}) as ChatDelta;
    for (const text of this.#reasoning.read(delta)) yield* this.#blocks.reasoning(text);
    yield* this.#content(delta.content);
    yield* this.#blocks.text(readText(delta.refusal) ?? '');
    // Answers of /completions have no message but their text.
    yield* this.#blocks.text(readText(choice.text) ?? '');
    const fragments = [...readList(delta.tool_calls), ...legacyCall(delta.function_call)];
    if (fragments.length > 0) yield* this.#blocks.close();
    for (const fragment of fragments) yield* this.#calls.add(fragment);
    const reason = readText(choice.finish_reason);
    if (reason) this.#finishReason = reason;
  }

  *#content(content: unknown): Generator<StreamPart> {
    if (typeof content === 'string') return yield* this.#blocks.text(content);
    for (const item of readList(content)) {
      const part = readRecord(item) ?? {};
      if (typeof item === 'string') yield* this.#blocks.text(item);
      else if (part.type === 'thinking') {
        for (const thought of readList(part.thinking)) {
          yield* this.#blocks.reasoning(readText(readRecord(thought)?.text) ?? '');
        }
        if (typeof part.thinking === 'string') yield* this.#blocks.reasoning(part.thinking);
      } else yield* this.#blocks.text(readText(part.text) ?? '');
    }
  }

  *#fail(error: unknown): Generator<StreamPart> {
    this.isOver = true;
    yield* this.#blocks.close();
    yield* this.usagePart();
    yield { type: 'error', error: failureFromStream(this.#host, error) };
  }
}

/** Usage stands beside the choices, in `x_groq`, or (Moonshot) inside the choice. */
function readUsage(chunk: ChatChunk): Usage | undefined {
  const firstChoice = readRecord(readList(chunk.choices)[0]);
  return (
    toUsage(chunk.usage) ?? toUsage(readRecord(chunk.x_groq)?.usage) ?? toUsage(firstChoice?.usage)
  );
}

function legacyCall(functionCall: unknown): readonly unknown[] {
  const call = readRecord(functionCall);
  return call === undefined ? [] : [{ index: 0, function: call }];
}

const END_REASONS: { readonly [raw: string]: EndReason } = {
  stop: 'stop',
  end_turn: 'stop',
  eos: 'stop',
  length: 'length',
  model_length: 'length',
  max_tokens: 'length',
  tool_calls: 'tool_calls',
  function_call: 'tool_calls',
  content_filter: 'content_filter',
  sensitive: 'content_filter',
};

/** Finish reasons that are failures of the host: OpenRouter, Mistral, Z.ai, DeepSeek. */
const FAILED_REASONS: { readonly [raw: string]: { readonly type: string } } = {
  error: { type: 'server_error' },
  network_error: { type: 'server_error' },
  insufficient_system_resource: { type: 'overloaded_error' },
};
