/** What was changed in the text, so that it can be taken back. Pure. */
import type { EditorState } from './editor.ts';

/** One step: at `start`, `inserted` took the place of `removed`. */
export interface Change {
  readonly start: number;
  readonly removed: string;
  readonly inserted: string;
  /** Where the cursor was before. */
  readonly cursor: number;
  /** Changes of one group are undone together. */
  readonly group: number | undefined;
}

const MAX_CHANGES = 500;
/** Strings up to this length are copied when they are cut out of others. */
const MAX_COPIED_UNITS = 12;

/** The past with one more change; typing goes on in the step before it. */
export function record(past: readonly Change[], change: Change): readonly Change[] {
  const last = past.at(-1);
  const merged = last === undefined ? undefined : merge(last, change);
  if (merged !== undefined) return [...past.slice(0, -1), merged];
  return [...past.slice(1 - MAX_CHANGES), { ...change, removed: detach(change.removed) }];
}

function merge(last: Change, next: Change): Change | undefined {
  if (last.group !== next.group) return undefined;
  const isTyping = last.removed === '' && next.removed === '' && next.inserted.length <= 8;
  if (isTyping && last.start + last.inserted.length === next.start) {
    const beginsWord = /^\s/.test(next.inserted) && !/\s$/.test(last.inserted);
    const isPaste = last.inserted.length > 200;
    const isMerged = !beginsWord && !isPaste && !next.inserted.includes('\n');
    return isMerged ? { ...last, inserted: last.inserted + next.inserted } : undefined;
  }
  const isDeleting = last.inserted === '' && next.inserted === '' && next.removed.length <= 8;
  if (!isDeleting || last.removed.length > 200) return undefined;
  if (next.start + next.removed.length === last.start) {
    return { ...last, start: next.start, removed: next.removed + last.removed };
  }
  return next.start === last.start ? { ...last, removed: last.removed + next.removed } : undefined;
}

/** A part of a huge text would keep all of it in memory, for every step. */
function detach(text: string): string {
  return text.length <= MAX_COPIED_UNITS ? text : (JSON.parse(JSON.stringify(text)) as string);
}

export function undo(state: EditorState): EditorState {
  const change = state.past.at(-1);
  if (change === undefined) return state;
  const next = {
    ...apply(state, { start: change.start, length: change.inserted.length }, change.removed),
    cursor: change.cursor,
    past: state.past.slice(0, -1),
    future: [...state.future, change],
  };
  const before = next.past.at(-1);
  return change.group !== undefined && before?.group === change.group ? undo(next) : next;
}

export function redo(state: EditorState): EditorState {
  const change = state.future.at(-1);
  if (change === undefined) return state;
  const next = {
    ...apply(state, { start: change.start, length: change.removed.length }, change.inserted),
    cursor: change.start + change.inserted.length,
    past: [...state.past, change],
    future: state.future.slice(0, -1),
  };
  const after = next.future.at(-1);
  return change.group !== undefined && after?.group === change.group ? redo(next) : next;
}

function apply(
  state: EditorState,
  { start, length }: { readonly start: number; readonly length: number },
  text: string,
): EditorState {
  const joined = state.text.slice(0, start) + text + state.text.slice(start + length);
  return { ...state, text: joined, goalColumn: undefined, run: undefined };
}

/** Changes from here on are one step, until `closeGroup`. */
export function openGroup(state: EditorState): EditorState {
  const highest = Math.max(0, ...state.past.map(({ group }) => group ?? 0));
  return state.group === undefined ? { ...state, group: highest + 1 } : state;
}

export function closeGroup(state: EditorState): EditorState {
  return state.group === undefined ? state : { ...state, group: undefined };
}
