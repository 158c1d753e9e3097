/** Who is attached to a conversation, and who wants to hear of changes. */
import type { Client } from '../port.ts';

/** What the Zeke is called that holds a conversation in the background: a host, but no front end. */
export const BACKGROUND_NAME = 'background';

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
