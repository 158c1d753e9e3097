/** What vi remembers between two keys. */
import { lineEnd, lineStart, nextBorder, previousBorder } from '../borders.ts';
import { type EditorState, moveTo, type Range } from '../editor.ts';
import type { Find } from './motions.ts';

export type ViMode = 'insert' | 'normal' | 'visual' | 'visual-line';
/** What is left to the input: it has the history, and sends. */
export type ViEffect = 'previous' | 'next' | 'history-search';

export interface ViState {
  readonly mode: ViMode;
  /** Keys of a command that is not complete. */
  readonly keys: readonly string[];
  readonly register: Register;
  readonly lastFind: Find | undefined;
  readonly lastChange: ViChange | undefined;
  /** The other end of the selection. */
  readonly anchor: number;
  /** Where inserting began. */
  readonly insertStart: number;
  /** Keys of the command that began the inserting; undefined when none did. */
  readonly insertKeys: readonly string[] | undefined;
}
export interface Register {
  readonly text: string;
  readonly isLines: boolean;
}
/** A change that `.` can make again: its keys, and what was typed after them. */
export interface ViChange {
  readonly keys: readonly string[];
  readonly typed: string | undefined;
}
export interface ViStep {
  readonly vi: ViState;
  readonly editor: EditorState;
  readonly effect?: ViEffect;
}

export const START_VI: ViState = {
  mode: 'insert',
  keys: [],
  register: { text: '', isLines: false },
  lastFind: undefined,
  lastChange: undefined,
  anchor: 0,
  insertStart: 0,
  insertKeys: undefined,
};

/** Outside of inserting the cursor is on a character, never behind the last one of a line. */
export function onCharacter(editor: EditorState): EditorState {
  const { text, cursor, goalColumn } = editor;
  const isBehind = cursor === lineEnd(text, cursor) && cursor > lineStart(text, cursor);
  if (!isBehind) return editor;
  return { ...moveTo(editor, previousBorder(text, cursor)), goalColumn };
}

/** The characters that are selected. */
export function selectionOf({ mode, anchor }: ViState, editor: EditorState): Range | undefined {
  if (mode !== 'visual' && mode !== 'visual-line') return undefined;
  const { text, cursor } = editor;
  const start = Math.min(anchor, cursor, text.length);
  const last = Math.min(Math.max(anchor, cursor), text.length);
  return mode === 'visual'
    ? { start, end: nextBorder(text, last) }
    : { start: lineStart(text, start), end: lineEnd(text, last) };
}
