/**
 * The text being written, and everything a key can do to it. Pure: each function returns a new
 * state. Positions are indices of UTF-16 units, and always at the border of a grapheme.
 */
import { sanitizeText } from '../../platform/terminal-text.ts';

export interface EditorState {
  readonly text: string;
  readonly cursor: number;
  /** What the last cut took, for putting it back. */
  readonly cutText: string;
  /** The column that moving up and down tries to keep; undefined after any other move. */
  readonly goalColumn: number | undefined;
  /** Large pastes that stand in the text as their label. */
  readonly chips: readonly Chip[];
}
export interface Chip {
  readonly label: string;
  readonly text: string;
}

export const EMPTY_EDITOR: EditorState = {
  text: '',
  cursor: 0,
  cutText: '',
  goalColumn: undefined,
  chips: [],
};

/** A paste over either limit becomes a chip instead of filling the input. */
const MAX_PASTED_LINES = 8;
const MAX_PASTED_CHARACTERS = 1200;

export function setText(state: EditorState, text: string): EditorState {
  return { ...state, text, cursor: text.length, goalColumn: undefined };
}

export function clear(state: EditorState): EditorState {
  return { ...EMPTY_EDITOR, cutText: state.cutText };
}

export function insert(state: EditorState, text: string): EditorState {
  return replace(state, { start: state.cursor, end: state.cursor }, text);
}

/** Replaces a part of the text and puts the cursor behind what came in. */
export function replace(
  state: EditorState,
  range: { readonly start: number; readonly end: number },
  text: string,
): EditorState {
  const joined = state.text.slice(0, range.start) + text + state.text.slice(range.end);
  return { ...state, text: joined, cursor: range.start + text.length, goalColumn: undefined };
}

/** A paste: as it is when it is short, else as a chip whose text goes along with the message. */
export function paste(state: EditorState, pasted: string): EditorState {
  const text = pasted.replace(/\r\n?/g, '\n');
  const lineCount = text.replace(/\n$/, '').split('\n').length;
  if (lineCount <= MAX_PASTED_LINES && text.length <= MAX_PASTED_CHARACTERS) {
    return insert(state, sanitizeText(text));
  }
  const label = freeLabel(state, lineCount);
  const next = insert(state, label);
  return { ...next, chips: [...state.chips, { label, text }] };
}

function freeLabel(state: EditorState, lineCount: number): string {
  const noun = lineCount === 1 ? 'line' : 'lines';
  const taken = new Set(state.chips.map(({ label }) => label));
  let label = `[pasted ${lineCount} ${noun}]`;
  for (let number = 2; taken.has(label); number += 1) {
    label = `[pasted ${lineCount} ${noun} #${number}]`;
  }
  return label;
}

/** The chips whose labels still stand in the text. */
export function usedChips(state: EditorState): readonly Chip[] {
  return state.chips.filter(({ label }) => state.text.includes(label));
}

// ------------------------------------------------------------------------------------------ moves

export function moveLeft(state: EditorState): EditorState {
  return moveTo(state, previousBorder(state));
}

export function moveRight(state: EditorState): EditorState {
  return moveTo(state, nextBorder(state));
}

export function moveWordLeft(state: EditorState): EditorState {
  return moveTo(state, wordStart(state.text, state.cursor));
}

export function moveWordRight(state: EditorState): EditorState {
  return moveTo(state, wordEnd(state.text, state.cursor));
}

export function moveLineStart(state: EditorState): EditorState {
  return moveTo(state, lineStart(state.text, state.cursor));
}

export function moveLineEnd(state: EditorState): EditorState {
  return moveTo(state, lineEnd(state.text, state.cursor));
}

/** One line up, or undefined on the first line: then the history is meant. */
export function moveUp(state: EditorState): EditorState | undefined {
  const start = lineStart(state.text, state.cursor);
  if (start === 0) return undefined;
  return moveToLine(state, lineStart(state.text, start - 1), start - 1);
}

/** One line down, or undefined on the last line. */
export function moveDown(state: EditorState): EditorState | undefined {
  const end = lineEnd(state.text, state.cursor);
  if (end === state.text.length) return undefined;
  return moveToLine(state, end + 1, lineEnd(state.text, end + 1));
}

function moveToLine(state: EditorState, start: number, end: number): EditorState {
  const own = graphemes(state.text.slice(lineStart(state.text, state.cursor), state.cursor)).length;
  const column = state.goalColumn ?? own;
  const before = graphemes(state.text.slice(start, end)).slice(0, column).join('');
  return { ...state, cursor: start + before.length, goalColumn: column };
}

function moveTo(state: EditorState, cursor: number): EditorState {
  return { ...state, cursor, goalColumn: undefined };
}

// --------------------------------------------------------------------------------------- deleting

export function deleteLeft(state: EditorState): EditorState {
  return remove(state, previousBorder(state), state.cursor);
}

export function deleteRight(state: EditorState): EditorState {
  return remove(state, state.cursor, nextBorder(state));
}

/** Back to the last white space, as in a shell. */
export function cutWordLeft(state: EditorState): EditorState {
  const before = state.text.slice(0, state.cursor);
  return cut(state, before.trimEnd().search(/\S*$/), state.cursor);
}

/** Back to the start of the last word, letters and digits only. */
export function cutPartLeft(state: EditorState): EditorState {
  return cut(state, wordStart(state.text, state.cursor), state.cursor);
}

export function cutPartRight(state: EditorState): EditorState {
  return cut(state, state.cursor, wordEnd(state.text, state.cursor));
}

/** To the start of the line, or the line break before it. */
export function cutLineStart(state: EditorState): EditorState {
  const start = lineStart(state.text, state.cursor);
  return cut(state, start === state.cursor ? Math.max(0, start - 1) : start, state.cursor);
}

/** To the end of the line, or the line break at it. */
export function cutLineEnd(state: EditorState): EditorState {
  const end = lineEnd(state.text, state.cursor);
  return cut(state, state.cursor, end === state.cursor ? end + 1 : end);
}

export function putBack(state: EditorState): EditorState {
  return insert(state, state.cutText);
}

function cut(state: EditorState, start: number, end: number): EditorState {
  const taken = state.text.slice(start, end);
  return taken === '' ? state : { ...remove(state, start, end), cutText: taken };
}

function remove(state: EditorState, start: number, end: number): EditorState {
  return replace(state, { start, end }, '');
}

// ---------------------------------------------------------------------------------------- borders

/** The grapheme border left of the cursor; a chip is one step. */
function previousBorder({ text, cursor, chips }: EditorState): number {
  const before = text.slice(0, cursor);
  const chip = chips.find(({ label }) => before.endsWith(label));
  return cursor - (chip?.label ?? graphemes(before.slice(-40)).at(-1) ?? '').length;
}

function nextBorder({ text, cursor, chips }: EditorState): number {
  const after = text.slice(cursor);
  const chip = chips.find(({ label }) => after.startsWith(label));
  return cursor + (chip?.label ?? graphemes(after.slice(0, 40))[0] ?? '').length;
}

function graphemes(text: string): readonly string[] {
  return [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
}

function lineStart(text: string, position: number): number {
  return position === 0 ? 0 : text.lastIndexOf('\n', position - 1) + 1;
}

function lineEnd(text: string, position: number): number {
  const end = text.indexOf('\n', position);
  return end < 0 ? text.length : end;
}

function wordStart(text: string, position: number): number {
  const match = /[\p{L}\p{N}_]*[^\p{L}\p{N}_]*$/u.exec(text.slice(0, position));
  return position - (match?.[0].length ?? 0);
}

function wordEnd(text: string, position: number): number {
  const match = /^[^\p{L}\p{N}_]*[\p{L}\p{N}_]*/u.exec(text.slice(position));
  return position + (match?.[0].length ?? 0);
}
