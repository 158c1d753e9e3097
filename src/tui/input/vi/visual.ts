/** The keys of visual mode: motions move one end of the selection, operators act on it. Pure. */
import { lineEnd } from '../borders.ts';
import { type EditorState, moveTo, replace } from '../editor.ts';
import { closeGroup, openGroup } from '../undo.ts';
import { moveBy } from './moves.ts';
import { operate, putRegister } from './operators.ts';
import { parseKeys } from './parse-keys.ts';
import { lastOf, objectRange } from './text-objects.ts';
import { onCharacter, selectionOf, type ViState, type ViStep } from './vi-state.ts';

/** Keys of visual mode by what they do with the selection. */
const OPERATORS: Readonly<Record<string, string>> = {
  d: 'd',
  x: 'd',
  X: 'd',
  D: 'd',
  c: 'c',
  s: 'c',
  C: 'c',
  S: 'c',
  R: 'c',
  y: 'y',
  Y: 'y',
  u: 'gu',
  U: 'gU',
  '~': 'g~',
};
/** These take whole lines whatever is selected. */
const LINE_KEYS = new Set(['X', 'D', 'C', 'S', 'R', 'Y']);

/** `vi.keys` holds the keys so far, the new one among them. */
export function stepVisual(vi: ViState, editor: EditorState): ViStep {
  const { keys } = vi;
  const idle: ViState = { ...vi, keys: [] };
  const [first = '', second] = keys;
  const selection = selectionOf(vi, editor);
  if (selection === undefined) return { vi: idle, editor };
  const operator = OPERATORS[first];
  if (operator !== undefined) {
    const isLines = vi.mode === 'visual-line' || LINE_KEYS.has(first);
    const whole = isLines ? selectionOf({ ...vi, mode: 'visual-line' }, editor) : undefined;
    const part = { ...(whole ?? selection), isLines };
    return finish(operate(idle, openGroup(moveTo(editor, part.start)), { operator, part }));
  }
  if (first === 'v' || first === 'V') return { vi: { ...idle, mode: switched(vi, first) }, editor };
  if (first === 'o') {
    return { vi: { ...idle, anchor: editor.cursor }, editor: moveTo(editor, vi.anchor) };
  }
  if (first === 'p' || first === 'P') return finish(putOver(idle, editor));
  if (first === 'J') return finish(join(idle, editor));
  if (first === 'i' || first === 'a' || first === 'r') {
    if (second === undefined) return { vi, editor };
    return first === 'r'
      ? finish(overwrite(idle, editor, second))
      : selectObject(idle, editor, { key: second, isAround: first === 'a' });
  }
  const parsed = parseKeys(keys);
  if (parsed.status === 'more') return { vi, editor };
  if (parsed.status !== 'done' || parsed.command.motion === undefined) return { vi: idle, editor };
  const { motion, count } = parsed.command;
  return moveBy(idle, editor, { motion, count });
}

function switched({ mode }: ViState, key: 'v' | 'V'): ViState['mode'] {
  const wanted = key === 'v' ? 'visual' : 'visual-line';
  return mode === wanted ? 'normal' : wanted;
}

/** One step to undo, which goes on while something is inserted. */
function finish(step: ViStep): ViStep {
  if (step.vi.mode === 'insert') {
    return { ...step, vi: { ...step.vi, insertStart: step.editor.cursor, insertKeys: undefined } };
  }
  return { ...step, editor: onCharacter(closeGroup(step.editor)) };
}

/** What is selected changes places with the register. */
function putOver(vi: ViState, editor: EditorState): ViStep {
  const range = selectionOf(vi, editor) ?? { start: editor.cursor, end: editor.cursor };
  const isLines = vi.mode === 'visual-line';
  const taken = { text: editor.text.slice(range.start, range.end), isLines };
  const emptied = replace(openGroup(editor), range, '');
  const put = putRegister(
    emptied,
    { ...vi.register, isLines: false },
    { isBefore: true, count: 1 },
  );
  return { vi: { ...vi, mode: 'normal', register: taken }, editor: put };
}

function join(vi: ViState, editor: EditorState): ViStep {
  const range = selectionOf({ ...vi, mode: 'visual-line' }, editor);
  if (range === undefined) return { vi, editor };
  const end =
    range.end === lineEnd(editor.text, range.start)
      ? lineEnd(editor.text, Math.min(editor.text.length, range.end + 1))
      : range.end;
  const joined = editor.text.slice(range.start, end).replace(/[^\S\n]*\n\s*/g, ' ');
  const next = replace(openGroup(editor), { start: range.start, end }, joined);
  return { vi: { ...vi, mode: 'normal' }, editor: moveTo(next, range.start) };
}

function overwrite(vi: ViState, editor: EditorState, character: string): ViStep {
  const range = selectionOf(vi, editor);
  if (range === undefined) return { vi, editor };
  const text = Array.from(editor.text.slice(range.start, range.end), (one) =>
    one === '\n' ? one : character,
  ).join('');
  const next = replace(openGroup(editor), range, text);
  return { vi: { ...vi, mode: 'normal' }, editor: moveTo(next, range.start) };
}

function selectObject(
  vi: ViState,
  editor: EditorState,
  object: { readonly key: string; readonly isAround: boolean },
): ViStep {
  const range = objectRange(editor, object.key, object.isAround);
  if (range === undefined || range.start === range.end) return { vi, editor };
  return {
    vi: { ...vi, anchor: range.start },
    editor: moveTo(editor, lastOf(editor.text, range)),
  };
}
