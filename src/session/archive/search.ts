/** Finds the sessions in which something was said. */
import { setImmediate as letOthersRun } from 'node:timers/promises';
import { errorMessage } from '../../platform/errors.ts';
import { LineReader } from '../../platform/storage/line-reader.ts';
import { sanitizeLine } from '../../platform/terminal-text.ts';
import type { SessionEvent } from '../events.ts';
import type { SessionSummary } from '../store.ts';
import { parseLine, refuseNewer } from './journal-lines.ts';

/** A session in which every word of the search was said in one turn, or stands in its title. */
export interface SessionHit extends SessionSummary {
  /** The text around the first hit, as one harmless line. */
  readonly excerpt: string;
  /** The turn it was said in, from 1; 0 for the title. */
  readonly turn: number;
}

export interface SearchResult {
  /** The session used last first. */
  readonly found: readonly SessionHit[];
  /** Sessions that could not be searched; `problem` says why. */
  readonly skipped: readonly SessionSummary[];
}

export interface SearchTask {
  /** In the order in which they are wanted. */
  readonly sessions: readonly SessionSummary[];
  readonly pathOf: (id: string) => string;
  readonly text: string;
  /** Ends the search early; what was found so far is the result. */
  readonly signal: AbortSignal | undefined;
}

const STEP_BYTES = 64 * 1024;
/** Other work runs again after this long; a key that is typed meanwhile is not felt to wait. */
const SLICE_MS = 5;
const EXCERPT_BEFORE = 40;
const EXCERPT_CHARACTERS = 160;
/** Lines of these kinds are looked at; what Zeke writes always begins with the kind. */
const SPOKEN_LINE = /^\{"type":"(?:session-start|turn-start|text-delta|turn-end)"/;

/** Reads the journals one after the other, a slice at a time. */
export async function searchSessions(task: SearchTask): Promise<SearchResult> {
  const words = [...new Set(fold(task.text).split(/\s+/))].filter((word) => word !== '');
  const found: SessionHit[] = [];
  const skipped: SessionSummary[] = [];
  if (words.length === 0) return { found, skipped };
  const slice = new Slice();
  for (const summary of task.sessions) {
    if (task.signal?.aborted === true) break;
    if (summary.problem !== undefined) {
      skipped.push(summary);
      continue;
    }
    try {
      const hit = titleHit(summary, words) ?? (await searchOne(task, { summary, words, slice }));
      if (hit !== undefined) found.push({ ...summary, ...hit });
    } catch (error) {
      skipped.push({ ...summary, problem: errorMessage(error) });
    }
  }
  return { found, skipped };
}

type Hit = Pick<SessionHit, 'excerpt' | 'turn'>;

function titleHit({ title }: SessionSummary, words: readonly string[]): Hit | undefined {
  const folded = fold(title);
  if (!words.every((word) => folded.includes(word))) return undefined;
  return { excerpt: excerptOf(title, words), turn: 0 };
}

async function searchOne(
  task: SearchTask,
  search: {
    readonly summary: SessionSummary;
    readonly words: readonly string[];
    readonly slice: Slice;
  },
): Promise<Hit | undefined> {
  const { summary, slice } = search;
  const title = fold(summary.title);
  // Words of the title count for every turn of the session.
  const wanted = search.words.filter((word) => !title.includes(word));
  const turns = new TurnSearch(wanted, search.words);
  const reader = new LineReader(task.pathOf(summary.id), STEP_BYTES);
  try {
    for (let lines = reader.next(); lines !== undefined; lines = reader.next()) {
      for (const line of lines) {
        const event = spokenEvent(line, summary.id);
        const hit = event === undefined ? undefined : turns.take(event);
        if (hit !== undefined) return hit;
        if (slice.isOver) await slice.renew();
        if (task.signal?.aborted === true) return undefined;
      }
      // A step may be all inside one long line.
      if (slice.isOver) await slice.renew();
    }
  } finally {
    reader.close();
  }
  return turns.finish();
}

function spokenEvent(line: string, sessionId: string): SessionEvent | undefined {
  if (line.startsWith('{"type":"') && !SPOKEN_LINE.test(line)) return undefined;
  const event = parseLine(line);
  if (event === 'broken' || event === 'other') return undefined;
  refuseNewer(event, sessionId);
  return event;
}

/** Puts what is said in a turn together and looks at it when the turn ends. */
class TurnSearch {
  readonly #wanted: readonly string[];
  readonly #words: readonly string[];
  #pieces: string[] = [];
  #turn = 0;

  /** `wanted` are the ones that have to be in the turn; the excerpt begins at any of them all. */
  constructor(wanted: readonly string[], words: readonly string[]) {
    this.#wanted = wanted;
    this.#words = words;
  }

  take(event: SessionEvent): Hit | undefined {
    switch (event.type) {
      case 'turn-start': {
        const hit = this.finish();
        this.#turn += 1;
        this.#pieces = [event.message.text, '\n'];
        return hit;
      }
      case 'text-delta':
        this.#pieces.push(event.text);
        return undefined;
      case 'turn-end':
        return this.finish();
      default:
        return undefined;
    }
  }

  finish(): Hit | undefined {
    if (this.#pieces.length === 0) return undefined;
    const text = this.#pieces.join('');
    this.#pieces = [];
    const folded = fold(text);
    if (!this.#wanted.every((word) => folded.includes(word))) return undefined;
    return { excerpt: excerptOf(text, this.#words), turn: this.#turn };
  }
}

/** How long the event loop has been kept. */
class Slice {
  #beganAt = performance.now();

  get isOver(): boolean {
    return performance.now() - this.#beganAt > SLICE_MS;
  }

  async renew(): Promise<void> {
    await letOthersRun();
    this.#beganAt = performance.now();
  }
}

/** The same for upper and lower case, and for both ways to write an accent. */
function fold(text: string): string {
  return text.normalize('NFC').toLowerCase();
}

function excerptOf(text: string, words: readonly string[]): string {
  const clean = sanitizeLine(text).replace(/\s+/g, ' ').trim();
  const folded = fold(clean);
  const places = words.map((word) => folded.indexOf(word)).filter((place) => place !== -1);
  // A few letters change their length when folded; the excerpt is then a little beside the hit.
  const place = places.length === 0 ? 0 : Math.min(...places);
  const start = excerptStart(clean, place);
  const characters = [...clean.slice(start, start + 2 * EXCERPT_CHARACTERS)];
  const isCut = start + characters.join('').length < clean.length;
  const shown = characters.slice(0, EXCERPT_CHARACTERS).join('');
  const isShort = isCut || characters.length > EXCERPT_CHARACTERS;
  return `${start > 0 ? '…' : ''}${shown}${isShort ? '…' : ''}`;
}

/** At a word, where one begins near; not inside a character. */
function excerptStart(text: string, place: number): number {
  if (place <= EXCERPT_BEFORE) return 0;
  const wanted = place - EXCERPT_BEFORE;
  const atWord = text.lastIndexOf(' ', wanted) + 1;
  if (wanted - atWord < EXCERPT_BEFORE) return atWord;
  const unit = text.charCodeAt(wanted);
  return unit >= 0xdc00 && unit <= 0xdfff ? wanted - 1 : wanted;
}
