/** Waiting for a state of another process: asked again when something is heard of it. */

/** Machines differ: a wait ends when what it waits for is there, and fails only after this. */
const LIMIT_MS = 90_000;

export interface Wait<Answer> {
  readonly ask: () => Answer | Promise<Answer>;
  readonly isWanted: (answer: Answer) => boolean;
  /** Why no wanted answer can come any more; undefined while one may. */
  readonly whyHopeless: () => string | undefined;
  /** Makes the error, with what is known by then. */
  readonly fail: (why: string) => Error;
  /** Asks at least this often, for what changes without anything to be heard of it. */
  readonly recheckMs?: number;
}

export class Changes {
  readonly #listeners = new Set<() => void>();

  /** Something was heard. */
  tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  /**
   * Asks until the answer is the wanted one, and resolves to it. A question that is never answered
   * fails like a wrong answer: a Neovim that waits for a key answers nothing.
   */
  async until<Answer>(wait: Wait<Answer>): Promise<Answer> {
    const limit = Promise.withResolvers<never>();
    limit.promise.catch(() => undefined);
    const timer = setTimeout(() => limit.reject(wait.fail('Time ran out')), LIMIT_MS);
    try {
      for (;;) {
        const change = this.#next(wait.recheckMs ?? LIMIT_MS);
        const answer = await Promise.race([wait.ask(), limit.promise]);
        if (wait.isWanted(answer)) return answer;
        const why = wait.whyHopeless();
        if (why !== undefined) throw wait.fail(why);
        await Promise.race([change, limit.promise]);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** Resolves when something is heard, at the latest after this time. */
  #next(atLatestMs: number): Promise<void> {
    return new Promise((resolve) => {
      const settle = () => {
        clearTimeout(timer);
        this.#listeners.delete(settle);
        resolve();
      };
      const timer = setTimeout(settle, atLatestMs);
      this.#listeners.add(settle);
    });
  }
}
