/** Where the events of a session come from when it is opened: its journal, or nothing yet. */
import {
  EVENT_FORMAT_VERSION,
  type EventBody,
  type ForkOrigin,
  type TurnEndReason,
} from '../events.ts';
import { notice, type SessionSource } from '../recorder.ts';
import { EMPTY_STATE, type SessionState } from '../state.ts';
import type { SessionStore } from '../store.ts';

export interface NewSession {
  /** `provider/model`, for a journal that does not say it too. */
  readonly model: string;
  readonly forkedFrom?: ForkOrigin;
  /** Messages that wait in it go on at once: nobody has to be told of them. */
  readonly resumesQueue?: boolean;
}

/** A session of a store; a new one where it does not exist. Throws a ZekeError as the store does. */
export function loadSource(store: SessionStore, id: string, fresh: NewSession): SessionSource {
  if (!store.has(id)) {
    const first = [startBody(id, { ...fresh, project: store.project })];
    return { state: EMPTY_STATE, journal: store.create(id), recent: [], first };
  }
  const opened = store.open(id);
  const state = opened.state.model === '' ? { ...opened.state, model: fresh.model } : opened.state;
  const waiting = fresh.resumesQueue === true ? [] : describeQueue(state);
  const first = [...opened.repairs, ...endOf(state, 'interrupted'), ...waiting];
  return { state, journal: opened.journal, recent: opened.recent, first };
}

/** The first event of a session. */
export function startBody(
  sessionId: string,
  { project, model, forkedFrom }: NewSession & { readonly project: string },
): EventBody {
  const origin = forkedFrom === undefined ? {} : { forkedFrom };
  const version = EVENT_FORMAT_VERSION;
  return { type: 'session-start', version, sessionId, project, model, ...origin };
}

/** The end of the running turn, and of what it asked, for a turn that nobody is at work on. */
export function endOf(state: SessionState, reason: TurnEndReason): readonly EventBody[] {
  const { running, approval } = state;
  if (running === undefined) return [];
  const turnId = running.id;
  const denial: readonly EventBody[] =
    approval === undefined
      ? []
      : [{ type: 'approval-answer', turnId, id: approval.id, decision: 'deny' }];
  return [...denial, { type: 'turn-end', turnId, reason }];
}

function describeQueue(state: SessionState): readonly EventBody[] {
  if (state.queue.length === 0) return [];
  const count = state.queue.length === 1 ? 'A message is' : `${state.queue.length} messages are`;
  return [notice('info', `${count} still waiting and will be sent before your next one.`)];
}
