/** The engine of a session, made the first time it is needed. */
import type { TurnRunner } from '../port.ts';

export interface EngineHooks {
  /** It is there, or making it has failed: whoever waited may look again. */
  readonly onSettled: () => void;
  /** Called before `onSettled` when it cannot be made; it is tried again when asked again. */
  readonly onFailure: (error: unknown) => void;
}

export class Engine {
  readonly #create: (() => Promise<TurnRunner>) | undefined;
  readonly #hooks: EngineHooks;
  #runner: TurnRunner | undefined;
  #isLoading = false;

  constructor(runner: TurnRunner | (() => Promise<TurnRunner>), hooks: EngineHooks) {
    this.#hooks = hooks;
    this.#create = typeof runner === 'function' ? runner : undefined;
    this.#runner = typeof runner === 'function' ? undefined : runner;
  }

  /** Undefined as long as it is not made. */
  get runner(): TurnRunner | undefined {
    return this.#runner;
  }

  /** True when it is there. Otherwise it is being made from now on. */
  isReady(): boolean {
    if (this.#runner !== undefined) return true;
    if (!this.#isLoading) void this.#load();
    return false;
  }

  async #load(): Promise<void> {
    this.#isLoading = true;
    try {
      this.#runner = await this.#create?.();
    } catch (error) {
      this.#hooks.onFailure(error);
    }
    this.#isLoading = false;
    this.#hooks.onSettled();
  }
}
