/** A new session that begins with the first turns of another one. */
import type { EventBody, SessionEvent } from '../events.ts';
import { endOf, startBody } from '../live/sources.ts';
import { EMPTY_STATE, reduce, type SessionState } from '../state.ts';
import type { SessionStore } from '../store.ts';
import { forkTitle } from '../title.ts';
import { mergePieces } from './journal-lines.ts';

export interface ForkOptions {
  /** How many turns the new session begins with; all of them where there are not so many. */
  readonly turnCount: number;
  /** What the new session is called. */
  readonly newId: string;
}

/**
 * Writes the journal of the new session, all of it or nothing, with texts in one piece. Throws a ZekeError when the old one
 * cannot be read or the new one cannot be written.
 */
export function forkSession(store: SessionStore, id: string, options: ForkOptions): void {
  const { taken, fork, whole } = takeTurns(mergePieces(store.readEvents(id)), options.turnCount);
  const { project } = store;
  const model = taken.find((event) => event.type === 'session-start')?.model ?? whole.model;
  const turnCount = fork.turns.length + (fork.running === undefined ? 0 : 1);
  const forkedFrom = { sessionId: id, turnCount };
  const start = startBody(options.newId, { project, model, forkedFrom });
  const title = forkTitle(whole.title);
  const rename: readonly EventBody[] = title === '' ? [] : [{ type: 'session-rename', title }];
  const isSwitched = (fork.model || model) !== whole.model;
  const modelSwitch: readonly EventBody[] = isSwitched
    ? [{ type: 'model-switch', model: whole.model }]
    : [];
  const at = Date.now();
  const dated = (bodies: readonly EventBody[]) => bodies.map((body) => ({ ...body, at }));
  const said = taken.filter((event) => event.type !== 'session-start');
  const end = dated([...endOf(fork, 'cancelled'), ...rename, ...modelSwitch]);
  const events = [...dated([start]), ...said, ...end];
  store.write(
    options.newId,
    events.map((event, index) => ({ ...event, seq: index + 1 })),
  );
}

/**
 * The events up to the turn that is not taken any more, so that a `/clear` just before it counts,
 * the state they lead to, and the state of the whole. Files that were given back later are given
 * back here too: they are the same files.
 */
function takeTurns(
  events: readonly SessionEvent[],
  turnCount: number,
): {
  readonly taken: readonly SessionEvent[];
  readonly fork: SessionState;
  readonly whole: SessionState;
} {
  const taken: SessionEvent[] = [];
  let whole = EMPTY_STATE;
  let fork = EMPTY_STATE;
  let isPast = false;
  for (const event of events) {
    if (event.type === 'turn-start' && whole.turns.length >= turnCount) isPast = true;
    whole = reduce(whole, event);
    const isTaken = isPast
      ? event.type === 'undo' && fork.turns.some((turn) => turn.id === event.turnId)
      : belongsToFork(event, whole);
    if (!isTaken) continue;
    taken.push(event);
    fork = reduce(fork, event);
  }
  return { taken, fork, whole };
}

/** Messages that wait stay where they are; notices beside turns speak of the other journal. */
function belongsToFork(event: SessionEvent, state: SessionState): boolean {
  if (event.type === 'message-queue' || event.type === 'message-unqueue') return false;
  if (event.type === 'session-rename') return false;
  return event.type !== 'notice' || state.running !== undefined;
}
