/** Searching what was typed before, key by key, from the newest back. Pure. */

export interface HistorySearch {
  /** Newest first, each once. */
  readonly entries: readonly string[];
  readonly query: string;
  /** The entry that is shown; undefined before anything was searched for. */
  readonly index: number | undefined;
  /** Nothing fits the query as it is now; what is shown fitted a part of it. */
  readonly isMissing: boolean;
}
/** What is drawn of it. */
export interface SearchView {
  readonly query: string;
  readonly match: string | undefined;
  readonly isMissing: boolean;
}

/** Entries come oldest first, as the history has them. */
export function openSearch(entries: readonly string[]): HistorySearch {
  return { entries: newestFirst(entries), query: '', index: undefined, isMissing: false };
}

/** Other entries, because another terminal has added some; what is shown stays. */
export function withEntries(state: HistorySearch, entries: readonly string[]): HistorySearch {
  const fresh = newestFirst(entries);
  const shown = matchOf(state);
  const index = shown === undefined ? -1 : fresh.indexOf(shown);
  const next = { ...state, entries: fresh, index: index < 0 ? undefined : index };
  return state.query === '' || index >= 0 ? next : find(next, 0, 1);
}

function newestFirst(entries: readonly string[]): readonly string[] {
  return [...new Set([...entries].reverse())];
}

/** A longer query: what is shown stays as long as it fits. */
export function extendQuery(state: HistorySearch, text: string): HistorySearch {
  return find({ ...state, query: state.query + text }, state.index ?? 0, 1);
}

/** A character less, and from the newest again. */
export function shortenQuery(state: HistorySearch): HistorySearch {
  const query = [...state.query].slice(0, -1).join('');
  if (query === '') return { ...state, query, index: undefined, isMissing: false };
  return find({ ...state, query }, 0, 1);
}

export function findOlder(state: HistorySearch): HistorySearch {
  return keepWhere(state, (state.index ?? -1) + 1, 1);
}

export function findNewer(state: HistorySearch): HistorySearch {
  return state.index === undefined ? state : keepWhere(state, state.index - 1, -1);
}

export function matchOf({ entries, index }: HistorySearch): string | undefined {
  return index === undefined ? undefined : entries[index];
}

/** At the end of the entries the last one stays. */
function keepWhere(state: HistorySearch, from: number, step: 1 | -1): HistorySearch {
  const found = find(state, from, step);
  return found.isMissing ? state : found;
}

function find(state: HistorySearch, from: number, step: 1 | -1): HistorySearch {
  const { entries, query } = state;
  // Capital letters are meant when there are some.
  const isExact = query !== query.toLowerCase();
  for (let at = from; at >= 0 && at < entries.length; at += step) {
    const entry = entries[at] ?? '';
    if ((isExact ? entry : entry.toLowerCase()).includes(query)) {
      return { ...state, index: at, isMissing: false };
    }
  }
  return { ...state, isMissing: true };
}
