/**
 * A session's journal: its events as a file, one JSON object a line. What is here after a crash is
 * the conversation; reading copes with whatever a crash, a full disk or an editor left behind.
 *
 * Between the events stand `summary` lines, which are no events: title, model and number of turns
 * so far, so that a list of sessions reads the ends of the files and not all of them.
 */

import { ZekeError } from '../platform/errors.ts';
import { AppendFile, openAppendFile } from '../platform/storage/append-file.ts';
import { LineReader } from '../platform/storage/line-reader.ts';
import { isMissing, isPresent, readError, removeFile } from '../platform/storage/private-folder.ts';
import { parseLine, Replay, refuseNewer, type SummaryLine } from './archive/journal-lines.ts';
import { EVENT_FORMAT_VERSION, type EventBody, type SessionEvent } from './events.ts';
import type { Claim } from './share/claim.ts';
import { EMPTY_STATE, reduce, type SessionState } from './state.ts';
import { reviewTitle } from './title.ts';

/** What reading a journal gave. */
export interface JournalContents {
  readonly state: SessionState;
  /** The last events, oldest first, for front ends that have seen the ones before. */
  readonly recent: readonly SessionEvent[];
  /** Lines that were no events; they were skipped. */
  readonly brokenLines: number;
}

/** What is known of a session before its journal is read, in case its first line is broken. */
export interface JournalSeed {
  readonly sessionId: string;
  readonly project: string;
}

/** How many of the last events are kept when reading. */
const RECENT_EVENTS = 1024;
const READ_STEP_BYTES = 256 * 1024;

/** After these the summary of the session is another one. */
const SUMMARY_CHANGES: ReadonlySet<EventBody['type']> = new Set([
  'turn-start',
  'turn-end',
  'session-rename',
  'model-switch',
  'review',
]);

/** Writes one session's journal. */
export class Journal {
  readonly #file: AppendFile;
  readonly #claim: Claim | undefined;
  #isLost = false;
  /** Lines of a new session that are not worth a file yet. */
  #unwritten = '';

  constructor(file: AppendFile, claim?: Claim) {
    this.#file = file;
    this.#claim = claim;
  }

  /** Another process has taken the journal over: what was appended last must not be shown. */
  get isSuperseded(): boolean {
    return this.#isLost || this.#file.isReplaced;
  }

  /** Looks whether another process has taken the journal over while this one was stopped. */
  look(): void {
    this.#isLost ||= this.#claim?.isHeld() === false;
    this.#file.look();
  }

  /** True while some lines could not be written. */
  get isBehind(): boolean {
    return this.#file.waitingBytes > 0;
  }

  /**
   * Appends events in one write; `state` is the one they led to. Returns undefined when they are
   * in the file, else why not: they are kept and go in first as soon as it can be written again.
   * A session's first event alone makes no file, so that opening and leaving leaves nothing.
   */
  append(events: readonly SessionEvent[], state: SessionState): ZekeError | undefined {
    let text = this.#unwritten;
    for (const event of events) text += `${JSON.stringify(event)}\n`;
    this.#unwritten = '';
    if (events.every((event) => event.type === 'session-start')) {
      this.#unwritten = text;
      return undefined;
    }
    if (events.some((event) => SUMMARY_CHANGES.has(event.type))) {
      text += `${JSON.stringify(summarize(state))}\n`;
    }
    // Without a file of ours only the claim tells that somebody else has made it meanwhile.
    if (!this.#file.isOpen) this.look();
    return this.isSuperseded ? undefined : this.#file.append(text);
  }

  /** Tries again to write what is waiting. */
  retry(): ZekeError | undefined {
    return this.#file.retry();
  }

  /** Closes the file; `discard` removes it too (a session in which nothing was said). */
  close(options: { readonly discard: boolean }): void {
    this.look();
    this.#file.close();
    if (options.discard && !this.isSuperseded) removeFile(this.#file.path);
    this.#claim?.release();
  }
}

/** A journal that was opened to go on writing. */
export interface OpenedJournal extends JournalContents {
  readonly journal: Journal;
  /** Events that say what the last process left undone; the session appends them first. */
  readonly repairs: readonly EventBody[];
}

/** The journal of a session that does not exist yet. */
export function createJournal(path: string, claim?: Claim): Journal {
  return new Journal(new AppendFile(path), claim);
}

/**
 * Opens an existing journal to go on with it: repairs its end, replays it and says what was found.
 * Throws a ZekeError when there is none, when it cannot be read or written, or when a newer Zeke
 * wrote it.
 */
export function openJournal(path: string, seed: JournalSeed, claim?: Claim): OpenedJournal {
  const contents = readJournal(path, seed);
  const file = openAppendFile(path, (line) => parseLine(line) !== 'broken');
  const isTorn = file.repairedBytes > 0;
  const brokenLines = contents.brokenLines - (isTorn ? 1 : 0);
  const repairs = describeRepairs(contents.state, { isTorn, brokenLines });
  return { ...contents, brokenLines, journal: new Journal(file, claim), repairs };
}

/**
 * Replays a journal without touching it. Broken lines are counted and skipped. Throws a ZekeError
 * when there is none, when it cannot be read, or when a newer Zeke wrote it.
 */
export function readJournal(path: string, seed: JournalSeed): JournalContents {
  const replay = new Replay({ ...EMPTY_STATE, ...seed });
  let recent: SessionEvent[] = [];
  const brokenLines = eachEvent(path, seed.sessionId, (event) => {
    replay.take(event);
    recent.push(event);
    if (recent.length >= 2 * RECENT_EVENTS) recent = recent.slice(-RECENT_EVENTS);
  });
  return { state: replay.state, recent: recent.slice(-RECENT_EVENTS), brokenLines };
}

/** All events of a journal. Throws a ZekeError as `readJournal` does. */
export function readEvents(path: string, sessionId: string): readonly SessionEvent[] {
  const events: SessionEvent[] = [];
  eachEvent(path, sessionId, (event) => events.push(event));
  return events;
}

/** Says something in a journal that nobody has open. Returns why it could not be written. */
export function appendBodies(
  journal: Journal,
  state: SessionState,
  bodies: readonly EventBody[],
): ZekeError | undefined {
  const at = Date.now();
  const events = bodies.map((body, index) => ({ ...body, seq: state.seq + 1 + index, at }));
  return journal.append(events, events.reduce(reduce, state));
}

/** What a journal with these events, and no others, looks like. */
export function journalText(events: readonly SessionEvent[]): string {
  const lines = events.map((event) => `${JSON.stringify(event)}\n`);
  const state = events.reduce(reduce, EMPTY_STATE);
  return `${lines.join('')}${JSON.stringify(summarize(state))}\n`;
}

/** Returns how many lines were none, and were skipped. */
function eachEvent(
  path: string,
  sessionId: string,
  onEvent: (event: SessionEvent) => void,
): number {
  let brokenLines = 0;
  let lastSeq = 0;
  const onLine = (line: string): void => {
    const parsed = parseLine(line);
    if (parsed === 'broken') brokenLines += 1;
    if (parsed === 'broken' || parsed === 'other') return;
    refuseNewer(parsed, sessionId);
    const event = inOrder(parsed, lastSeq);
    lastSeq = event.seq;
    onEvent(event);
  };
  try {
    if (!isPresent(path)) throw missingSessionError(sessionId);
    for (const lines of readSteps(path)) lines.forEach(onLine);
  } catch (error) {
    if (error instanceof ZekeError) throw error;
    throw isMissing(error) ? missingSessionError(sessionId) : readError(path, error);
  }
  return brokenLines;
}

/** The summary of a state. A running turn counts. */
export function summarize(state: SessionState): SummaryLine {
  const { forkedFrom, review, title } = state;
  return {
    type: 'summary',
    version: EVENT_FORMAT_VERSION,
    title: title === '' && review !== undefined ? reviewTitle(review) : title,
    model: state.model,
    turns: state.turns.length + (state.running === undefined ? 0 : 1),
    updatedAt: state.updatedAt,
    ...(forkedFrom === undefined ? {} : { forkedFrom }),
    ...(review === undefined ? {} : { hasReview: true }),
  };
}

/** The error for a session that does not exist. */
export function missingSessionError(sessionId: string): ZekeError {
  return new ZekeError('usage', `There is no session ${sessionId} in this project.`, {
    hint: 'Run `zeke sessions` to see the ones there are.',
  });
}

function* readSteps(path: string): Generator<readonly string[]> {
  const reader = new LineReader(path, READ_STEP_BYTES);
  try {
    for (let lines = reader.next(); lines !== undefined; lines = reader.next()) yield lines;
  } finally {
    reader.close();
  }
}

/** Order is that of the file: a number that does not count up gets the next one. */
function inOrder(event: SessionEvent, lastSeq: number): SessionEvent {
  return event.seq > lastSeq ? event : { ...event, seq: lastSeq + 1 };
}

function describeRepairs(
  state: SessionState,
  found: { readonly isTorn: boolean; readonly brokenLines: number },
): readonly EventBody[] {
  const repairs: EventBody[] = [];
  const warn = (text: string): void => {
    // Broken lines stay in the file: they are told of once, not at every opening.
    if (state.notices.some((notice) => notice.text === text)) return;
    repairs.push({ type: 'notice', level: 'warning', text });
  };
  if (found.isTorn) {
    warn('The last line of this session’s journal was torn and has been removed.');
  }
  if (found.brokenLines > 0) {
    const lines = found.brokenLines === 1 ? '1 broken line' : `${found.brokenLines} broken lines`;
    warn(`${lines} in this session’s journal could not be read and were skipped.`);
  }
  return repairs;
}
