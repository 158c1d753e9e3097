/** Looks up what fits an unfinished `@file`, `/command` or its argument, and keeps the choice. */
import { sanitizeLine } from '../../platform/terminal-text.ts';
import { COMMANDS, matchingCommands } from '../commands/commands.ts';
import { fuzzyScore } from '../picker/fuzzy.ts';
import type { TuiServices } from '../services.ts';
import {
  type CompletionItem,
  type CompletionTarget,
  completionAt,
  foldersIn,
  mentionOf,
} from './completion.ts';
import { type EditorState, replace } from './editor.ts';

export interface Popup {
  readonly target: CompletionTarget;
  readonly items: readonly CompletionItem[];
  readonly selected: number;
  /** The user went through the list: Enter takes what is chosen. */
  readonly isChosen?: boolean;
}

const MAX_FILES = 50;

export class Completer {
  private popup: Popup | undefined;
  /** The text in which the user closed the list: it stays closed until the text changes. */
  private dismissedText: string | undefined;
  private search: AbortController | undefined;
  /** What the command that is being typed can be given. */
  private arguments:
    | { readonly command: string; readonly items: Promise<readonly CompletionItem[]> }
    | undefined;
  private readonly services: TuiServices;
  private readonly onChange: () => void;

  constructor(services: TuiServices, onChange: () => void) {
    this.services = services;
    this.onChange = onChange;
  }

  current(): Popup | undefined {
    return this.popup;
  }

  /** Follows the text; a search that is still running for the old text is dropped. */
  update(editor: EditorState): void {
    this.search?.abort();
    this.search = undefined;
    const target = completionAt(editor.text, editor.cursor);
    if (editor.text !== this.dismissedText) this.dismissedText = undefined;
    if (target?.kind !== 'argument') this.arguments = undefined;
    if (target === undefined || this.dismissedText !== undefined) {
      this.popup = undefined;
      return;
    }
    if (target.kind === 'command') this.show(target, commandItems(target.query));
    else if (target.kind === 'file') this.look(target, (signal) => this.fileItems(target, signal));
    else this.lookForArgument(target);
  }

  move(direction: 'previous' | 'next'): void {
    const { popup } = this;
    if (popup === undefined) return;
    const step = direction === 'next' ? 1 : -1;
    const count = popup.items.length;
    this.popup = { ...popup, selected: (popup.selected + step + count) % count, isChosen: true };
  }

  /** Closes the list; it opens again when the text changes. */
  dismiss(editor: EditorState): void {
    this.search?.abort();
    this.popup = undefined;
    this.dismissedText = editor.text;
  }

  /** Ends all looking, because there is nothing to complete. */
  close(): void {
    this.search?.abort();
    this.popup = undefined;
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

  private lookForArgument(target: CompletionTarget): void {
    const { command = '', query } = target;
    const complete = COMMANDS.find(({ name }) => name === command)?.complete;
    if (complete === undefined) {
      this.popup = undefined;
      return;
    }
    // Asked for once, when the command has been typed: models may come from the network.
    if (this.arguments?.command !== command) {
      const items = complete(this.services, new AbortController().signal);
      this.arguments = { command, items };
    }
    const { items } = this.arguments;
    this.look(target, async () => fittingItems(await items, query));
  }

  private look(
    target: CompletionTarget,
    find: (signal: AbortSignal) => Promise<readonly CompletionItem[]>,
  ): void {
    const search = new AbortController();
    this.search = search;
    this.keepFitting(target);
    const settle = (items: readonly CompletionItem[]) => {
      if (search.signal.aborted) return;
      this.show(target, items);
      this.onChange();
    };
    // A search that failed has nothing to offer; the text can be typed in full.
    find(search.signal).then(settle, () => settle([]));
  }

  /**
   * What of the list still fits stays up meanwhile, so that it does not blink with every key; what
   * does not must not be taken for the new text.
   */
  private keepFitting(target: CompletionTarget): void {
    const { popup } = this;
    if (popup === undefined) return;
    const isSameKind = popup.target.kind === target.kind;
    const items = isSameKind
      ? popup.items.filter(({ label }) => fuzzyScore(target.query, label) > 0)
      : [];
    const chosen = popup.items[popup.selected];
    const selected = chosen === undefined ? 0 : Math.max(0, items.indexOf(chosen));
    this.popup = items.length === 0 ? undefined : { ...popup, target, items, selected };
  }

  private async fileItems(
    { query }: CompletionTarget,
    signal: AbortSignal,
  ): Promise<readonly CompletionItem[]> {
    const paths = await this.services.findFiles(query, MAX_FILES, signal);
    const folders = query === '' ? [] : foldersIn(paths, query);
    // The best file, then the folders that may be meant, then the others.
    return [...paths.slice(0, 1), ...folders, ...paths.slice(1)].map((path) => ({
      label: sanitizeLine(path),
      replacement: mentionOf(path),
    }));
  }
}

function fittingItems(items: readonly CompletionItem[], query: string): readonly CompletionItem[] {
  const scored = items.map((item) => ({
    item,
    score: fuzzyScore(query, `${item.label} ${item.detail ?? ''}`),
  }));
  const fitting = scored.filter(({ score }) => score > 0);
  return fitting.sort((left, right) => right.score - left.score).map(({ item }) => item);
}

function commandItems(query: string): readonly CompletionItem[] {
  return matchingCommands(query).map(({ name, argument, summary }) => ({
    label: `/${name}${argument === undefined ? '' : ` ${argument}`}`,
    detail: summary,
    replacement: argument === undefined ? `/${name}` : `/${name} `,
    isWhole: argument?.startsWith('[') !== false,
  }));
}
