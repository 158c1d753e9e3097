/**
 * The text being written and where the cursor is. Pure: each function returns a new state.
 * Positions are indices of UTF-16 units, and always at the border of a grapheme. What keys do to
 * the text beyond moving is in cuts.ts.
 */
import { sanitizeText } from '../../platform/terminal-text.ts';
import type { ImageRef } from '../../session/ops.ts';
import * as borders from './borders.ts';
import { type Change, record } from './undo.ts';

export interface EditorState {
  readonly text: string;
  readonly cursor: number;
  /** What was cut, the latest last. */
  readonly cuts: readonly string[];
  /** What the last key was, where the next one goes on with it. */
  readonly run: Run | undefined;
  /** The column that moving up and down tries to keep; undefined after any other move. */
  readonly goalColumn: number | undefined;
  /** Large pastes and images that stand in the text as their label. */
  readonly chips: readonly Chip[];
  readonly past: readonly Change[];
  readonly future: readonly Change[];
  /** Changes are recorded as parts of this step. */
  readonly group: number | undefined;
}
/** A cut that the next cut adds to; or a piece that was put back and may be another one instead. */
export type Run =
  | { readonly type: 'cut' }
  | { readonly type: 'put-back'; readonly start: number; readonly index: number };
export interface Chip {
  readonly label: string;
  /** What it stands for, in the history too. */
  readonly text: string;
  readonly image?: ImageRef;
}
export interface Range {
  readonly start: number;
  readonly end: number;
}

export const EMPTY_EDITOR: EditorState = {
  text: '',
  cursor: 0,
  cuts: [],
  run: undefined,
  goalColumn: undefined,
  chips: [],
  past: [],
  future: [],
  group: undefined,
};

/** A paste over either limit becomes a chip instead of filling the input. */
const MAX_PASTED_LINES = 8;
const MAX_PASTED_CHARACTERS = 1200;
/** Columns are not counted further than this. */
const MAX_COLUMN_UNITS = 4096;

export function setText(state: EditorState, text: string): EditorState {
  const { cuts, chips } = state;
  return { ...EMPTY_EDITOR, cuts, chips, text, cursor: text.length };
}

export function clear(state: EditorState): EditorState {
  return { ...EMPTY_EDITOR, cuts: state.cuts };
}

export function insert(state: EditorState, text: string): EditorState {
  return replace(state, { start: state.cursor, end: state.cursor }, text);
}

/** Replaces a part of the text and puts the cursor behind what came in. */
export function replace(state: EditorState, range: Range, text: string): EditorState {
  const { start, end } = range;
  const { cursor, group } = state;
  const change = { start, removed: state.text.slice(start, end), inserted: text, cursor, group };
  if (change.removed === '' && text === '') return moveTo(state, start);
  return {
    ...state,
    text: state.text.slice(0, start) + text + state.text.slice(end),
    cursor: start + text.length,
    goalColumn: undefined,
    run: undefined,
    past: record(state.past, change),
    future: [],
  };
}

/** Takes a part out; a chip that it touches goes as a whole. */
export function remove(state: EditorState, range: Range): EditorState {
  const start = chipAround(state, range.start)?.start ?? range.start;
  const end = chipAround(state, range.end)?.end ?? range.end;
  return replace(state, { start, end }, '');
}

// ------------------------------------------------------------------------------------------ chips

/** A paste: as it is when it is short, else as a chip whose text goes along with the message. */
export function paste(state: EditorState, pasted: string): EditorState {
  const text = pasted.replace(/\r\n?/g, '\n');
  const lineCount = countLines(text);
  if (lineCount <= MAX_PASTED_LINES && text.length <= MAX_PASTED_CHARACTERS) {
    return insert(state, sanitizeText(text));
  }
  const noun = lineCount === 1 ? 'line' : 'lines';
  const label = freeLabel(state, (number) =>
    number === 1 ? `[pasted ${lineCount} ${noun}]` : `[pasted ${lineCount} ${noun} #${number}]`,
  );
  return addChip(state, { label, text });
}

/** An image at the cursor. `origin` is what stands for it in the history. */
export function insertImage(
  state: EditorState,
  image: Omit<ImageRef, 'label'>,
  origin: string,
): EditorState {
  const label = freeLabel(state, (number) => `[image ${number}]`);
  return addChip(state, { label, text: origin, image: { ...image, label } });
}

function addChip(state: EditorState, chip: Chip): EditorState {
  const next = insert(state, chip.label);
  return { ...next, chips: [...state.chips, chip] };
}

function countLines(text: string): number {
  let count = 1;
  for (
    let at = text.indexOf('\n');
    at >= 0 && at < text.length - 1;
    at = text.indexOf('\n', at + 1)
  ) {
    count += 1;
  }
  return count;
}

function freeLabel(state: EditorState, labelOf: (number: number) => string): string {
  const taken = new Set(state.chips.map(({ label }) => label));
  let number = 1;
  while (taken.has(labelOf(number))) number += 1;
  return labelOf(number);
}

/** The chips whose labels still stand in the text. */
export function usedChips(state: EditorState): readonly Chip[] {
  return state.chips.filter(({ label }) => state.text.includes(label));
}

/** The text with what its chips stand for. */
export function expandChips(state: EditorState): string {
  return usedChips(state).reduce(
    (text, chip) => text.replace(chip.label, () => chip.text || chip.label),
    state.text,
  );
}

/** The chip that the position is inside of, its borders not counted. */
function chipAround({ text, chips }: EditorState, position: number): Range | undefined {
  for (const { label } of chips) {
    const from = Math.max(0, position - label.length + 1);
    const at = text.slice(from, position + label.length - 1).indexOf(label);
    if (at >= 0) return { start: from + at, end: from + at + label.length };
  }
  return undefined;
}

// ------------------------------------------------------------------------------------------ moves

export function moveLeft(state: EditorState): EditorState {
  return moveTo(state, leftOf(state));
}

export function moveRight(state: EditorState): EditorState {
  return moveTo(state, rightOf(state));
}

export function moveWordLeft(state: EditorState): EditorState {
  return moveTo(state, borders.wordStart(state.text, state.cursor));
}

export function moveWordRight(state: EditorState): EditorState {
  return moveTo(state, borders.wordEnd(state.text, state.cursor));
}

export function moveLineStart(state: EditorState): EditorState {
  return moveTo(state, borders.lineStart(state.text, state.cursor));
}

export function moveLineEnd(state: EditorState): EditorState {
  return moveTo(state, borders.lineEnd(state.text, state.cursor));
}

export function moveTextStart(state: EditorState): EditorState {
  return moveTo(state, 0);
}

export function moveTextEnd(state: EditorState): EditorState {
  return moveTo(state, state.text.length);
}

/** One line up, or undefined on the first line: then the history is meant. */
export function moveUp(state: EditorState): EditorState | undefined {
  const start = borders.lineStart(state.text, state.cursor);
  if (start === 0) return undefined;
  return moveToLine(state, borders.lineStart(state.text, start - 1));
}

/** One line down, or undefined on the last line. */
export function moveDown(state: EditorState): EditorState | undefined {
  const end = borders.lineEnd(state.text, state.cursor);
  if (end === state.text.length) return undefined;
  return moveToLine(state, end + 1);
}

function moveToLine(state: EditorState, start: number): EditorState {
  const { text, cursor } = state;
  const own = text.slice(borders.lineStart(text, cursor), cursor).slice(0, MAX_COLUMN_UNITS);
  const column = state.goalColumn ?? borders.graphemes(own).length;
  const line = text.slice(start, Math.min(borders.lineEnd(text, start), start + MAX_COLUMN_UNITS));
  const before = borders.graphemes(line).slice(0, column).join('');
  return { ...moveTo(state, start + before.length), goalColumn: column };
}

/** Puts the cursor somewhere; never into the middle of a chip. */
export function moveTo(state: EditorState, position: number): EditorState {
  const chip = chipAround(state, position);
  const cursor = chip === undefined ? position : position < state.cursor ? chip.start : chip.end;
  return { ...state, cursor, goalColumn: undefined, run: undefined };
}

/** The grapheme border left of the cursor; a chip is one step. */
export function leftOf({ text, cursor, chips }: EditorState): number {
  const chip = chips.find(({ label }) => text.startsWith(label, cursor - label.length));
  return chip === undefined ? borders.previousBorder(text, cursor) : cursor - chip.label.length;
}

/** The grapheme border right of the cursor; a chip is one step. */
export function rightOf({ text, cursor, chips }: EditorState): number {
  const chip = chips.find(({ label }) => text.startsWith(label, cursor));
  return chip === undefined ? borders.nextBorder(text, cursor) : cursor + chip.label.length;
}
