/** Questions that a running turn asks and whoever is attached answers, one at a time. */
import type { ApprovalRequest, TurnEventBody } from './events.ts';
import type { ApprovalDecision } from './ops.ts';
import { newId } from './store.ts';

interface Question {
  readonly turnId: string;
  readonly request: Omit<ApprovalRequest, 'id'>;
  readonly emit: (event: TurnEventBody) => void;
  /** Aborted when the turn is cancelled: nobody needs to answer then. */
  readonly signal: AbortSignal;
}
interface AskedQuestion extends Question {
  readonly id: string;
  readonly resolve: (decision: ApprovalDecision) => void;
}

export class Approvals {
  /** The first one is shown; the others wait until it is answered. */
  readonly #asked: AskedQuestion[] = [];

  /** Asks and waits for the first answer; `deny` when the turn is cancelled. */
  ask(question: Question): Promise<ApprovalDecision> {
    if (question.signal.aborted) return Promise.resolve('deny');
    const { promise, resolve } = Promise.withResolvers<ApprovalDecision>();
    const asked = { ...question, id: newId(), resolve };
    this.#asked.push(asked);
    question.signal.addEventListener('abort', () => this.denyAll(), { once: true });
    if (this.#asked.length === 1) show(asked);
    return promise;
  }

  /** Answers the open question for the front end `by`; one that is not open any more is not heard. */
  answer(id: string, decision: ApprovalDecision, by: string): void {
    const [open] = this.#asked;
    if (open?.id !== id) return;
    this.#asked.shift();
    settle(open, decision, by);
    const [next] = this.#asked;
    if (next !== undefined) show(next);
  }

  /** The turn is over: what is still open is answered with `deny`. */
  denyAll(): void {
    const [open, ...others] = this.#asked.splice(0);
    if (open === undefined) return;
    settle(open, 'deny');
    // Nobody was shown these.
    for (const { resolve } of others) resolve('deny');
  }
}

function show({ turnId, id, request, emit }: AskedQuestion): void {
  emit({ type: 'approval-request', turnId, id, ...request });
}

function settle(
  { turnId, id, emit, resolve }: AskedQuestion,
  decision: ApprovalDecision,
  by?: string,
): void {
  const answered = by === undefined ? {} : { by };
  emit({ type: 'approval-answer', turnId, id, decision, ...answered });
  resolve(decision);
}
