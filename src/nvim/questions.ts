/** Questions of one Neovim: each has one answer, unless its Neovim is gone. */
import { errorMessage, ZekeError } from '../platform/errors.ts';
import { isFields } from '../session/validate.ts';
import { SERVICES, type ServiceName, TO_NEOVIM } from './protocol.ts';
import { checkParams } from './service-params.ts';
import type { ServiceRun, ServiceTable } from './services.ts';

/** An id that Neovim chose; it comes back as it was. */
export type QuestionId = string | number;

/** An error as Neovim is told it. */
export interface ToldError {
  readonly kind: string;
  readonly message: string;
  readonly hint?: string;
}

export interface QuestionDeps {
  readonly services: ServiceTable;
  readonly send: (kind: string, value: unknown) => void;
  /** So much is unread that progress is left out; the answer has everything. */
  readonly isFull: () => boolean;
  /** An unexpected error, a bug of ours. */
  readonly onBug: (error: unknown) => void;
  readonly session: Omit<ServiceRun<never>, 'signal' | 'report' | 'reportSpent'>;
}

type AnyService = (params: unknown, run: ServiceRun<unknown>) => Promise<unknown>;

/** A Neovim that asks faster than anything can answer is told so. */
const MAX_OPEN = 100;
const MAX_ID_CHARACTERS = 100;
/** What a service reports piece by piece is told once a frame. */
const FRAME_MS = 30;

export class Questions {
  readonly #deps: QuestionDeps;
  readonly #open = new Map<QuestionId, AbortController>();
  #isClosed = false;

  constructor(deps: QuestionDeps) {
    this.#deps = deps;
  }

  /** Asks a service; the answer is sent when it is there. */
  ask(id: unknown, name: unknown, params: unknown): void {
    // Whoever uses an id twice could not tell the answers apart.
    if (!isQuestionId(id) || this.#open.has(id)) return;
    const controller = new AbortController();
    this.#open.set(id, controller);
    void this.#answer({ id, name, params, controller });
  }

  /** Ends a question; one that was answered meanwhile stays answered. */
  cancel(id: unknown): void {
    const controller = isQuestionId(id) ? this.#open.get(id) : undefined;
    controller?.abort(new ZekeError('usage', 'This was cancelled.'));
  }

  /** Ends them all, unanswered: nobody is there any more. */
  close(): void {
    this.#isClosed = true;
    const open = [...this.#open.values()];
    this.#open.clear();
    for (const controller of open) controller.abort();
  }

  async #answer({ id, name, params, controller }: Question): Promise<void> {
    const { signal } = controller;
    const progress = new ProgressFrames((value) => {
      const isWanted = this.#open.get(id) === controller && !this.#deps.isFull();
      if (isWanted) this.#deps.send(TO_NEOVIM.progress, { id, ...value });
    });
    let answer: { readonly result: unknown } | { readonly error: ToldError };
    try {
      const report = (value: unknown) => progress.add(value);
      const reportSpent = (costUsd: number) => {
        if (!this.#isClosed) this.#deps.send(TO_NEOVIM.spent, { service: name, costUsd });
      };
      const run = { ...this.#deps.session, signal, report, reportSpent };
      // A service may take its time to end; whoever cancelled does not wait for that.
      const result = await Promise.race([this.#run(name, params, run), rejectOnAbort(signal)]);
      answer = { result };
    } catch (error) {
      answer = { error: this.#tell(error, signal) };
    }
    progress.flush();
    if (this.#open.get(id) !== controller) return;
    this.#open.delete(id);
    this.#deps.send(TO_NEOVIM.answer, { id, ...answer });
  }

  async #run(name: unknown, params: unknown, run: ServiceRun<unknown>): Promise<unknown> {
    if (!isServiceName(name)) {
      throw new ZekeError('usage', `This Zeke does not know the request "${String(name)}".`, {
        hint: 'Update the zeke program to the version of the plugin.',
      });
    }
    if (this.#open.size > MAX_OPEN) {
      throw new ZekeError('usage', `More than ${MAX_OPEN} requests are waiting for an answer.`);
    }
    // The name picks shape and service alike, which the compiler cannot follow.
    const service = this.#deps.services[name] as AnyService;
    return await service(checkParams(name, params), run);
  }

  #tell(error: unknown, signal: AbortSignal): ToldError {
    if (signal.aborted) return { kind: 'cancelled', message: 'This was cancelled.' };
    if (!(error instanceof ZekeError)) this.#deps.onBug(error);
    return toToldError(error);
  }
}

interface Question {
  readonly id: QuestionId;
  readonly name: unknown;
  readonly params: unknown;
  readonly controller: AbortController;
}

/** An error in the form in which Neovim is told it. */
export function toToldError(error: unknown): ToldError {
  const message = errorMessage(error);
  if (!(error instanceof ZekeError)) return { kind: 'internal', message };
  const { kind, hint } = error;
  return { kind, message, ...(hint === undefined ? {} : { hint }) };
}

/** True for what an id of Neovim may be. */
export function isQuestionId(value: unknown): value is QuestionId {
  return (
    Number.isSafeInteger(value) || (typeof value === 'string' && value.length <= MAX_ID_CHARACTERS)
  );
}

function isServiceName(value: unknown): value is ServiceName {
  return SERVICES.some((name) => name === value);
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/** Reports of one question; texts that follow each other are one. */
class ProgressFrames {
  readonly #send: (value: Readonly<Record<string, unknown>>) => void;
  #text = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(send: (value: Readonly<Record<string, unknown>>) => void) {
    this.#send = send;
  }

  add(value: unknown): void {
    if (!isFields(value)) return;
    const isPiece = typeof value.text === 'string' && Object.keys(value).length === 1;
    if (isPiece) {
      this.#text += value.text;
      this.#timer ??= setTimeout(() => this.flush(), FRAME_MS);
    } else {
      this.flush();
      this.#send(value);
    }
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#text;
    this.#text = '';
    if (text !== '') this.#send({ text });
  }
}
