/** What ops come to as events: the part that needs the state alone. */
import type { EventBody } from '../events.ts';
import type { Op, UserInput } from '../ops.ts';
import type { TurnRunner } from '../port.ts';
import { describeError, notice } from '../recorder.ts';
import { boundReview } from '../review.ts';
import type { SessionState } from '../state.ts';
import { cleanTitle } from '../title.ts';

/** Ops that are nothing but their events. */
type PlainOp = Extract<
  Op,
  { type: 'switch-model' | 'rename' | 'clear' | 'undo-compact' | 'unqueue' | 'share-review' }
>;

/** An op on its way, and who asked for it. */
export interface AskedOp {
  readonly op: Op;
  readonly id: string;
  /** What the front end is called that asked. */
  readonly by: string;
  /** Called when what came of it is in the journal. */
  readonly done: () => void;
}

/** The events of an op that needs nothing else. */
export function bodiesOf(
  { op, id: opId, by }: Omit<AskedOp, 'op' | 'done'> & { readonly op: PlainOp },
  state: SessionState,
): readonly EventBody[] {
  switch (op.type) {
    case 'switch-model':
      return op.model === state.model ? [] : [{ type: 'model-switch', model: op.model }];
    case 'rename':
      return [{ type: 'session-rename', title: cleanTitle(op.title) }];
    case 'clear':
      return [{ type: 'clear' }];
    case 'unqueue': {
      // Of several that ask, the first gets it; a turn that has begun is nobody's any more.
      const isWaiting = state.queue.some(({ turnId }) => turnId === op.turnId);
      return isWaiting ? [{ type: 'message-unqueue', turnId: op.turnId, opId }] : [];
    }
    case 'undo-compact':
      if (state.undoOps.includes(opId)) return [];
      if (state.compaction === undefined) {
        return [notice('info', 'There is no summary to take back.')];
      }
      return [{ type: 'compact-undo', opId }];
    case 'share-review':
      // Asked again after a host died: it is there already.
      if (state.review?.opId === opId) return [];
      return [{ type: 'review', opId, by, ...boundReview(op.review) }];
  }
}

/** A message begins a turn, or waits for the ones before it. */
export function messageBody(state: SessionState, turnId: string, message: UserInput): EventBody {
  const { running, queue, model } = state;
  if (running !== undefined || queue.length > 0) return { type: 'message-queue', turnId, message };
  return { type: 'turn-start', turnId, model, message };
}

/** What did not happen, for the beginning of a warning. */
export function failureOf(op: Op | undefined): string {
  if (op?.type === 'undo-last') return 'The changes were not taken back.';
  return 'The message was not sent.';
}

/** The last turn set aside, and its message once more as the turn `turnId`. */
export function retryBodies(state: SessionState, turnId: string): readonly EventBody[] {
  if (state.running !== undefined) {
    return [notice('info', 'An answer is on its way: stop it first, then send it again.')];
  }
  const last = state.turns.at(-1);
  if (last === undefined) return [notice('info', 'There is nothing to send again yet.')];
  const { message } = last;
  // It is set aside already when the process died in between.
  const retract: readonly EventBody[] = last.isRetracted
    ? []
    : [{ type: 'turn-retract', turnId: last.id }];
  return [...retract, { type: 'turn-start', turnId, model: state.model, message }];
}

/** Takes back what the last turn with changes did to files, and says what came of it. */
export async function undoBodies(
  state: SessionState,
  runner: TurnRunner | undefined,
  opId: string,
): Promise<readonly EventBody[]> {
  if (state.undoOps.includes(opId)) return [];
  const info = (text: string): readonly EventBody[] => [notice('info', text)];
  if (state.running !== undefined) {
    return info('Changes cannot be taken back while an answer is on its way: stop it first.');
  }
  const turn = state.turns.findLast(({ changes, isUndone }) => changes.length > 0 && !isUndone);
  if (turn === undefined) return info('There are no changes to files to take back.');
  if (runner?.undo === undefined) return info('This engine cannot take changes back.');
  try {
    const { restored, kept } = await runner.undo(turn);
    return [{ type: 'undo', turnId: turn.id, restored, kept, opId }];
  } catch (error) {
    return [notice('warning', `${failureOf({ type: 'undo-last' })} ${describeError(error)}`)];
  }
}

/** True when the session has had, has or will have this turn. */
export function isKnownTurn(state: SessionState, turnId: string): boolean {
  return (
    state.running?.id === turnId ||
    state.queue.some((queued) => queued.turnId === turnId) ||
    state.turns.some((turn) => turn.id === turnId)
  );
}
