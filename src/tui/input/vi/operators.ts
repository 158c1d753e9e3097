/** What `d`, `c`, `y` and the changes of case do to a part of the text. Pure. */
import { lineEnd, lineStart } from '../borders.ts';
import { type EditorState, moveTo, type Range, remove, replace } from '../editor.ts';
import { firstInk } from './motions.ts';
import type { Register, ViState, ViStep } from './vi-state.ts';

/** `d`, `c`, `y`, `gu`, `gU` or `g~`, and what it takes. */
export interface Operation {
  readonly operator: string;
  readonly part: Part;
}
export interface Part extends Range {
  /** Whole lines; their range ends before the last line break. */
  readonly isLines: boolean;
}

/** Carries out an operator. `c` ends in inserting. */
export function operate(vi: ViState, editor: EditorState, { operator, part }: Operation): ViStep {
  const taken: Register = {
    text: editor.text.slice(part.start, part.end),
    isLines: part.isLines,
  };
  const normal: ViState = { ...vi, mode: 'normal' };
  const rewrite = CASES[operator];
  if (rewrite !== undefined) {
    const changed = replace(editor, part, rewrite(taken.text));
    return { vi: normal, editor: moveTo(changed, part.start) };
  }
  if (operator === 'y') {
    const cursor = part.isLines ? editor.cursor : part.start;
    return { vi: { ...normal, register: taken }, editor: moveTo(editor, cursor) };
  }
  if (operator === 'c') {
    const emptied = remove(editor, part);
    return { vi: { ...vi, mode: 'insert', register: taken }, editor: emptied };
  }
  return {
    vi: { ...normal, register: taken },
    editor: part.isLines ? removeLines(editor, part) : remove(editor, part),
  };
}

const CASES: Readonly<Record<string, (text: string) => string>> = {
  gu: (text) => text.toLowerCase(),
  gU: (text) => text.toUpperCase(),
  'g~': swapCase,
};

export function swapCase(text: string): string {
  return Array.from(text, (character) => {
    const upper = character.toUpperCase();
    return upper === character ? character.toLowerCase() : upper;
  }).join('');
}

/** The lines from one position to another. */
export function linesBetween(text: string, from: number, to: number): Part {
  const start = lineStart(text, Math.min(from, to));
  return { start, end: lineEnd(text, Math.max(from, to)), isLines: true };
}

/** With the line break behind them, or the one before the last line. */
function removeLines(editor: EditorState, { start, end }: Range): EditorState {
  const { text } = editor;
  const hasBreakBehind = end < text.length;
  const from = hasBreakBehind ? start : Math.max(0, start - 1);
  const next = remove(editor, { start: from, end: hasBreakBehind ? end + 1 : end });
  return moveTo(next, firstInk(next.text, Math.min(from, next.text.length)));
}

/** Puts the register behind the cursor or before it. */
export function putRegister(
  editor: EditorState,
  { text, isLines }: Register,
  { isBefore, count }: { readonly isBefore: boolean; readonly count: number },
): EditorState {
  if (text === '' && !isLines) return editor;
  const at = editor.cursor;
  if (isLines) {
    const lines = Array.from({ length: count }, () => text).join('\n');
    const place = isBefore ? lineStart(editor.text, at) : lineEnd(editor.text, at);
    const put = isBefore ? `${lines}\n` : `\n${lines}`;
    const next = replace(editor, { start: place, end: place }, put);
    return moveTo(next, firstInk(next.text, isBefore ? place : place + 1));
  }
  const isEmptyLine = lineStart(editor.text, at) === lineEnd(editor.text, at);
  const place = isBefore || isEmptyLine ? at : nextPlace(editor);
  const next = replace(editor, { start: place, end: place }, text.repeat(count));
  return moveTo(next, Math.max(place, next.cursor - 1));
}

function nextPlace(editor: EditorState): number {
  const { text, cursor } = editor;
  const end = lineEnd(text, cursor);
  const moved = moveTo(editor, Math.min(end, cursor + 1)).cursor;
  const code = text.charCodeAt(moved);
  return code >= 0xdc00 && code <= 0xdfff ? moved + 1 : moved;
}
