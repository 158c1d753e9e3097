/**
 * The input at the bottom of the screen: the text being written, its completions, what was typed
 * before. Takes keys, and says when something is to be sent.
 */
import { sanitizeText } from '../../platform/terminal-text.ts';
import type { ImageRef } from '../../session/ops.ts';
import type { KeyLayer, KeyPress } from '../key-layer.ts';
import type { KeyAction } from '../keymap.ts';
import type { TuiServices } from '../services.ts';
import type { TuiSettings } from '../settings.ts';
import { Completer, type Popup } from './completer.ts';
import { deleteRight } from './cuts.ts';
import * as edit from './editor.ts';
import type { SearchView } from './history-search.ts';
import { ImageLayer } from './image-layer.ts';
import * as recall from './input-recall.ts';
import { KEY_EDITS } from './key-edits.ts';
import { SearchLayer } from './search-layer.ts';
import { ViLayer } from './vi/vi-layer.ts';
import type { ViEffect, ViMode } from './vi/vi-state.ts';

/** What components draw of it. */
export interface PromptView {
  readonly editor: edit.EditorState;
  readonly popup: Popup | undefined;
  /** A shell command is being written. */
  readonly isCommand?: boolean;
  readonly search?: SearchView | undefined;
  /** Only where the input is edited as in vi. */
  readonly mode?: ViMode | undefined;
  /** The characters that are marked. */
  readonly selection?: edit.Range | undefined;
}
/** What was written when Enter was pressed. */
export interface Draft {
  /** Absent: a message. */
  readonly kind?: 'command';
  /** As it stands in the input, without space around it. */
  readonly text: string;
  /** The long pastes that stand in the text as their labels. */
  readonly chips: readonly edit.Chip[];
  readonly images: readonly ImageRef[];
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
  readonly onHint: (hint: string) => void;
  /** False keeps the text in the input: it is no command there is, say. */
  readonly onSubmit: (draft: Draft) => boolean;
  /** Gives the terminal to another program meanwhile. */
  readonly lendTerminal?: (<Result>(work: () => Promise<Result>) => Promise<Result>) | undefined;
}

/** In front of what the history keeps of a shell command, as it is typed. */
const COMMAND_SIGN = '!';

export class Prompt implements KeyLayer {
  private readonly options: PromptOptions;
  private readonly completer: Completer;
  private readonly search: SearchLayer;
  private readonly images: ImageLayer;
  private readonly vi: ViLayer | undefined;
  private editor = edit.EMPTY_EDITOR;
  private isCommand = false;
  private recall = recall.EMPTY_RECALL;
  private isLent = false;

  constructor(options: PromptOptions) {
    this.options = options;
    const { services, settings, initialText, onChange } = options;
    this.editor = edit.setText(edit.EMPTY_EDITOR, initialText);
    this.completer = new Completer(services, onChange);
    this.search = new SearchLayer({
      load: () => services.history.load(),
      onChange,
      onTake: (entry) => this.restore(entry),
    });
    this.images = new ImageLayer({
      services,
      onEdit: (change) => {
        this.edit(change(this.editor));
        onChange();
      },
      onHint: options.onHint,
    });
    this.vi = settings.viMode ? new ViLayer() : undefined;
  }

  view(): PromptView {
    return {
      editor: this.editor,
      popup: this.completer.current(),
      isCommand: this.isCommand,
      search: this.search.view(),
      mode: this.vi?.mode,
      selection: this.vi?.selection(this.editor),
    };
  }

  get isEmpty(): boolean {
    return this.editor.text === '' && !this.isCommand && !this.search.isOpen;
  }

  /** Entries of earlier conversations, oldest first. */
  loadHistory(entries: readonly string[]): void {
    this.recall = recall.loadEntries(this.recall, entries);
  }

  /** Replaces the text, for a message that is to be changed and sent again; `!` is a command's. */
  setText(text: string): void {
    this.search.close();
    this.editor = edit.clear(this.editor);
    this.restore(text);
  }

  /** Puts a message that was sent back in front of what is being written. */
  putBack(text: string, chips: readonly edit.Chip[]): void {
    this.search.close();
    const draft = this.withSign(this.editor.text);
    this.editor = { ...this.editor, chips: [...chips, ...this.editor.chips] };
    this.restore(draft === '' ? text : `${text}\n${draft}`);
  }

  /** Empties the input; what was in it can be recalled with the history. */
  clear(): void {
    if (this.search.isOpen) {
      this.search.close();
      return;
    }
    const written = this.expandedText();
    if (written !== '') this.recall = recall.remember(this.recall, written);
    this.empty();
  }

  /** Puts what stands there into the history, because the program is ended from outside. */
  async keepDraft(): Promise<void> {
    const draft = this.expandedText();
    if (draft === '') return;
    // There is nobody left to tell.
    await this.options.services.history.append(draft).catch(() => undefined);
  }

  takeText(text: string): boolean {
    const typed = sanitizeText(text);
    if (this.search.isOpen) this.search.takeText(typed);
    else {
      const keys = [...typed];
      // Typed quickly, a command and what it inserts come as one text.
      while (keys.length > 0 && this.vi !== undefined && this.vi.mode !== 'insert') {
        this.takeViKeys(keys.splice(0, 1));
      }
      if (keys.length > 0) this.type(keys.join(''));
    }
    return true;
  }

  takePaste(text: string): boolean {
    if (this.search.isOpen) {
      this.search.takeText(text);
      return true;
    }
    // What terminals send when there is only an image to paste.
    if (text === '') this.images.pasteClipboard();
    const start = this.editor.cursor;
    this.edit(edit.paste(this.editor, text));
    if (!this.isCommand) this.images.takePasted(text, start);
    return true;
  }

  takeKey(press: KeyPress): boolean {
    if (this.search.isOpen && this.search.takeKey(press) === 'used') return true;
    const { action } = press;
    if (action !== undefined && this.takePopupAction(action)) return true;
    const viKeys = this.vi?.keysOf(press) ?? [];
    if (viKeys.length > 0 && this.takeViKeys(viKeys)) return true;
    const isUsed = action !== undefined && this.takeAction(action);
    if (isUsed && this.vi !== undefined) this.editor = this.vi.settle(this.editor);
    return isUsed;
  }

  // ------------------------------------------------------------------------------------- typing

  private type(text: string): void {
    const isSign = this.isEmpty && text.startsWith(COMMAND_SIGN);
    if (isSign) this.isCommand = true;
    const rest = isSign ? text.slice(COMMAND_SIGN.length) : text;
    this.edit(edit.insert(this.editor, rest));
  }

  /** True when all the keys meant something there. */
  private takeViKeys(keys: readonly string[]): boolean {
    const { vi } = this;
    if (vi === undefined) return false;
    let isUsed = true;
    for (const key of keys) {
      const step = vi.take(this.editor, key);
      isUsed = step !== undefined;
      if (step === undefined) continue;
      if (step.editor !== this.editor) this.edit(step.editor);
      if (step.effect !== undefined) this.takeViEffect(step.effect);
    }
    return isUsed;
  }

  private takeViEffect(effect: ViEffect): void {
    this.takeAction(effect);
    if (this.vi !== undefined) this.editor = this.vi.settle(this.editor);
  }

  // --------------------------------------------------------------------------------------- keys

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
    const { kind } = popup.target;
    if (action === 'send' && kind === 'argument' && !popup.isChosen) {
      // What was typed may be none of them and still be meant.
      this.completer.dismiss(this.editor);
      return false;
    }
    const accepted = this.completer.accept(this.editor);
    const isWhole = accepted.text.trim() === this.editor.text.trim();
    this.edit(accepted);
    // Enter on a command that is complete runs it; otherwise it takes the choice first.
    const isRunnable = kind === 'argument' || popup.items[popup.selected]?.isWhole === true;
    return action === 'complete' || !(isWhole || isRunnable);
  }

  private takeAction(action: KeyAction): boolean {
    const change = KEY_EDITS[action];
    if (action === 'delete-left' && this.editor.text === '' && this.isCommand) this.empty();
    else if (change !== undefined) this.edit(change(this.editor));
    else if (action === 'send') this.takeEnter();
    else if (action === 'previous') this.goPrevious();
    else if (action === 'next') this.goNext();
    else if (action === 'history-search') this.search.open(this.recall.entries);
    else if (action === 'paste-image') this.images.pasteClipboard();
    else if (action === 'edit-outside') this.editOutside();
    else if (action === 'leave-or-delete' && !this.isEmpty) {
      this.edit(deleteRight(this.editor));
    } else if (action === 'stop' && this.isCommand && this.editor.text === '') this.empty();
    else return false;
    return true;
  }

  private takeEnter(): void {
    const { text, cursor } = this.editor;
    const isContinued = text[cursor - 1] === '\\' && this.vi?.mode !== 'normal';
    if (!isContinued) this.submit();
    else this.edit(edit.replace(this.editor, { start: cursor - 1, end: cursor }, '\n'));
  }

  private goPrevious(): void {
    const moved = edit.moveUp(this.editor);
    if (moved !== undefined) this.edit(moved);
    else this.recallTo(recall.recallPrevious(this.recall, this.withSign(this.editor.text)));
  }

  private goNext(): void {
    const moved = edit.moveDown(this.editor);
    if (moved !== undefined) this.edit(moved);
    else this.recallTo(recall.recallNext(this.recall));
  }

  private recallTo(found: ReturnType<typeof recall.recallNext>): void {
    if (found === undefined) return;
    this.recall = found.state;
    this.restore(found.text);
    // What was recalled is complete; lists would take the arrows away.
    this.completer.dismiss(this.editor);
  }

  private editOutside(): void {
    const { services, lendTerminal, onHint, onChange } = this.options;
    const { editText } = services;
    if (editText === undefined || lendTerminal === undefined) {
      onHint('There is no editor to be had here.');
      return;
    }
    if (this.isLent) return;
    this.isLent = true;
    const { text } = this.editor;
    lendTerminal(() => editText(text))
      .then(
        (edited) => {
          const whole = { start: 0, end: this.editor.text.length };
          if (edited !== text) this.edit(edit.replace(this.editor, whole, sanitizeText(edited)));
        },
        (error) => this.images.fail(error),
      )
      .finally(() => {
        this.isLent = false;
        onChange();
      });
  }

  // ------------------------------------------------------------------------------------ sending

  private submit(): void {
    const text = this.editor.text.trim();
    if (text === '') return;
    if (this.isCommand || text.startsWith('/') || !this.images.hasImages(text)) this.send([]);
    else this.sendWithImages(text);
  }

  /** The images are read first; what was written comes back when one of them cannot be sent. */
  private sendWithImages(text: string): void {
    const written = this.editor;
    this.empty();
    this.images
      .read(text)
      .then(
        (images) => {
          const since = this.editor;
          this.editor = written;
          this.send(images);
          if (this.editor.text === '') this.edit(since);
        },
        (error) => {
          if (this.isEmpty) this.edit(written);
          else this.recall = recall.remember(this.recall, text);
          this.images.fail(error);
        },
      )
      .finally(this.options.onChange);
  }

  private send(read: readonly ImageRef[]): void {
    const text = this.editor.text.trim();
    const chips = edit.usedChips(this.editor);
    const images = chips.flatMap(({ image }) => (image === undefined ? [] : [image]));
    const draft: Draft = {
      ...(this.isCommand ? { kind: 'command' } : {}),
      text: this.isCommand ? this.expandedText().slice(COMMAND_SIGN.length) : text,
      chips: this.isCommand ? [] : chips.filter(({ image }) => image === undefined),
      images: [...images, ...read],
    };
    const written = this.expandedText();
    if (!this.options.onSubmit(draft)) return;
    this.recall = recall.remember(this.recall, written);
    // A history that cannot be written is no reason to stop; the entry is kept for this session.
    this.options.services.history.append(written).catch(() => undefined);
    // A command may have put a text of its own there.
    if (this.editor.text.trim() === text) this.empty();
  }

  // -------------------------------------------------------------------------------------- state

  /** Every change of the text goes through here: the completions follow it. */
  private edit(editor: edit.EditorState): void {
    this.editor = editor;
    this.options.onEdit();
    const isBrowsing = this.vi !== undefined && this.vi.mode !== 'insert';
    if (this.isCommand || isBrowsing) this.completer.close();
    else this.completer.update(editor);
  }

  private empty(): void {
    this.isCommand = false;
    this.vi?.startInsert();
    this.edit(edit.clear(this.editor));
  }

  /** An entry of the history, as it was written. */
  private restore(entry: string): void {
    this.isCommand = entry.startsWith(COMMAND_SIGN);
    const text = sanitizeText(this.isCommand ? entry.slice(COMMAND_SIGN.length) : entry);
    const restored = edit.setText(this.editor, text);
    this.edit(this.vi === undefined ? restored : this.vi.settle(restored));
  }

  private withSign(text: string): string {
    return this.isCommand ? COMMAND_SIGN + text : text;
  }

  /** For the history: chips as the text they stand for, so that recalling loses nothing. */
  private expandedText(): string {
    const expanded = edit.expandChips(this.editor).trim();
    // A message that begins like a command is told apart by a space when it is recalled.
    const isLikeCommand = !this.isCommand && expanded.startsWith(COMMAND_SIGN);
    return expanded === '' || isLikeCommand ? expanded && ` ${expanded}` : this.withSign(expanded);
  }
}
