/**
 * The input at the bottom of the screen: the text being written, its completions, what was typed
 * before. Takes keys, and says when something is to be sent.
 */
import { sanitizeText } from '../../platform/terminal-text.ts';
import type { KeyLayer, KeyPress } from '../key-layer.ts';
import type { KeyAction } from '../keymap.ts';
import type { TuiServices } from '../services.ts';
import type { TuiSettings } from '../settings.ts';
import { Completer, type Popup } from './completer.ts';
import { deleteRight } from './cuts.ts';
import * as edit from './editor.ts';
import * as recall from './input-recall.ts';
import { KEY_EDITS } from './key-edits.ts';

/** What components draw of it. */
export interface PromptView {
  readonly editor: edit.EditorState;
  readonly popup: Popup | undefined;
}
/** What was written when Enter was pressed. */
export interface Draft {
  /** As it stands in the input, without space around it. */
  readonly text: string;
  /** The long pastes that stand in the text as their labels. */
  readonly chips: readonly edit.Chip[];
}
export interface PromptOptions {
  readonly services: TuiServices;
  readonly settings: TuiSettings;
  /** Stands in the input at the start. */
  readonly initialText: string;
  /** Something that is drawn has changed without a key. */
  readonly onChange: () => void;
  /** The text has changed. */
  readonly onEdit: () => void;
  /** False keeps the text in the input: it is no command there is, say. */
  readonly onSubmit: (draft: Draft) => boolean;
}

export class Prompt implements KeyLayer {
  private readonly options: PromptOptions;
  private readonly completer: Completer;
  private editor: edit.EditorState;
  private recall = recall.EMPTY_RECALL;

  constructor(options: PromptOptions) {
    this.options = options;
    this.editor = edit.setText(edit.EMPTY_EDITOR, options.initialText);
    this.completer = new Completer(options.services, options.onChange);
  }

  view(): PromptView {
    return { editor: this.editor, popup: this.completer.current() };
  }

  get isEmpty(): boolean {
    return this.editor.text === '';
  }

  /** Entries of earlier conversations, oldest first. */
  loadHistory(entries: readonly string[]): void {
    this.recall = recall.loadEntries(this.recall, entries);
  }

  /** Replaces the text, for a message that is to be changed and sent again. */
  setText(text: string): void {
    this.edit(edit.setText(edit.clear(this.editor), text));
  }

  /** Empties the input; what was in it can be recalled with the history. */
  clear(): void {
    this.recall = recall.remember(this.recall, this.expandedText());
    this.edit(edit.clear(this.editor));
  }

  /** Puts what stands there into the history, because the program is ended from outside. */
  async keepDraft(): Promise<void> {
    const draft = this.expandedText();
    if (draft === '') return;
    // There is nobody left to tell.
    await this.options.services.history.append(draft).catch(() => undefined);
  }

  takeText(text: string): boolean {
    this.edit(edit.insert(this.editor, sanitizeText(text)));
    return true;
  }

  takePaste(text: string): boolean {
    this.edit(edit.paste(this.editor, text));
    return true;
  }

  takeKey({ action }: KeyPress): boolean {
    if (action === undefined) return false;
    return this.takePopupAction(action) || this.takeAction(action);
  }

  /** True when the list of completions used the key. */
  private takePopupAction(action: KeyAction): boolean {
    const popup = this.completer.current();
    if (popup === undefined) return false;
    if (action === 'previous' || action === 'next') {
      this.completer.move(action);
      return true;
    }
    if (action === 'stop') {
      this.completer.dismiss(this.editor);
      return true;
    }
    if (action !== 'complete' && action !== 'send') return false;
    const accepted = this.completer.accept(this.editor);
    const isWhole = accepted.text.trim() === this.editor.text.trim();
    this.edit(accepted);
    // Enter on a command that is complete runs it; otherwise it takes the choice first.
    const isRunnable = popup.target.kind === 'command' && !accepted.text.endsWith(' ');
    return action === 'complete' || !(isWhole || isRunnable);
  }

  private takeAction(action: KeyAction): boolean {
    const change = KEY_EDITS[action];
    if (change !== undefined) this.edit(change(this.editor));
    else if (action === 'send') this.takeEnter();
    else if (action === 'previous') this.goPrevious();
    else if (action === 'next') this.goNext();
    else if (action === 'leave-or-delete' && !this.isEmpty) {
      this.edit(deleteRight(this.editor));
    } else return false;
    return true;
  }

  private takeEnter(): void {
    const { text, cursor } = this.editor;
    if (text[cursor - 1] !== '\\') this.submit();
    else this.edit(edit.replace(this.editor, { start: cursor - 1, end: cursor }, '\n'));
  }

  private submit(): void {
    const text = this.editor.text.trim();
    if (text === '') return;
    const written = this.expandedText();
    const chips = edit.usedChips(this.editor);
    if (!this.options.onSubmit({ text, chips })) return;
    this.recall = recall.remember(this.recall, written);
    // A history that cannot be written is no reason to stop; the entry is kept for this session.
    this.options.services.history.append(written).catch(() => undefined);
    // A command may have put a text of its own there.
    if (this.editor.text.trim() === text) this.edit(edit.clear(this.editor));
  }

  private goPrevious(): void {
    const moved = edit.moveUp(this.editor);
    if (moved !== undefined) this.edit(moved);
    else this.recallTo(recall.recallPrevious(this.recall, this.editor.text));
  }

  private goNext(): void {
    const moved = edit.moveDown(this.editor);
    if (moved !== undefined) this.edit(moved);
    else this.recallTo(recall.recallNext(this.recall));
  }

  private recallTo(found: ReturnType<typeof recall.recallNext>): void {
    if (found === undefined) return;
    this.recall = found.state;
    this.editor = edit.setText(this.editor, sanitizeText(found.text));
  }

  /** Every change of the text goes through here: the completions follow it. */
  private edit(editor: edit.EditorState): void {
    this.editor = editor;
    this.options.onEdit();
    this.completer.update(editor);
  }

  /** For the history: chips as the text they stand for, so that recalling loses nothing. */
  private expandedText(): string {
    return edit
      .usedChips(this.editor)
      .reduce(
        (text, { label, text: pasted }) => text.replace(label, () => pasted),
        this.editor.text,
      )
      .trim();
  }
}
