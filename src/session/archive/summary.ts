/** What a list shows of a session, from the end of its journal. */
import { readLastLines } from '../../platform/storage/append-file.ts';
import { EVENT_FORMAT_VERSION } from '../events.ts';
import { type JournalSeed, readJournal, summarize } from '../journal.ts';
import type { SessionState } from '../state.ts';
import type { SessionSummary } from '../store.ts';
import { parseSummary } from './journal-lines.ts';

/** A summary line is some 200 bytes; a finished turn ends with one. */
const FIRST_TAIL_BYTES = 8 * 1024;

/**
 * Reads a file's end, and further back only as far as the last summary. Events after it (the turn
 * that was running when the process died) change nothing that a list shows but the time. Throws the system's error, or a ZekeError as `readJournal` does.
 */
export function readSummary(path: string, seed: JournalSeed): SessionSummary {
  for (let tailBytes = FIRST_TAIL_BYTES; ; tailBytes *= 8) {
    const { text, sizeBytes, isWhole } = readLastLines(path, tailBytes);
    const summary = lastSummary(text);
    if (summary !== undefined) {
      const { type: _, version, ...shown } = summary;
      const problem = version > EVENT_FORMAT_VERSION ? { problem: 'written by a newer Zeke' } : {};
      return { id: seed.sessionId, ...shown, sizeBytes, ...problem };
    }
    if (isWhole) return { ...summaryOf(readJournal(path, seed).state), sizeBytes };
  }
}

function lastSummary(text: string): ReturnType<typeof parseSummary> {
  for (let end = text.length; end > 0; ) {
    const start = text.lastIndexOf('\n', end - 1) + 1;
    const line = text.slice(start, end);
    const summary = line.includes('"summary"') ? parseSummary(line) : undefined;
    if (summary !== undefined) return summary;
    end = start - 1;
  }
  return undefined;
}

function summaryOf(state: SessionState): Omit<SessionSummary, 'sizeBytes'> {
  const { type: _, version: __, ...shown } = summarize(state);
  return { id: state.sessionId, ...shown };
}
