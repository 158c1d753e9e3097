/** Questions that a running turn asks and whoever is attached answers. */
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

export class Approvals {
  readonly #open = new Map<string, (decision: ApprovalDecision) => void>();

  /** Asks and waits for the first answer; `deny` when the turn is cancelled. */
  ask({ turnId, request, emit, signal }: Question): Promise<ApprovalDecision> {
    if (signal.aborted) return Promise.resolve('deny');
    const id = newId();
    return new Promise((resolve) => {
      const settle = (decision: ApprovalDecision): void => {
        this.#open.delete(id);
        signal.removeEventListener('abort', giveUp);
        emit({ type: 'approval-answer', turnId, id, decision });
        resolve(decision);
      };
      const giveUp = (): void => settle('deny');
      this.#open.set(id, settle);
      signal.addEventListener('abort', giveUp, { once: true });
      emit({ type: 'approval-request', turnId, id, ...request });
    });
  }

  /** Answers a question; one that is not open any more is not heard. */
  answer(id: string, decision: ApprovalDecision): void {
    this.#open.get(id)?.(decision);
  }
}
