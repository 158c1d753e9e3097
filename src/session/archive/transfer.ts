/**
 * A session as one JSON document, to be kept or taken to another machine:
 *
 * `{"format":"zeke-session","version":1,"events":[…]}`, the events as docs/events.md has them.
 */
import { ZekeError } from '../../platform/errors.ts';
import { escapeInvisible } from '../../platform/terminal-text.ts';
import { EVENT_FORMAT_VERSION, type SessionEvent } from '../events.ts';
import { isFields, parseEvent } from '../validate.ts';

const FORMAT = 'zeke-session';
/** The document's own version; its events have theirs. */
const FORMAT_VERSION = 1;

/** The document, an event a line. */
export function exportSession(events: readonly SessionEvent[]): string {
  const lines = events.map((event) => `  ${JSON.stringify(event)}`).join(',\n');
  const head = `{\n"format": "${FORMAT}",\n"version": ${FORMAT_VERSION},\n"events": [\n`;
  return escapeInvisible(`${head}${lines}\n]\n}\n`);
}

export interface ImportTarget {
  /** Real path of the root of the project that the session is for from now on. */
  readonly project: string;
  /** What to call the session that was called `wanted`. */
  readonly idFor: (wanted: string) => string;
}

/** The events of a document for their new place. Throws a ZekeError that says what is wrong. */
export function importedEvents(
  text: string,
  target: ImportTarget,
): { readonly sessionId: string; readonly events: readonly SessionEvent[] } {
  const [start, ...rest] = readEvents(readDocument(text));
  if (start?.type !== 'session-start') throw brokenError('it does not begin with session-start');
  const sessionId = target.idFor(start.sessionId);
  const first = { ...start, sessionId, project: target.project };
  const events = [first, ...rest.filter(isWelcome)].map((event, index) => ({
    ...event,
    seq: index + 1,
  }));
  if (!events.every(canBeWritten)) throw brokenError('it is nested too deep');
  return { sessionId, events };
}

/** Reading takes any depth, writing does not. */
function canBeWritten(event: SessionEvent): boolean {
  try {
    return JSON.stringify(event) !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/**
 * What was done to files was done elsewhere: nobody may make `undo-last` write or remove a file
 * here by handing over a conversation.
 */
function isWelcome(event: SessionEvent): boolean {
  return event.type !== 'file-change' && event.type !== 'undo';
}

function readDocument(text: string): readonly unknown[] {
  const document = parseJson(text);
  if (!isFields(document) || document.format !== FORMAT) throw brokenError('it is something else');
  const { version, events } = document;
  if (typeof version !== 'number') throw brokenError('its version is missing');
  if (version > FORMAT_VERSION) throw newerError(version, FORMAT_VERSION);
  if (!Array.isArray(events)) throw brokenError('its events are missing');
  return events;
}

function readEvents(values: readonly unknown[]): readonly SessionEvent[] {
  let lastSeq = 0;
  return values.map((value, index) => {
    const event = parseEvent(value);
    const place = `event ${index + 1} of ${values.length}`;
    if (event === undefined) throw brokenError(`${place} is none`);
    if (event.seq <= lastSeq) throw brokenError(`${place} is out of order`);
    lastSeq = event.seq;
    if (event.type !== 'session-start') return event;
    if (index > 0) throw brokenError(`${place} begins another session`);
    if (event.version > EVENT_FORMAT_VERSION) {
      throw newerError(event.version, EVENT_FORMAT_VERSION);
    }
    return event;
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw brokenError('it is no JSON', error);
  }
}

function brokenError(why: string, cause?: unknown): ZekeError {
  return new ZekeError('usage', `This is no exported session: ${why}.`, {
    hint: 'Give the file that "zeke sessions export <id> --json" wrote.',
    cause,
  });
}

function newerError(version: number, known: number): ZekeError {
  return new ZekeError(
    'system',
    `This session was written by a newer Zeke (format ${version}; this one reads up to ${known}).`,
    { hint: 'Update Zeke to import it.' },
  );
}
