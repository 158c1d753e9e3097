/** Keys that only change the text or move in it. */
import type { KeyAction } from '../keymap.ts';
import * as cuts from './cuts.ts';
import * as edit from './editor.ts';
import { redo, undo } from './undo.ts';

type Edit = (state: edit.EditorState) => edit.EditorState;

export const KEY_EDITS: Readonly<Partial<Record<KeyAction, Edit>>> = {
  'new-line': (state) => edit.insert(state, '\n'),
  left: edit.moveLeft,
  right: edit.moveRight,
  'word-left': edit.moveWordLeft,
  'word-right': edit.moveWordRight,
  'line-start': edit.moveLineStart,
  'line-end': edit.moveLineEnd,
  'text-start': edit.moveTextStart,
  'text-end': edit.moveTextEnd,
  'delete-left': cuts.deleteLeft,
  'delete-right': cuts.deleteRight,
  'cut-word-left': cuts.cutWordLeft,
  'cut-part-left': cuts.cutPartLeft,
  'cut-part-right': cuts.cutPartRight,
  'cut-line-start': cuts.cutLineStart,
  'cut-line-end': cuts.cutLineEnd,
  'put-back': cuts.putBack,
  'put-back-earlier': cuts.putBackEarlier,
  transpose: cuts.transpose,
  'upper-case': cuts.upperCase,
  'lower-case': cuts.lowerCase,
  capitalize: cuts.capitalize,
  undo,
  redo,
};
