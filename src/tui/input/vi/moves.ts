/** Moving in the text, and what an operator takes on the way. Pure. */
import { nextBorder, previousBorder } from '../borders.ts';
import { type EditorState, moveDown, moveTo, moveUp } from '../editor.ts';
import { bigWordClass, findOf, type Motion, skipClass, targetOf, wordClass } from './motions.ts';
import { linesBetween, type Part } from './operators.ts';
import type { ViCommand } from './parse-keys.ts';
import { objectRange } from './text-objects.ts';
import type { ViState, ViStep } from './vi-state.ts';

/** Moves the cursor; off the first and the last line into the history. */
export function moveBy(
  vi: ViState,
  editor: EditorState,
  { motion, count }: { readonly motion: Motion; readonly count: number | undefined },
): ViStep {
  if (motion.key === 'j' || motion.key === 'k') return moveLines(vi, editor, { motion, count });
  const find = findOf(motion, vi.lastFind);
  const next = withFind(vi, motion, find);
  const target = targetOf(motion, { ...editor, count, lastFind: vi.lastFind });
  return { vi: next, editor: target === undefined ? editor : moveTo(editor, target.to) };
}

function moveLines(
  vi: ViState,
  editor: EditorState,
  { motion, count = 1 }: { readonly motion: Motion; readonly count: number | undefined },
): ViStep {
  const move = motion.key === 'j' ? moveDown : moveUp;
  let moved = editor;
  for (let turn = 0; turn < count; turn += 1) {
    const next = move(moved);
    if (next === undefined) break;
    moved = next;
  }
  if (moved !== editor || vi.mode !== 'normal') return { vi, editor: moved };
  return { vi, editor, effect: motion.key === 'j' ? 'next' : 'previous' };
}

/** The last search for a character, for `;` and `,`. */
export function withFind(
  vi: ViState,
  motion: Motion | undefined,
  find: ViState['lastFind'],
): ViState {
  const isRepeated = motion?.key === ';' || motion?.key === ',';
  return find === undefined || isRepeated ? vi : { ...vi, lastFind: find };
}

/** What an operator takes. */
export function partOf(vi: ViState, editor: EditorState, command: ViCommand): Part | undefined {
  const { text, cursor } = editor;
  const { motion, object, count, operator } = command;
  if (command.isLines === true) {
    const last = moveBy({ ...vi, mode: 'visual' }, editor, {
      motion: { key: 'j' },
      count: (count ?? 1) - 1,
    });
    return linesBetween(text, cursor, last.editor.cursor);
  }
  if (object !== undefined) {
    const range = objectRange(editor, object.key, object.isAround);
    return range && { ...range, isLines: false };
  }
  if (motion === undefined) return undefined;
  if (motion.key === 'j' || motion.key === 'k') {
    const moved = moveBy({ ...vi, mode: 'visual' }, editor, { motion, count });
    return moved.editor === editor ? undefined : linesBetween(text, cursor, moved.editor.cursor);
  }
  const isWord = motion.key === 'w' || motion.key === 'W';
  if (isWord && operator === 'c' && /^\S/.test(text.slice(cursor, cursor + 2))) {
    return { start: cursor, end: changedWordEnd(editor, motion, count ?? 1), isLines: false };
  }
  const target = targetOf(motion, { ...editor, count, lastFind: vi.lastFind });
  if (target === undefined) return undefined;
  if (target.extent === 'lines') return linesBetween(text, cursor, target.to);
  const first = Math.min(cursor, target.to);
  const last = Math.max(cursor, target.to);
  const to = target.extent === 'inclusive' ? nextBorder(text, last) : last;
  return { start: first, end: isWord ? beforeBreak(text, first, to) : to, isLines: false };
}

/** `cw` changes the word and leaves the space behind it. */
function changedWordEnd({ text, cursor }: EditorState, motion: Motion, count: number): number {
  const isBig = motion.key === 'W';
  const end = skipClass(text, cursor, isBig ? bigWordClass : wordClass);
  if (count === 1) return end;
  const from = { text, cursor: previousBorder(text, end), count: count - 1, lastFind: undefined };
  const last = targetOf({ key: isBig ? 'E' : 'e' }, from);
  return last === undefined ? end : nextBorder(text, last.to);
}

/** Words are taken up to the end of their line, not with what is in front of the next one's. */
function beforeBreak(text: string, start: number, end: number): number {
  const gap = /\s*\n\s*$/.exec(text.slice(start, end));
  return gap === null || gap.index === 0 ? end : start + gap.index;
}
