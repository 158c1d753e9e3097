/** Follows a turn as the journal will see it, so that the next request holds all of it. */
import type { TurnEventBody } from '../../session/events.ts';
import type { TurnRun } from '../../session/port.ts';
import { reduce, type SessionState, type Turn } from '../../session/state.ts';

export interface TurnRecord {
  readonly emit: (event: TurnEventBody) => void;
  readonly turn: () => Turn;
  /** With the turn as its running one. */
  readonly state: () => SessionState;
}

/** Tells the session everything that is emitted, and keeps count of it. */
export function startRecord({ state, turn, emit }: TurnRun): TurnRecord {
  let current: SessionState = { ...state, running: turn };
  return {
    emit(event) {
      emit(event);
      current = reduce(current, { ...event, seq: current.seq, at: current.updatedAt });
    },
    turn: () => current.running ?? turn,
    state: () => current,
  };
}
