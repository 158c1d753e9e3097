/** The lines of an Ollama answer as neutral parts. */
import { BlockWriter } from '../blocks.ts';
import type { EndReason, StreamPart, Usage } from '../contract.ts';
import { failureFromStream, type HostInfo } from '../errors.ts';
import {
  parseJson,
  parseToolInput,
  readList,
  readNumber,
  readRecord,
  readText,
  type UnknownRecord,
} from '../json.ts';
import { newToolCallId } from '../tool-call-id.ts';
import type { OllamaLine } from './wire.ts';

/** Reads lines until `done`, an error, or the end of the body, which without `done` is a cut. */
export async function* readOllamaStream(
  lines: AsyncIterable<string>,
  host: HostInfo,
): AsyncGenerator<StreamPart> {
  const answer = new OllamaAnswer(host);
  for await (const line of lines) {
    yield* answer.add(line);
    if (answer.isOver) return;
  }
}

class OllamaAnswer {
  isOver = false;
  readonly #host: HostInfo;
  readonly #blocks = new BlockWriter();
  readonly #callIds = new Set<string>();
  #isStarted = false;

  constructor(host: HostInfo) {
    this.#host = host;
  }

  *add(text: string): Generator<StreamPart> {
    const line = readRecord(parseJson(text)) as OllamaLine | undefined;
    if (line === undefined) return;
    if (line.error !== undefined) {
      this.isOver = true;
      yield* this.#blocks.close();
      return yield { type: 'error', error: failureFromStream(this.#host, line.error) };
    }
    if (!this.#isStarted) {
      this.#isStarted = true;
      const model = readText(line.model);
      yield { type: 'start', ...(model ? { model } : {}) };
    }
    yield* this.#message(readRecord(line.message) ?? fromGenerate(line));
    if (line.done === true) yield* this.#end(line);
  }

  *#message(message: UnknownRecord): Generator<StreamPart> {
    yield* this.#blocks.reasoning(readText(message.thinking) ?? '');
    yield* this.#blocks.text(readText(message.content) ?? '');
    for (const item of readList(message.tool_calls)) {
      yield* this.#blocks.close();
      yield* this.#call(readRecord(item) ?? {});
    }
  }

  /** Every call comes whole. Old servers send no id, and `""` for no arguments. */
  *#call(call: UnknownRecord): Generator<StreamPart> {
    const body = readRecord(call.function) ?? {};
    const name = readText(body.name) ?? '';
    const given = readText(call.id) ?? '';
    const id = given === '' || this.#callIds.has(given) ? newToolCallId() : given;
    this.#callIds.add(id);
    const inputText =
      typeof body.arguments === 'string' ? body.arguments : JSON.stringify(body.arguments ?? {});
    const input = parseToolInput(inputText);
    yield { type: 'tool-call-start', id, name };
    if (inputText !== '') yield { type: 'tool-call-delta', id, inputText };
    yield { type: 'tool-call-end', id, name, inputText, ...(input === undefined ? {} : { input }) };
  }

  *#end(line: OllamaLine): Generator<StreamPart> {
    this.isOver = true;
    yield* this.#blocks.close();
    const usage = toUsage(line);
    if (usage !== undefined) yield { type: 'usage', usage };
    const raw = readText(line.done_reason);
    // `done_reason` stays "stop" when tools are called.
    const isCalling = this.#callIds.size > 0 && (raw === undefined || raw === 'stop');
    const reason = isCalling ? 'tool_calls' : (END_REASONS[raw ?? 'stop'] ?? 'other');
    yield { type: 'end', reason, ...(raw === undefined ? {} : { rawReason: raw }) };
  }
}

/** Proxies that sit on /api/generate put the text beside the message, under another name. */
function fromGenerate(line: OllamaLine): UnknownRecord {
  return { content: line.response, thinking: line.thinking };
}

function toUsage(line: OllamaLine): Usage | undefined {
  const inputTokens = readNumber(line.prompt_eval_count);
  const outputTokens = readNumber(line.eval_count);
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  return {
    ...(inputTokens === undefined ? {} : { inputTokens }),
    ...(outputTokens === undefined ? {} : { outputTokens }),
  };
}

const END_REASONS: { readonly [raw: string]: EndReason } = { stop: 'stop', length: 'length' };
