/** Puts the fragments of tool calls together, in the many ways hosts cut and number them. */
import type { StreamPart } from '../contract.ts';
import { parseToolInput, readNumber, readRecord, readText } from '../json.ts';
import { newToolCallId } from '../tool-call-id.ts';

interface OpenCall {
  readonly index: number;
  /** As the host sent it; two calls may share it. */
  readonly hostId: string;
  id: string;
  name: string;
  inputText: string;
  isStarted: boolean;
}

export class ToolCallCollector {
  readonly #calls: OpenCall[] = [];

  /** True once a call was begun. */
  get hasCalls(): boolean {
    return this.#calls.length > 0;
  }

  /** The parts for one fragment: a start once the name is known, then pieces of the input. */
  *add(fragment: unknown): Generator<StreamPart> {
    const record = readRecord(fragment);
    if (record === undefined) return;
    const body = readRecord(record.function) ?? readRecord(record.custom) ?? record;
    const call = this.#find({
      index: readNumber(record.index),
      id: readText(record.id) ?? '',
      name: readText(body.name) ?? '',
    });
    if (call.name === '') call.name = readText(body.name) ?? '';
    const piece = inputPiece(body.arguments ?? body.input);
    call.inputText += piece;
    if (call.name === '') return;
    if (!call.isStarted) {
      call.isStarted = true;
      yield { type: 'tool-call-start', id: call.id, name: call.name };
      if (call.inputText !== '') {
        yield { type: 'tool-call-delta', id: call.id, inputText: call.inputText };
      }
    } else if (piece !== '') {
      yield { type: 'tool-call-delta', id: call.id, inputText: piece };
    }
  }

  /**
   * The calls that came whole. With `isCut` (the output limit was reached) a call whose input is
   * no JSON was cut in the middle and is left out.
   */
  *end(isCut: boolean): Generator<StreamPart> {
    for (const { id, name, inputText, isStarted } of this.#calls.splice(0)) {
      if (!isStarted) continue;
      const input = parseToolInput(inputText);
      if (input === undefined && isCut) continue;
      yield {
        type: 'tool-call-end',
        id,
        name,
        inputText,
        ...(input === undefined ? {} : { input }),
      };
    }
  }

  #find(seen: { index: number | undefined; id: string; name: string }): OpenCall {
    const known = this.#known(seen);
    const isAnother = known !== undefined && seen.id !== '' && known.hostId !== seen.id;
    if (known !== undefined && !(isAnother && seen.name !== '')) return known;
    const isTaken = this.#calls.some((call) => call.id === seen.id);
    const call: OpenCall = {
      index: seen.index ?? this.#calls.length,
      hostId: seen.id,
      id: seen.id === '' || isTaken ? newToolCallId() : seen.id,
      name: '',
      inputText: '',
      isStarted: false,
    };
    this.#calls.push(call);
    return call;
  }

  /** The call that a fragment goes on with; without an index, by its id, else the newest. */
  #known(seen: { index: number | undefined; id: string; name: string }): OpenCall | undefined {
    if (seen.index !== undefined) return this.#calls.findLast((call) => call.index === seen.index);
    if (seen.id !== '') return this.#calls.findLast((call) => call.hostId === seen.id);
    return seen.name === '' ? this.#calls.at(-1) : undefined;
  }
}

/** Input comes as text, and from a few hosts as the object itself. */
function inputPiece(value: unknown): string {
  if (typeof value === 'string') return value;
  return readRecord(value) === undefined ? '' : JSON.stringify(value);
}
