/**
 * What was spent, request by request, over all sessions and beside them: a file of JSON lines a month
 * (UTC) in `<state>/spending`. Days and months of a report are the user's own, by the local clock.
 */
import { join } from 'node:path';
import { ZekeError } from '../platform/errors.ts';
import { AppendFile } from '../platform/storage/append-file.ts';
import { makePrivateFolder, readSmallFile } from '../platform/storage/private-folder.ts';
import { isFields } from './validate.ts';

/** One request that was answered, or ended in the middle. */
export interface Spent {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** `provider/model`. */
  readonly model: string;
  /** What it was for: `chat`, `edit`, `complete`, `review`, `commit` … */
  readonly purpose: string;
  /** Absent for a request beside the conversation. */
  readonly sessionId?: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** US dollars; null where no price is known. */
  readonly costUsd: number | null;
  /** It was ended before its end: what the host had not told by then is an estimate. */
  readonly isCancelled?: true;
  /** It came from a cache of ours: nobody was asked. */
  readonly isCached?: true;
}

/** Tokens and US dollars of several requests; `costUsd` is null while none of them had a price. */
export interface SpendingSum {
  readonly costUsd: number | null;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly requests: number;
}
export interface SpendingReport {
  readonly day: SpendingSum;
  readonly month: SpendingSum;
  /** This month, dearest first. */
  readonly byModel: readonly (SpendingSum & { readonly model: string })[];
  /** The last 30 days, oldest first; a day without requests is there too. */
  readonly days: readonly { readonly date: string; readonly costUsd: number }[];
  /** Of this month's sums: requests that were ended before their end, by estimate. */
  readonly cancelled: SpendingSum;
  /** Answers of this month that came from a cache of ours; they are in no sum. */
  readonly cachedAnswers: number;
}

export interface SpendingLog {
  /** Never throws: a full disk costs the line, not the conversation. */
  readonly record: (spent: Spent) => void;
  readonly report: (now: number) => SpendingReport;
}

const DAYS = 30;
const DAY_MS = 24 * 60 * 60 * 1000;
const NOTHING: SpendingSum = { costUsd: null, inputTokens: 0, outputTokens: 0, requests: 0 };

/** Opens no file before something is recorded or asked. */
export function createSpendingLog(stateDir: string): SpendingLog {
  const folder = join(stateDir, 'spending');
  return {
    record(spent) {
      const file = new AppendFile(monthFile(folder, spent.at));
      try {
        makePrivateFolder(folder);
        file.append(`${JSON.stringify(spent)}\n`);
      } catch (error) {
        // A folder that cannot be made: what an answer cost stands in its own session all the same.
        if (!(error instanceof ZekeError)) throw error;
      } finally {
        file.close();
      }
    },
    report: (now) => makeReport(readSince(folder, now), now),
  };
}

function monthFile(folder: string, at: number): string {
  return join(folder, `${new Date(at).toISOString().slice(0, 7)}.jsonl`);
}

/** All that the report may need: the days shown, and the month so far in any time zone. */
function readSince(folder: string, now: number): readonly Spent[] {
  const files = new Set<string>();
  for (let at = now - (DAYS + 2) * DAY_MS; at <= now + DAY_MS; at += DAY_MS) {
    files.add(monthFile(folder, at));
  }
  return [...files].flatMap((path) => (readSmallFile(path) ?? '').split('\n').flatMap(readLine));
}

/** A line that was torn by a crash, or that a later version wrote, is no reason to show nothing. */
function readLine(line: string): readonly Spent[] {
  if (line === '') return [];
  try {
    const value: unknown = JSON.parse(line);
    if (!isFields(value) || typeof value.model !== 'string') return [];
    const { at, model, purpose, inputTokens, outputTokens, costUsd } = value;
    if (!isAmount(at) || !isAmount(inputTokens) || !isAmount(outputTokens)) return [];
    const cost = isAmount(costUsd) ? costUsd : null;
    return [
      {
        ...{ at, model, purpose: String(purpose), inputTokens, outputTokens, costUsd: cost },
        ...(value.isCancelled === true ? { isCancelled: true } : {}),
        ...(value.isCached === true ? { isCached: true } : {}),
      },
    ];
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return [];
  }
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function makeReport(known: readonly Spent[], now: number): SpendingReport {
  const today = localDate(now);
  const isThisMonth = ({ at }: Spent) => localDate(at).slice(0, 7) === today.slice(0, 7);
  const all = known.filter(({ isCached }) => isCached !== true);
  const thisMonth = all.filter(isThisMonth);
  const models = new Map<string, SpendingSum>();
  for (const spent of thisMonth) {
    models.set(spent.model, add(models.get(spent.model) ?? NOTHING, spent));
  }
  const days = new Map(lastDates(now).map((date) => [date, 0]));
  for (const { at, costUsd } of all) {
    const date = localDate(at);
    const sum = days.get(date);
    if (sum !== undefined) days.set(date, sum + (costUsd ?? 0));
  }
  return {
    day: thisMonth.filter(({ at }) => localDate(at) === today).reduce(add, NOTHING),
    month: thisMonth.reduce(add, NOTHING),
    byModel: [...models]
      .map(([model, sum]) => ({ model, ...sum }))
      .sort(
        (left, right) =>
          (right.costUsd ?? 0) - (left.costUsd ?? 0) || right.requests - left.requests,
      ),
    days: [...days].map(([date, costUsd]) => ({ date, costUsd })),
    cancelled: thisMonth.filter(({ isCancelled }) => isCancelled === true).reduce(add, NOTHING),
    cachedAnswers: known.filter((spent) => spent.isCached === true && isThisMonth(spent)).length,
  };
}

function add(sum: SpendingSum, spent: Spent): SpendingSum {
  const isPriced = sum.costUsd !== null || spent.costUsd !== null;
  return {
    costUsd: isPriced ? (sum.costUsd ?? 0) + (spent.costUsd ?? 0) : null,
    inputTokens: sum.inputTokens + spent.inputTokens,
    outputTokens: sum.outputTokens + spent.outputTokens,
    requests: sum.requests + 1,
  };
}

/** By the calendar, because a day may have 23 or 25 hours. */
function lastDates(now: number): readonly string[] {
  const date = new Date(now);
  return Array.from({ length: DAYS }, (_, index) => {
    const day = new Date(date.getFullYear(), date.getMonth(), date.getDate() - (DAYS - 1 - index));
    return localDate(day.getTime());
  });
}

function localDate(at: number): string {
  const date = new Date(at);
  const pad = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}
