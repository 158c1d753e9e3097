/** The stream of an Anthropic message as neutral parts. */
import type { EndReason, JsonValue, StreamPart, Usage } from '../contract.ts';
import { failureFromStream, type HostInfo } from '../errors.ts';
import {
  parseJson,
  parseToolInput,
  readNumber,
  readRecord,
  readText,
  type UnknownRecord,
} from '../json.ts';
import { readAnswer, type SseEvent, type StreamedAnswer } from '../sse.ts';
import type { MessagesEvent, ThinkingSignature } from './wire.ts';

/** The parts of a message, ended by `message_stop` or, where that is missing, by its stop_reason. */
export function readMessageStream(
  events: AsyncIterable<SseEvent>,
  host: HostInfo,
): AsyncGenerator<StreamPart> {
  return readAnswer(events, new MessageAnswer(host));
}

type Block =
  | { readonly kind: 'text'; readonly id: string }
  | { readonly kind: 'thinking'; readonly id: string; signature: string }
  | { readonly kind: 'tool'; readonly id: string; readonly name: string; inputText: string };

class MessageAnswer implements StreamedAnswer {
  isOver = false;
  readonly #host: HostInfo;
  readonly #blocks = new Map<number, Block>();
  /** Calls that ended with input that is no JSON: cut by the limit, or the model's fault. */
  readonly #broken: StreamPart[] = [];
  #count = 0;
  #isStarted = false;
  #stopReason: string | undefined;
  #usage: UnknownRecord | undefined;

  constructor(host: HostInfo) {
    this.#host = host;
  }

  get hasReason(): boolean {
    return this.#stopReason !== undefined;
  }

  *add(sse: SseEvent): Generator<StreamPart> {
    const event = readRecord(parseJson(sse.data)) as MessagesEvent | undefined;
    if (event === undefined) return;
    switch (event.type) {
      case 'message_start':
        return yield* this.#start(readRecord(event.message) ?? {});
      case 'content_block_start':
        return yield* this.#openBlock(event);
      case 'content_block_delta':
        return yield* this.#extendBlock(event);
      case 'content_block_stop':
        return yield* this.#closeBlock(readNumber(event.index) ?? 0);
      case 'message_delta':
        this.#stopReason = readText(readRecord(event.delta)?.stop_reason) ?? this.#stopReason;
        this.#addUsage(event.usage);
        return;
      case 'message_stop':
        return yield* this.end();
      case 'error':
        return yield* this.#fail(event.error);
      default:
        // `ping` and whatever a later version adds.
        if (sse.event === 'error') yield* this.#fail(event.error ?? event);
    }
  }

  *end(): Generator<StreamPart> {
    yield* this.#start({});
    const raw = this.#stopReason;
    for (const index of [...this.#blocks.keys()]) yield* this.#closeBlock(index);
    if (raw !== 'max_tokens' && raw !== 'model_context_window_exceeded') yield* this.#broken;
    yield* this.usagePart();
    this.isOver = true;
    const reason = raw === undefined ? 'stop' : (END_REASONS[raw] ?? 'other');
    yield { type: 'end', reason, ...(raw === undefined ? {} : { rawReason: raw }) };
  }

  *usagePart(): Generator<StreamPart> {
    const usage = toUsage(this.#usage);
    this.#usage = undefined;
    if (usage !== undefined) yield { type: 'usage', usage };
  }

  /** Some relays send message_start twice: the first one counts. */
  *#start(message: UnknownRecord): Generator<StreamPart> {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#addUsage(message.usage);
    const id = readText(message.id);
    const model = readText(message.model);
    yield { type: 'start', ...(id ? { id } : {}), ...(model ? { model } : {}) };
  }

  *#openBlock(event: MessagesEvent): Generator<StreamPart> {
    yield* this.#start({});
    const index = readNumber(event.index) ?? 0;
    // A relay that loses the end of a block must not leave it open for ever.
    yield* this.#closeBlock(index);
    const content = readRecord(event.content_block) ?? {};
    const id = `block-${++this.#count}`;
    if (content.type === 'text') {
      this.#blocks.set(index, { kind: 'text', id });
      yield { type: 'text-start', id };
      yield* deltaPart('text-delta', id, content.text);
    } else if (content.type === 'thinking') {
      this.#blocks.set(index, {
        kind: 'thinking',
        id,
        signature: readText(content.signature) ?? '',
      });
      yield { type: 'reasoning-start', id };
      yield* deltaPart('reasoning-delta', id, content.thinking);
    } else if (content.type === 'redacted_thinking') {
      const signature: ThinkingSignature = {
        type: 'redacted_thinking',
        data: readText(content.data) ?? '',
      };
      yield { type: 'reasoning-start', id };
      yield { type: 'reasoning-end', id, signature };
    } else if (content.type === 'tool_use') yield* this.#openCall(index, content);
    // Everything else ran on the server (searches, code execution) and is not ours to answer.
  }

  *#openCall(index: number, content: UnknownRecord): Generator<StreamPart> {
    const id = readText(content.id) ?? `toolu_${index}`;
    const name = readText(content.name) ?? '';
    const given = readRecord(content.input) ?? {};
    const inputText = Object.keys(given).length === 0 ? '' : JSON.stringify(given);
    this.#blocks.set(index, { kind: 'tool', id, name, inputText });
    yield { type: 'tool-call-start', id, name };
    if (inputText !== '') yield { type: 'tool-call-delta', id, inputText };
  }

  *#extendBlock(event: MessagesEvent): Generator<StreamPart> {
    const block = this.#blocks.get(readNumber(event.index) ?? 0);
    const delta = readRecord(event.delta) ?? {};
    if (block?.kind === 'text') yield* deltaPart('text-delta', block.id, delta.text);
    if (block?.kind === 'thinking') {
      yield* deltaPart('reasoning-delta', block.id, delta.thinking);
      if (delta.type === 'signature_delta') block.signature += readText(delta.signature) ?? '';
    }
    if (block?.kind === 'tool') {
      const inputText = readText(delta.partial_json) ?? '';
      block.inputText += inputText;
      if (inputText !== '') yield { type: 'tool-call-delta', id: block.id, inputText };
    }
  }

  *#closeBlock(index: number): Generator<StreamPart> {
    const block = this.#blocks.get(index);
    this.#blocks.delete(index);
    if (block === undefined) return;
    if (block.kind === 'text') yield { type: 'text-end', id: block.id };
    if (block.kind === 'thinking') {
      const signature: JsonValue | undefined =
        block.signature === '' ? undefined : { type: 'thinking', signature: block.signature };
      const carried = signature === undefined ? {} : { signature };
      yield { type: 'reasoning-end', id: block.id, ...carried };
    }
    if (block.kind !== 'tool') return;
    const { id, name, inputText } = block;
    const input = parseToolInput(inputText);
    if (input !== undefined) yield { type: 'tool-call-end', id, name, inputText, input };
    else this.#broken.push({ type: 'tool-call-end', id, name, inputText });
  }

  /** message_delta repeats the counters; later values win, but null says nothing. */
  #addUsage(value: unknown): void {
    const usage = readRecord(value);
    if (usage === undefined) return;
    const said = Object.entries(usage).filter(([, count]) => count !== null);
    this.#usage = { ...this.#usage, ...Object.fromEntries(said) };
  }

  *#fail(error: unknown): Generator<StreamPart> {
    this.isOver = true;
    yield* this.usagePart();
    yield { type: 'error', error: failureFromStream(this.#host, error) };
  }
}

function* deltaPart(
  type: 'text-delta' | 'reasoning-delta',
  id: string,
  value: unknown,
): Generator<StreamPart> {
  const text = readText(value);
  if (text) yield { type, id, text };
}

/** Input tokens here exclude the cache; in the contract they include it. */
function toUsage(usage: UnknownRecord | undefined): Usage | undefined {
  if (usage === undefined) return undefined;
  const cachedTokens = readNumber(usage.cache_read_input_tokens);
  const cacheWriteTokens = readNumber(usage.cache_creation_input_tokens);
  const fresh = readNumber(usage.input_tokens);
  const fields = {
    inputTokens:
      fresh === undefined ? undefined : fresh + (cachedTokens ?? 0) + (cacheWriteTokens ?? 0),
    outputTokens: readNumber(usage.output_tokens),
    cachedTokens,
    cacheWriteTokens,
    reasoningTokens: readNumber(readRecord(usage.output_tokens_details)?.thinking_tokens),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, count]) => count !== undefined));
}

const END_REASONS: { readonly [raw: string]: EndReason } = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool_calls',
  pause_turn: 'pause',
  refusal: 'refusal',
};
