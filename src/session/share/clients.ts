/** Who is attached to a conversation, and who wants to hear of changes. */
import type { Client } from '../port.ts';

export class ClientList {
  #clients: readonly Client[];
  readonly #listeners = new Set<() => void>();

  constructor(clients: readonly Client[] = []) {
    this.#clients = clients;
  }

  /** The front ends that are attached right now. */
  get(): readonly Client[] {
    return this.#clients;
  }

  /** Another list; whoever listens is told. */
  set(clients: readonly Client[]): void {
    this.#clients = clients;
    for (const listener of [...this.#listeners]) listener();
  }

  /** Returns the unsubscribe function. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
}
