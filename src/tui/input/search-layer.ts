/** The search in what was typed before, while it has the keys. */
import { sanitizeText } from '../../platform/terminal-text.ts';
import type { KeyPress } from '../key-layer.ts';
import type { KeyAction } from '../keymap.ts';
import * as search from './history-search.ts';

export interface SearchOptions {
  /** All entries there are now, other terminals' too; oldest first. */
  readonly load: () => Promise<readonly string[]>;
  /** Something that is drawn has changed without a key. */
  readonly onChange: () => void;
  readonly onTake: (entry: string) => void;
}

/** These only move about here; every other key ends the search. */
const MOVES: Readonly<Partial<Record<KeyAction, Move>>> = {
  'history-search': search.findOlder,
  previous: search.findOlder,
  next: search.findNewer,
  'delete-left': search.shortenQuery,
};
type Move = (state: search.HistorySearch) => search.HistorySearch;

export class SearchLayer {
  private readonly options: SearchOptions;
  private state: search.HistorySearch | undefined;
  /** What the file held when it was read last. */
  private loaded: readonly string[] = [];

  constructor(options: SearchOptions) {
    this.options = options;
  }

  get isOpen(): boolean {
    return this.state !== undefined;
  }

  view(): search.SearchView | undefined {
    if (this.state === undefined) return undefined;
    const { query, isMissing } = this.state;
    return { query, isMissing, match: search.matchOf(this.state) };
  }

  /** With what is known at once; what other terminals have added comes when it has been read. */
  open(entries: readonly string[]): void {
    // This terminal's own entries may not be in the file yet, and some never get there.
    const all = () => [...this.loaded, ...ownEntries(entries, this.loaded)];
    this.state = search.openSearch(all());
    const refresh = (loaded: readonly string[]) => {
      this.loaded = loaded;
      if (this.state === undefined) return;
      this.state = search.withEntries(this.state, all());
      this.options.onChange();
    };
    // A history that cannot be read has nothing to add.
    this.options.load().then(refresh, () => undefined);
  }

  close(): void {
    this.state = undefined;
  }

  takeText(text: string): void {
    if (this.state === undefined) return;
    this.state = search.extendQuery(this.state, sanitizeText(text).replaceAll('\n', ' '));
  }

  /** `pass`: what was found is in the input now, and the key is for it. */
  takeKey({ name, action }: KeyPress): 'used' | 'pass' {
    if (this.state === undefined) return 'pass';
    const move = name === 'Ctrl+S' ? search.findNewer : action && MOVES[action];
    if (move !== undefined) {
      this.state = move(this.state);
      return 'used';
    }
    const isCancelled = action === 'stop' || action === 'interrupt' || name === 'Ctrl+G';
    const match = search.matchOf(this.state);
    this.close();
    if (!isCancelled && match !== undefined) this.options.onTake(match);
    return isCancelled || action === 'send' || action === 'complete' ? 'used' : 'pass';
  }
}

/** Entries of this terminal that are not in the file, or not yet. */
function ownEntries(own: readonly string[], loaded: readonly string[]): readonly string[] {
  const known = new Set(loaded);
  return own.filter((entry) => !known.has(entry));
}
