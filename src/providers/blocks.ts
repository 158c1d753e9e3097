/** Turns loose pieces of text and reasoning into the contract's blocks, one open at a time. */
import type { JsonValue, StreamPart } from './contract.ts';

export class BlockWriter {
  #open: { readonly kind: 'text' | 'reasoning'; readonly id: string } | undefined;
  #count = 0;
  readonly #takeSignature: () => JsonValue | undefined;

  /** `takeSignature` gives what the reasoning block that ends now must carry, once. */
  constructor(takeSignature: () => JsonValue | undefined = () => undefined) {
    this.#takeSignature = takeSignature;
  }

  /** The parts that add `text` to the answer; none for empty text. */
  *text(text: string): Generator<StreamPart> {
    if (text === '') return;
    const id = yield* this.#enter('text');
    yield { type: 'text-delta', id, text };
  }

  /** The parts that add `text` to the reasoning; none for empty text. */
  *reasoning(text: string): Generator<StreamPart> {
    if (text === '') return;
    const id = yield* this.#enter('reasoning');
    yield { type: 'reasoning-delta', id, text };
  }

  /** Ends the open block; before a tool call and at the end of the answer. */
  *close(): Generator<StreamPart> {
    const open = this.#open;
    this.#open = undefined;
    if (open?.kind === 'text') yield { type: 'text-end', id: open.id };
    if (open?.kind !== 'reasoning') return;
    const signature = this.#takeSignature();
    yield { type: 'reasoning-end', id: open.id, ...(signature === undefined ? {} : { signature }) };
  }

  /** A reasoning block without text, where there is still something to carry. */
  *carry(): Generator<StreamPart> {
    const signature = this.#takeSignature();
    if (signature === undefined) return;
    const id = `reasoning-${++this.#count}`;
    yield { type: 'reasoning-start', id };
    yield { type: 'reasoning-end', id, signature };
  }

  *#enter(kind: 'text' | 'reasoning'): Generator<StreamPart, string> {
    if (this.#open?.kind === kind) return this.#open.id;
    yield* this.close();
    const id = `${kind}-${++this.#count}`;
    this.#open = { kind, id };
    yield { type: `${kind}-start`, id };
    return id;
  }
}
