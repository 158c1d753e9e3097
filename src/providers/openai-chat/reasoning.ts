/** Reasoning under the names hosts give it, and what they want back with the next request. */
import type { JsonValue } from '../contract.ts';
import { readList, readRecord, readText, type UnknownRecord } from '../json.ts';
import type { ChatDelta, ReasoningSignature } from './wire.ts';

export class ReasoningReader {
  #details: UnknownRecord[] = [];
  #opaque: string | undefined;
  #needsOwnField = false;

  /** The reasoning text of one delta. A host that sends it under two names is read once. */
  *read(delta: ChatDelta): Generator<string> {
    const plain =
      textOf(delta.reasoning_content) ?? textOf(delta.reasoning) ?? textOf(delta.reasoning_text);
    if (textOf(delta.reasoning_content) !== undefined) this.#needsOwnField = true;
    if (typeof delta.reasoning_opaque === 'string') this.#opaque = delta.reasoning_opaque;
    const details = readList(delta.reasoning_details).map((detail) => readRecord(detail) ?? {});
    for (const detail of details) this.#addDetail(detail);
    if (plain !== undefined) return yield plain;
    for (const detail of details) {
      yield textOf(detail.text) ?? textOf(detail.summary) ?? '';
    }
  }

  /** What the block that ends now must carry; each piece is given out once. */
  takeSignature(): JsonValue | undefined {
    const signature: ReasoningSignature = {
      ...(this.#details.length === 0 ? {} : { reasoning_details: this.#details }),
      ...(this.#opaque === undefined ? {} : { reasoning_opaque: this.#opaque }),
      ...(this.#needsOwnField ? { field: 'reasoning_content' } : {}),
    };
    this.#details = [];
    this.#opaque = undefined;
    this.#needsOwnField = false;
    return Object.keys(signature).length === 0 ? undefined : (signature as JsonValue);
  }

  /** Fragments of one detail are joined, as the host would have sent it in one piece. */
  #addDetail(detail: UnknownRecord): void {
    const last = this.#details.at(-1);
    const isNext = last !== undefined && last.type === detail.type && last.index === detail.index;
    if (!isNext) {
      this.#details.push(detail);
      return;
    }
    const joined = ['text', 'summary', 'data'].flatMap((field) => {
      const text = `${textOf(last[field]) ?? ''}${textOf(detail[field]) ?? ''}`;
      return text === '' ? [] : [[field, text]];
    });
    this.#details[this.#details.length - 1] = {
      ...last,
      ...detail,
      ...Object.fromEntries(joined),
    };
  }
}

function textOf(value: unknown): string | undefined {
  const text = readText(value);
  return text === '' ? undefined : text;
}
