/** Looks up what fits an unfinished `@file` or `/command`, and keeps the choice among it. */
import { sanitizeLine } from '../../platform/terminal-text.ts';
import { matchingCommands } from '../commands/commands.ts';
import type { TuiServices } from '../services.ts';
import {
  type CompletionItem,
  type CompletionTarget,
  completionAt,
  mentionOf,
} from './completion.ts';
import { type EditorState, replace } from './editor.ts';

export interface Popup {
  readonly target: CompletionTarget;
  readonly items: readonly CompletionItem[];
  readonly selected: number;
}

const MAX_FILES = 50;

export class Completer {
  private popup: Popup | undefined;
  /** The text in which the user closed the list: it stays closed until the text changes. */
  private dismissedText: string | undefined;
  private search: AbortController | undefined;
  private readonly services: TuiServices;
  private readonly onChange: () => void;

  constructor(services: TuiServices, onChange: () => void) {
    this.services = services;
    this.onChange = onChange;
  }

  current(): Popup | undefined {
    return this.popup;
  }

  /** Follows the text; a file search that is still running for the old text is dropped. */
  update(editor: EditorState): void {
    this.search?.abort();
    this.search = undefined;
    const target = completionAt(editor.text, editor.cursor);
    if (target === undefined || editor.text === this.dismissedText) {
      this.popup = undefined;
      return;
    }
    this.dismissedText = undefined;
    if (target.kind === 'command') this.show(target, commandItems(target.query));
    else this.findFiles(target);
  }

  move(direction: 'previous' | 'next'): void {
    const { popup } = this;
    if (popup === undefined) return;
    const step = direction === 'next' ? 1 : -1;
    const count = popup.items.length;
    this.popup = { ...popup, selected: (popup.selected + step + count) % count };
  }

  dismiss(editor: EditorState): void {
    this.popup = undefined;
    this.dismissedText = editor.text;
  }

  /** The text with the chosen item in it. */
  accept(editor: EditorState): EditorState {
    const { popup } = this;
    const item = popup?.items[popup.selected];
    if (popup === undefined || item === undefined) return editor;
    this.popup = undefined;
    return replace(editor, popup.target, item.replacement);
  }

  private show(target: CompletionTarget, items: readonly CompletionItem[]): void {
    this.popup = items.length === 0 ? undefined : { target, items, selected: 0 };
  }

  private findFiles(target: CompletionTarget): void {
    const search = new AbortController();
    this.search = search;
    // The list of the text before stays up meanwhile, so that it does not blink with every key.
    if (this.popup?.target.kind === 'file') this.popup = { ...this.popup, target };
    this.services.findFiles(target.query, MAX_FILES, search.signal).then(
      (paths) => {
        if (search.signal.aborted) return;
        this.show(target, paths.map(fileItem));
        this.onChange();
      },
      () => {
        // A search that failed or was dropped has nothing to offer; the text can be typed in full.
        if (!search.signal.aborted) this.popup = undefined;
      },
    );
  }
}

function commandItems(query: string): readonly CompletionItem[] {
  return matchingCommands(query).map(({ name, argument, summary }) => ({
    label: `/${name}${argument === undefined ? '' : ` ${argument}`}`,
    detail: summary,
    replacement: argument === undefined ? `/${name}` : `/${name} `,
  }));
}

function fileItem(path: string): CompletionItem {
  return { label: sanitizeLine(path), replacement: mentionOf(path) };
}
