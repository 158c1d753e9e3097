/** Editing as in vi, for the input: which keys it gets, and what it remembers. */
import type { KeyPress } from '../../key-layer.ts';
import type { EditorState, Range } from '../editor.ts';
import { stepVi } from './vi.ts';
import { onCharacter, START_VI, selectionOf, type ViEffect, type ViMode } from './vi-state.ts';

/** Keys that move, as the letters that do the same. */
const LETTERS: ReadonlyMap<string, string> = new Map([
  ['Left', 'h'],
  ['Right', 'l'],
  ['Up', 'k'],
  ['Down', 'j'],
  ['Home', '0'],
  ['End', '$'],
  ['Backspace', 'h'],
  ['Delete', 'x'],
  ['Ctrl+R', '<Ctrl+R>'],
  ['Escape', '<Escape>'],
]);

export class ViLayer {
  private state = START_VI;

  get mode(): ViMode {
    return this.state.mode;
  }

  selection(editor: EditorState): Range | undefined {
    return selectionOf(this.state, editor);
  }

  /** A new text is being written. */
  startInsert(): void {
    this.state = { ...this.state, mode: 'insert', keys: [], insertStart: 0, insertKeys: undefined };
  }

  /** The keys of vi that a key press stands for; none when it is for the input itself. */
  keysOf({ name, typed }: KeyPress): readonly string[] {
    // Many terminals send Escape and a letter, quickly, as one key.
    if (typed !== undefined) return ['<Escape>', typed];
    if (name === 'Escape') return ['<Escape>'];
    const letter = this.mode === 'insert' ? undefined : LETTERS.get(name);
    return letter === undefined ? [] : [letter];
  }

  /** Undefined when the key means nothing to vi. */
  take(
    editor: EditorState,
    key: string,
  ): { readonly editor: EditorState; readonly effect?: ViEffect } | undefined {
    const step = stepVi(this.state, editor, key);
    if (step === undefined) return undefined;
    this.state = step.vi;
    return step;
  }

  /** After a change that was none of vi's: the cursor on a character again. */
  settle(editor: EditorState): EditorState {
    return this.mode === 'insert' ? editor : onCharacter(editor);
  }
}
