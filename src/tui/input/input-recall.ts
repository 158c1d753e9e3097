/** Going through earlier input with up and down. Pure. */

export interface RecallState {
  /** Oldest first. */
  readonly entries: readonly string[];
  /** The entry that is shown; undefined while the user's own draft is. */
  readonly index: number | undefined;
  /** What was being written when the user went up. */
  readonly draft: string;
}

export const EMPTY_RECALL: RecallState = { entries: [], index: undefined, draft: '' };

/** Entries from earlier conversations go before those of this one. */
export function loadEntries(state: RecallState, older: readonly string[]): RecallState {
  const shift = state.index === undefined ? undefined : state.index + older.length;
  return { ...state, entries: [...older, ...state.entries], index: shift };
}

export function remember(state: RecallState, text: string): RecallState {
  const isRepeated = state.entries.at(-1) === text;
  const entries = isRepeated ? state.entries : [...state.entries, text];
  return { entries, index: undefined, draft: '' };
}

/** One entry earlier, or undefined when there is none. */
export function recallPrevious(
  state: RecallState,
  current: string,
): { readonly state: RecallState; readonly text: string } | undefined {
  const index = (state.index ?? state.entries.length) - 1;
  const text = state.entries[index];
  if (text === undefined) return undefined;
  const draft = state.index === undefined ? current : state.draft;
  return { state: { ...state, index, draft }, text };
}

/** One entry later; after the last one the draft comes back. */
export function recallNext(
  state: RecallState,
): { readonly state: RecallState; readonly text: string } | undefined {
  if (state.index === undefined) return undefined;
  const text = state.entries[state.index + 1];
  if (text !== undefined) return { state: { ...state, index: state.index + 1 }, text };
  return { state: { ...state, index: undefined }, text: state.draft };
}
