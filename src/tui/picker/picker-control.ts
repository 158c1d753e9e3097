/** Opens lists and fills them as the answers come. While one is open it has all the keys. */
import { errorMessage } from '../../platform/errors.ts';
import { sanitizeLine } from '../../platform/terminal-text.ts';
import type { KeyLayer, KeyPress } from '../key-layer.ts';
import type { KeyAction } from '../keymap.ts';
import {
  chosenItem,
  moveSelection,
  type PickerItem,
  type PickerKind,
  type PickerState,
  selectEnd,
  setFilter,
  setItems,
} from './picker.ts';

/** What a list is of, and what is done with the one that was chosen. */
export interface ListRequest {
  readonly kind: PickerKind;
  readonly title: string;
  /** Resolves with all; may hand over some before. */
  readonly load: (list: ListLoading) => Promise<readonly PickerItem[]>;
  /** Looks for what was typed beyond what the list shows. */
  readonly search?: (query: string, signal: AbortSignal) => Promise<readonly PickerItem[]>;
  readonly onChoose: (item: PickerItem) => void;
}
export interface ListLoading {
  /** Aborted when the list is closed. */
  readonly signal: AbortSignal;
  readonly add: (items: readonly PickerItem[]) => void;
}

const PAGE_ROWS = 8;
/** One letter is in everything that was ever said. */
const MIN_SEARCH_CHARACTERS = 2;
/** Keys that edit the filter. */
const FILTER_EDITS: Readonly<Partial<Record<KeyAction, (filter: string) => string>>> = {
  'delete-left': (filter) => [...filter].slice(0, -1).join(''),
  'cut-word-left': (filter) => filter.trimEnd().replace(/\S+$/, ''),
  'cut-part-left': (filter) => filter.trimEnd().replace(/\S+$/, ''),
  'cut-line-start': () => '',
};

export class PickerControl implements KeyLayer {
  private picker: PickerState | undefined;
  private request: ListRequest | undefined;
  private loading: AbortController | undefined;
  private searching: AbortController | undefined;
  /** Until the user moves, what is in use is selected as soon as it comes. */
  private hasMoved = false;
  private readonly onChange: () => void;

  /** `onChange` hears when something that is drawn has changed without a key. */
  constructor(onChange: () => void) {
    this.onChange = onChange;
  }

  takeKey({ action }: KeyPress): boolean {
    const { picker } = this;
    if (picker === undefined) return false;
    const edit = action === undefined ? undefined : FILTER_EDITS[action];
    if (edit !== undefined) this.filter(edit(picker.filter));
    else if (action === 'stop' || action === 'interrupt') this.close();
    else if (action === 'leave-or-delete') this.close();
    else if (action === 'send' || action === 'complete') this.choose();
    else this.move(picker, action);
    return true;
  }

  takeText(text: string): boolean {
    if (this.picker === undefined) return false;
    this.filter(this.picker.filter + sanitizeLine(text));
    return true;
  }

  takePaste(text: string): boolean {
    return this.takeText(text);
  }

  current(): PickerState | undefined {
    return this.picker;
  }

  /** Opens a list at once; it is empty until the first answer comes. */
  open(request: ListRequest, filter = ''): void {
    this.close();
    const loading = new AbortController();
    const { kind, title } = request;
    this.request = request;
    this.loading = loading;
    this.hasMoved = false;
    this.picker = { kind, title, filter, selected: 0, items: undefined, isLoading: true };
    const { signal } = loading;
    const add = (items: readonly PickerItem[]) => {
      if (!signal.aborted) this.fill({ items: [...(this.picker?.items ?? []), ...items] });
    };
    request.load({ signal, add }).then(
      (items) => {
        if (!signal.aborted) this.fill({ items, isLoading: false });
        if (filter !== '' && this.picker?.filter === filter) this.search(filter);
      },
      (error) => {
        const problem = sanitizeLine(errorMessage(error));
        const items = this.picker?.items ?? [];
        if (!signal.aborted) this.fill({ items, isLoading: false, problem });
      },
    );
  }

  /** Another conversation is open: its turns are not those of a list that was made before. */
  leaveConversation(): void {
    if (this.picker?.kind === 'turn') this.close();
  }

  close(): void {
    this.loading?.abort();
    this.searching?.abort();
    this.loading = undefined;
    this.searching = undefined;
    this.request = undefined;
    this.picker = undefined;
  }

  private move(picker: PickerState, action: KeyAction | undefined): void {
    this.hasMoved = true;
    if (action === 'previous') this.picker = moveSelection(picker, -1);
    else if (action === 'next') this.picker = moveSelection(picker, 1);
    else if (action === 'page-up') this.picker = moveSelection(picker, -PAGE_ROWS);
    else if (action === 'page-down') this.picker = moveSelection(picker, PAGE_ROWS);
    else if (action === 'line-start') this.picker = selectEnd(picker, 'first');
    else if (action === 'line-end') this.picker = selectEnd(picker, 'last');
  }

  /** Closes with the chosen item; stays open while there is none. */
  private choose(): void {
    const { picker, request } = this;
    const item = picker === undefined ? undefined : chosenItem(picker);
    if (request === undefined || item === undefined) return;
    this.close();
    request.onChoose(item);
  }

  private fill(change: Parameters<typeof setItems>[1]): void {
    if (this.picker === undefined) return;
    this.picker = setItems(this.picker, change);
    const current = this.picker.items?.findIndex(({ isCurrent }) => isCurrent === true) ?? -1;
    if (!this.hasMoved && this.picker.filter === '' && current >= 0) {
      this.picker = { ...this.picker, selected: current };
    }
    this.onChange();
  }

  private filter(filter: string): void {
    if (this.picker === undefined) return;
    this.picker = setFilter(this.picker, filter);
    this.search(filter);
  }

  private search(filter: string): void {
    this.searching?.abort();
    const search = this.request?.search;
    const query = filter.trim();
    if (search === undefined || query.length < MIN_SEARCH_CHARACTERS) return;
    const searching = new AbortController();
    this.searching = searching;
    search(query, searching.signal).then(
      (found) => {
        if (!searching.signal.aborted) this.fill({ found });
      },
      (error) => {
        // The titles are still there to be chosen from.
        const problem = sanitizeLine(errorMessage(error));
        if (!searching.signal.aborted) this.fill({ found: [], problem });
      },
    );
  }
}
