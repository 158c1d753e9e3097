/**
 * Editing as in vi: one key at a time, a state and a text in, a state and a text out. Pure. Covers
 * what people use in one small text: counts, operators with motions and text objects, visual
 * selection, `.`; no registers by name, no macros, no command line.
 */
import { lineEnd, lineStart, nextBorder, previousBorder } from '../borders.ts';
import {
  type EditorState,
  insert,
  moveLineEnd,
  moveTo,
  remove,
  replace,
  rightOf,
} from '../editor.ts';
import { closeGroup, openGroup, redo, undo } from '../undo.ts';
import { findOf, firstInk } from './motions.ts';
import { moveBy, partOf, withFind } from './moves.ts';
import { operate, putRegister, swapCase } from './operators.ts';
import { parseKeys, type ViCommand } from './parse-keys.ts';
import { onCharacter, type ViState, type ViStep } from './vi-state.ts';
import { stepVisual } from './visual.ts';

/** Undefined when the key means nothing there and somebody else may have it. */
export function stepVi(vi: ViState, editor: EditorState, key: string): ViStep | undefined {
  if (vi.mode === 'insert') return key === '<Escape>' ? endInsert(vi, editor) : undefined;
  if (key === '<Escape>') {
    if (vi.keys.length > 0) return { vi: { ...vi, keys: [] }, editor };
    if (vi.mode === 'normal') return undefined;
    return { vi: { ...vi, mode: 'normal' }, editor: onCharacter(editor) };
  }
  const keys = [...vi.keys, key];
  const idle = { ...vi, keys: [] };
  if (vi.mode !== 'normal') return stepVisual({ ...vi, keys }, editor);
  const parsed = parseKeys(keys);
  if (parsed.status === 'more') return { vi: { ...vi, keys }, editor };
  // A key that is no command is swallowed: in normal mode nothing is typed.
  if (parsed.status !== 'done') return { vi: idle, editor };
  return run(idle, editor, { command: parsed.command, keys });
}

interface Run {
  readonly command: ViCommand;
  readonly keys: readonly string[];
}

/** Carries out a command as one step to undo, and keeps it for `.` when it changed something. */
function run(vi: ViState, editor: EditorState, { command, keys }: Run): ViStep {
  if (command.key === '.') return repeat(vi, editor, command.count);
  const isUndoing = command.key === 'u' || command.key === '<Ctrl+R>';
  const step = carryOut(vi, isUndoing ? editor : openGroup(editor), command);
  const hasChanged = step.editor.text !== editor.text && !isUndoing;
  if (step.vi.mode === 'insert') {
    const insertStart = step.editor.cursor;
    return { ...step, vi: { ...step.vi, insertStart, insertKeys: keys } };
  }
  const lastChange = hasChanged ? { keys, typed: undefined } : step.vi.lastChange;
  const closed = closeGroup(step.editor);
  const isVisual = step.vi.mode !== 'normal';
  return {
    ...step,
    vi: { ...step.vi, lastChange },
    editor: isVisual ? closed : onCharacter(closed),
  };
}

/** Back to normal mode; what was typed can be typed again with `.`. */
function endInsert(vi: ViState, editor: EditorState): ViStep {
  const { text, cursor } = editor;
  const typed = vi.insertStart <= cursor ? text.slice(vi.insertStart, cursor) : '';
  const lastChange = vi.insertKeys === undefined ? vi.lastChange : { keys: vi.insertKeys, typed };
  const isAtStart = cursor === lineStart(text, cursor);
  const left = isAtStart ? editor : moveTo(editor, previousBorder(text, cursor));
  return {
    vi: { ...vi, mode: 'normal', keys: [], lastChange, insertKeys: undefined },
    editor: closeGroup(left),
  };
}

function repeat(vi: ViState, editor: EditorState, count: number | undefined): ViStep {
  const { lastChange } = vi;
  if (lastChange === undefined) return { vi, editor };
  const digits = count === undefined ? [] : [...String(count)];
  const own =
    count === undefined ? lastChange.keys : lastChange.keys.filter((key) => !/^[1-9]$/.test(key));
  let step: ViStep = { vi, editor };
  for (const key of [...digits, ...own]) step = stepVi(step.vi, step.editor, key) ?? step;
  if (lastChange.typed === undefined || step.vi.mode !== 'insert') {
    return { ...step, vi: { ...step.vi, lastChange } };
  }
  const typed = insert(step.editor, lastChange.typed);
  const ended = endInsert(step.vi, typed);
  return { ...ended, vi: { ...ended.vi, lastChange }, editor: onCharacter(ended.editor) };
}

function carryOut(vi: ViState, editor: EditorState, command: ViCommand): ViStep {
  const { operator, motion, key = '' } = command;
  if (operator !== undefined) {
    const part = partOf(vi, editor, command);
    if (part === undefined) return { vi, editor };
    const find = motion === undefined ? undefined : findOf(motion, vi.lastFind);
    return operate(withFind(vi, motion, find), editor, { operator, part });
  }
  if (motion !== undefined) return moveBy(vi, editor, { motion, count: command.count });
  return SIMPLE[key]?.({ vi, editor, count: command.count ?? 1, command }) ?? { vi, editor };
}

// --------------------------------------------------------------------------------- single commands

interface Call {
  readonly vi: ViState;
  readonly editor: EditorState;
  readonly count: number;
  readonly command: ViCommand;
}
type Simple = (call: Call) => ViStep;

/** As if these keys had been typed instead. */
function as(...keys: readonly string[]): Simple {
  return ({ vi, editor, count }) => {
    const parsed = parseKeys([...(count === 1 ? [] : String(count)), ...keys]);
    return parsed.status === 'done' ? carryOut(vi, editor, parsed.command) : { vi, editor };
  };
}

function insertAt(place: (editor: EditorState) => EditorState): Simple {
  return ({ vi, editor }) => ({ vi: { ...vi, mode: 'insert' }, editor: place(editor) });
}

const SIMPLE: Readonly<Record<string, Simple>> = {
  x: as('d', 'l'),
  X: as('d', 'h'),
  D: as('d', '$'),
  C: as('c', '$'),
  S: as('c', 'c'),
  Y: as('y', 'y'),
  s: (call) =>
    call.editor.cursor === lineEnd(call.editor.text, call.editor.cursor)
      ? insertAt((editor) => editor)(call)
      : as('c', 'l')(call),
  i: insertAt((editor) => editor),
  I: insertAt((editor) => moveTo(editor, firstInk(editor.text, editor.cursor))),
  a: insertAt((editor) => {
    const isEmptyLine = editor.cursor === lineEnd(editor.text, editor.cursor);
    return isEmptyLine ? editor : moveTo(editor, rightOf(editor));
  }),
  A: insertAt(moveLineEnd),
  o: insertAt((editor) => insert(moveLineEnd(editor), '\n')),
  O: insertAt((editor) => {
    const start = lineStart(editor.text, editor.cursor);
    return moveTo(replace(editor, { start, end: start }, '\n'), start);
  }),
  p: ({ vi, editor, count }) => ({
    vi,
    editor: putRegister(editor, vi.register, { isBefore: false, count }),
  }),
  P: ({ vi, editor, count }) => ({
    vi,
    editor: putRegister(editor, vi.register, { isBefore: true, count }),
  }),
  u: ({ vi, editor, count }) => ({ vi, editor: times(editor, count, undo) }),
  '<Ctrl+R>': ({ vi, editor, count }) => ({ vi, editor: times(editor, count, redo) }),
  r: ({ vi, editor, count, command }) => ({
    vi,
    editor: replaceCharacters(editor, count, command.character ?? ''),
  }),
  '~': ({ vi, editor, count }) => {
    const end = times(editor, count, stepRight).cursor;
    const range = { start: editor.cursor, end };
    return { vi, editor: replace(editor, range, swapCase(editor.text.slice(range.start, end))) };
  },
  J: ({ vi, editor, count }) => ({ vi, editor: times(editor, Math.max(1, count - 1), joinLines) }),
  v: ({ vi, editor }) => ({ vi: { ...vi, mode: 'visual', anchor: editor.cursor }, editor }),
  V: ({ vi, editor }) => ({ vi: { ...vi, mode: 'visual-line', anchor: editor.cursor }, editor }),
  '/': ({ vi, editor }) => ({ vi, editor, effect: 'history-search' }),
};

function times(
  editor: EditorState,
  count: number,
  change: (editor: EditorState) => EditorState,
): EditorState {
  let next = editor;
  for (let turn = 0; turn < count; turn += 1) {
    const changed = change(next);
    if (changed === next) break;
    next = changed;
  }
  return next;
}

function stepRight(editor: EditorState): EditorState {
  const isAtEnd = editor.cursor === lineEnd(editor.text, editor.cursor);
  return isAtEnd ? editor : moveTo(editor, rightOf(editor));
}

/** Nothing happens when there are not that many on the line. */
function replaceCharacters(editor: EditorState, count: number, character: string): EditorState {
  let end = editor.cursor;
  for (let turn = 0; turn < count; turn += 1) {
    if (end >= lineEnd(editor.text, editor.cursor)) return editor;
    end = nextBorder(editor.text, end);
  }
  const replaced = replace(editor, { start: editor.cursor, end }, character.repeat(count));
  return moveTo(replaced, Math.max(0, replaced.cursor - character.length));
}

/** The next line comes behind this one, after a space. */
function joinLines(editor: EditorState): EditorState {
  const end = lineEnd(editor.text, editor.cursor);
  if (end === editor.text.length) return editor;
  const next = firstInk(editor.text, end + 1);
  const isOpen = /\s$/.test(editor.text.slice(Math.max(0, end - 1), end)) || end === 0;
  const joined = remove(editor, { start: end, end: next });
  const hasMore = lineEnd(joined.text, end) > end;
  return isOpen || !hasMore ? moveTo(joined, end) : moveTo(insert(joined, ' '), end);
}
