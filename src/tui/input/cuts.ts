/** What keys take out of the text, put back or rewrite. Pure. */
import * as borders from './borders.ts';
import {
  type EditorState,
  insert,
  leftOf,
  moveTo,
  type Range,
  remove,
  replace,
  rightOf,
} from './editor.ts';

const MAX_CUTS = 60;

export function deleteLeft(state: EditorState): EditorState {
  return remove(state, { start: leftOf(state), end: state.cursor });
}

export function deleteRight(state: EditorState): EditorState {
  return remove(state, { start: state.cursor, end: rightOf(state) });
}

/** Back to the last white space, as in a shell. */
export function cutWordLeft(state: EditorState): EditorState {
  const { text, cursor } = state;
  const end = borders.skipLeft(text, cursor, borders.isSpace);
  const start = borders.skipLeft(text, end, (character) => !borders.isSpace(character));
  return cut(state, { start, end: cursor });
}

/** Back to the start of the last word, letters and digits only. */
export function cutPartLeft(state: EditorState): EditorState {
  return cut(state, { start: borders.wordStart(state.text, state.cursor), end: state.cursor });
}

export function cutPartRight(state: EditorState): EditorState {
  return cut(state, { start: state.cursor, end: borders.wordEnd(state.text, state.cursor) });
}

/** To the start of the line, or the line break before it. */
export function cutLineStart(state: EditorState): EditorState {
  const { text, cursor } = state;
  const start = borders.lineStart(text, cursor);
  return cut(state, { start: start === cursor ? Math.max(0, start - 1) : start, end: cursor });
}

/** To the end of the line, or the line break at it. */
export function cutLineEnd(state: EditorState): EditorState {
  const { text, cursor } = state;
  const end = borders.lineEnd(text, cursor);
  return cut(state, { start: cursor, end: Math.min(text.length, end === cursor ? end + 1 : end) });
}

/** Takes a part out and keeps it; cuts in a row are kept as one piece. */
function cut(state: EditorState, range: Range): EditorState {
  const next = remove(state, range);
  if (next.text === state.text) return next;
  const start = next.cursor;
  const taken = state.text.slice(start, start + state.text.length - next.text.length);
  const isLeft = start < state.cursor;
  const last = state.run?.type === 'cut' ? state.cuts.at(-1) : undefined;
  const piece = last === undefined ? taken : isLeft ? taken + last : last + taken;
  const older = last === undefined ? state.cuts : state.cuts.slice(0, -1);
  return { ...next, cuts: [...older, piece].slice(-MAX_CUTS), run: { type: 'cut' } };
}

/** Puts back what was cut last. */
export function putBack(state: EditorState): EditorState {
  const index = state.cuts.length - 1;
  const piece = state.cuts[index];
  if (piece === undefined) return state;
  return { ...insert(state, piece), run: { type: 'put-back', start: state.cursor, index } };
}

/** Right after that: what was cut before it, in its place. */
export function putBackEarlier(state: EditorState): EditorState {
  const { run } = state;
  if (run?.type !== 'put-back') return state;
  const index = (run.index || state.cuts.length) - 1;
  const next = replace(state, { start: run.start, end: state.cursor }, state.cuts[index] ?? '');
  return { ...next, run: { type: 'put-back', start: run.start, index } };
}

/** The character before the cursor changes places with the one at it, or before it at the end. */
export function transpose(state: EditorState): EditorState {
  const { text } = state;
  const isAtEnd = state.cursor === borders.lineEnd(text, state.cursor);
  const middle = isAtEnd ? leftOf(state) : state.cursor;
  const at = { ...state, cursor: middle };
  const start = leftOf(at);
  const end = rightOf(at);
  const pair = text.slice(start, end);
  if (start === middle || end === middle || pair.includes('\n')) return state;
  return replace(state, { start, end }, text.slice(middle, end) + text.slice(start, middle));
}

export function upperCase(state: EditorState): EditorState {
  return rewriteWord(state, (word) => word.toUpperCase());
}

export function lowerCase(state: EditorState): EditorState {
  return rewriteWord(state, (word) => word.toLowerCase());
}

export function capitalize(state: EditorState): EditorState {
  return rewriteWord(state, (word) =>
    word.toLowerCase().replace(/\p{L}/u, (letter) => letter.toUpperCase()),
  );
}

function rewriteWord(state: EditorState, rewrite: (word: string) => string): EditorState {
  const { text, cursor } = state;
  const end = borders.wordEnd(text, cursor);
  const word = text.slice(cursor, end);
  const isChip = state.chips.some(({ label }) =>
    text.slice(cursor, end + label.length).includes(label),
  );
  const rewritten = rewrite(word);
  if (isChip || rewritten === word) return moveTo(state, end);
  return replace(state, { start: cursor, end }, rewritten);
}
