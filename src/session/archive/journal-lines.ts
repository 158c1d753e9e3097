/**
 * The lines of a journal as events. Most lines of a long journal are pieces of text, written by
 * Zeke itself in one form: those are read without the JSON parser, and put together before the
 * reducer sees them. Whatever looks any different goes the long way.
 */
import { ZekeError } from '../../platform/errors.ts';
import { EVENT_FORMAT_VERSION, type ForkOrigin, type SessionEvent } from '../events.ts';
import { joinPieces } from '../live/pieces.ts';
import { reduce, type SessionState } from '../state.ts';
import { isFields, parseEvent } from '../validate.ts';

/** What a list shows of a session. */
export interface SummaryLine {
  readonly type: 'summary';
  readonly version: number;
  readonly title: string;
  readonly model: string;
  readonly turns: number;
  readonly updatedAt: number;
  /** Absent in lines of a Zeke that did not write it yet. */
  readonly forkedFrom?: ForkOrigin;
  /** A review was shared in it: worth keeping without a turn, too. */
  readonly hasReview?: true;
}

type Delta = Extract<SessionEvent, { type: 'text-delta' | 'reasoning-delta' }>;

/** A line is an event, broken, or something else that an older or newer Zeke put there. */
export function parseLine(line: string): SessionEvent | 'broken' | 'other' {
  if (line === '') return 'other';
  const delta = parseDelta(line);
  if (delta !== undefined) return delta;
  const value = parseJson(line);
  const event = parseEvent(value);
  if (event !== undefined) return event;
  return parseSummary(line) === undefined ? 'broken' : 'other';
}

/** The summary in a line, or undefined when it is another kind of line. */
export function parseSummary(line: string): SummaryLine | undefined {
  const value = parseJson(line);
  if (!isFields(value) || value.type !== 'summary') return undefined;
  const { version, title, model, turns, updatedAt } = value;
  if (typeof title !== 'string' || typeof model !== 'string') return undefined;
  if (typeof version !== 'number' || typeof turns !== 'number') return undefined;
  if (typeof updatedAt !== 'number') return undefined;
  const forkedFrom = parseOrigin(value.forkedFrom);
  const review = value.hasReview === true ? { hasReview: true as const } : {};
  return { type: 'summary', version, title, model, turns, updatedAt, ...forkedFrom, ...review };
}

function parseOrigin(value: unknown): Pick<SummaryLine, 'forkedFrom'> {
  if (!isFields(value)) return {};
  const { sessionId, turnCount } = value;
  if (typeof sessionId !== 'string' || typeof turnCount !== 'number') return {};
  return { forkedFrom: { sessionId, turnCount } };
}

/** Throws a ZekeError for the first event of a session that a newer Zeke wrote. */
export function refuseNewer(event: SessionEvent, sessionId: string): void {
  if (event.type !== 'session-start' || event.version <= EVENT_FORMAT_VERSION) return;
  throw new ZekeError(
    'system',
    `Session ${sessionId} was written by a newer Zeke (format ${event.version}; ` +
      `this one reads up to ${EVENT_FORMAT_VERSION}).`,
    { hint: 'Update Zeke to open it, or start a new session.' },
  );
}

/** Replays events; pieces of one text are one step of the reducer. */
export class Replay {
  #state: SessionState;
  #last: Delta | undefined;
  #pieces: string[] = [];
  /** The clock may go back between two pieces. */
  #at = 0;

  constructor(state: SessionState) {
    this.#state = state;
  }

  take(event: SessionEvent): void {
    const isDelta = event.type === 'text-delta' || event.type === 'reasoning-delta';
    const last = this.#last;
    if (!isDelta || event.type !== last?.type || event.turnId !== last.turnId) this.#settle();
    if (!isDelta) {
      this.#state = reduce(this.#state, event);
      return;
    }
    this.#last = event;
    this.#at = Math.max(this.#at, event.at);
    this.#pieces.push(event.text);
  }

  /** The state after everything that was taken. */
  get state(): SessionState {
    this.#settle();
    return this.#state;
  }

  #settle(): void {
    const last = this.#last;
    if (last === undefined) return;
    // Joined, not added up: a text made of slices would keep the whole file in memory.
    const text = this.#pieces.join('');
    this.#state = reduce(this.#state, { ...last, text, at: this.#at });
    this.#last = undefined;
    this.#pieces = [];
    this.#at = 0;
  }
}

/** The same conversation with every text in one piece, as far as nothing stands between. */
export function mergePieces(events: readonly SessionEvent[]): readonly SessionEvent[] {
  const merged: SessionEvent[] = [];
  for (const event of events) {
    const last = merged.at(-1);
    const joined = last === undefined ? undefined : joinPieces(last, event);
    if (joined === undefined) merged.push(event);
    else merged[merged.length - 1] = joined;
  }
  return merged;
}

const DELTA_STARTS = [
  { type: 'text-delta', start: '{"type":"text-delta","turnId":"' },
  { type: 'reasoning-delta', start: '{"type":"reasoning-delta","turnId":"' },
] as const;
const TEXT_FIELD = '","text":"';
const DELTA_END = /^","seq":(\d{1,15}),"at":(\d{1,15})\}$/;
const SEQ_FIELD = '","seq":';
/** What JSON does not allow in a string, or writes in another way. */
const NOT_PLAIN = /[\u0000-\u001f"\\]/;

function parseDelta(line: string): Delta | undefined {
  const form = DELTA_STARTS.find(({ start }) => line.startsWith(start));
  if (form === undefined) return undefined;
  const textField = line.indexOf(TEXT_FIELD, form.start.length);
  // In a string every quote has a backslash before it, so this one ends the text.
  const textEnd = line.lastIndexOf(SEQ_FIELD);
  if (textField === -1 || textEnd < textField + TEXT_FIELD.length) return undefined;
  const end = DELTA_END.exec(line.slice(textEnd));
  const turnId = line.slice(form.start.length, textField);
  if (end === null || NOT_PLAIN.test(turnId)) return undefined;
  const written = line.slice(textField + TEXT_FIELD.length, textEnd);
  const text = NOT_PLAIN.test(written) ? parseJson(`"${written}"`) : written;
  if (typeof text !== 'string') return undefined;
  return { type: form.type, turnId, text, seq: Number(end[1]), at: Number(end[2]) };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
