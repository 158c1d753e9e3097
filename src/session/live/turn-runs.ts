/** The turn that a runner is at work on: one at a time, and stopped at once where it has to be. */
import { ZekeError } from '../../platform/errors.ts';
import { Approvals } from '../approvals.ts';
import type { ApprovalRequest, EventBody, TurnEndReason } from '../events.ts';
import type { ApprovalDecision } from '../ops.ts';
import type { TurnRunner } from '../port.ts';
import { describeError } from '../recorder.ts';
import type { SessionState, Turn } from '../state.ts';

/** How long a runner may take to notice `cancel` before its turn is ended without it. */
const CANCEL_GRACE_MS = 500;

interface Run {
  readonly turnId: string;
  readonly controller: AbortController;
  graceTimer: NodeJS.Timeout | undefined;
}

export class TurnRuns {
  readonly #say: (event: EventBody) => void;
  readonly #approvals = new Approvals();
  #run: Run | undefined;

  /** `say` takes what runners report, and the ends of their turns. */
  constructor(say: (event: EventBody) => void) {
    this.#say = say;
  }

  /** True while a runner is at work. */
  get isBusy(): boolean {
    return this.#run !== undefined;
  }

  /** Lets the runner carry out a turn that has begun; `state` has it as its running one. */
  start(runner: TurnRunner, state: SessionState, turn: Turn): void {
    this.#run = { turnId: turn.id, controller: new AbortController(), graceTimer: undefined };
    void this.#carryOut(this.#run, runner, { state, turn });
  }

  /** Answers a question of the running turn for the front end that is called `by`. */
  answer(requestId: string, decision: ApprovalDecision, by: string): void {
    this.#approvals.answer(requestId, decision, by);
  }

  /** Asks the runner to stop; one that does not listen is not waited for. */
  cancel(): void {
    const run = this.#run;
    if (run === undefined) return;
    run.controller.abort();
    run.graceTimer ??= setTimeout(() => this.#finish(run, 'cancelled'), CANCEL_GRACE_MS);
  }

  /** Lets go of the runner at once: what it still says is not heard. The turn is not ended here. */
  drop(): void {
    this.#approvals.denyAll();
    const run = this.#run;
    this.#run = undefined;
    run?.controller.abort();
    clearTimeout(run?.graceTimer);
  }

  async #carryOut(
    run: Run,
    runner: TurnRunner,
    { state, turn }: { readonly state: SessionState; readonly turn: Turn },
  ): Promise<void> {
    const { signal } = run.controller;
    const emit = (event: EventBody): void => {
      if (this.#run === run) this.#say(event);
    };
    const requestApproval = (request: Omit<ApprovalRequest, 'id'>) =>
      this.#run === run
        ? this.#approvals.ask({ turnId: run.turnId, request, emit, signal })
        : Promise.resolve<ApprovalDecision>('deny');
    try {
      const reason = await runner.run({ state, turn, emit, signal, requestApproval });
      this.#finish(run, signal.aborted ? 'cancelled' : reason);
    } catch (error) {
      if (!signal.aborted) emit(errorBody(run.turnId, error));
      this.#finish(run, signal.aborted ? 'cancelled' : 'error');
    }
  }

  #finish(run: Run, reason: TurnEndReason): void {
    clearTimeout(run.graceTimer);
    if (this.#run !== run) return;
    this.#approvals.denyAll();
    this.#run = undefined;
    this.#say({ type: 'turn-end', turnId: run.turnId, reason });
  }
}

function errorBody(turnId: string, error: unknown): EventBody {
  const kind = error instanceof ZekeError ? error.kind : 'internal';
  return { type: 'error', turnId, kind, message: describeError(error), retryable: false };
}
