/**
 * A place in the conversation on a screen without scrollback: which rows are looked at. Rows are
 * made once for each finished item and kept, so that a frame costs what the window shows and not
 * what the conversation is long.
 */
import type { KeyLayer, KeyPress } from '../key-layer.ts';
import { type Line, wrapLines } from '../styled-text.ts';
import type { TranscriptItem, TranscriptView } from '../transcript/transcript.ts';

export interface ScrollWindow {
  readonly rows: readonly Line[];
  /** Rows that come after those; zero while the end is followed. */
  readonly below: number;
}

export class ScrollView implements KeyLayer {
  private readonly onMove: () => void;
  private readonly rows: Line[] = [];
  /** Lines as they are, to be wrapped anew for another width. */
  private readonly lines: Line[] = [];
  private generation: number | undefined;
  private lastId = 0;
  private columns = 0;
  private liveCount = 0;
  private height = 1;
  /** The first row looked at; undefined follows the end. */
  private top: number | undefined;

  constructor(onMove: () => void) {
    this.onMove = onMove;
  }

  /** What a window of this size shows of the conversation. */
  window(
    view: TranscriptView,
    size: { readonly columns: number; readonly rows: number },
  ): ScrollWindow {
    this.take(view, size.columns);
    const live = wrapLines(view.live, size.columns);
    this.liveCount = live.length;
    this.height = Math.max(1, size.rows);
    const total = this.rows.length + live.length;
    const last = Math.max(0, total - this.height);
    if (this.top !== undefined && this.top >= last) this.top = undefined;
    const top = this.top ?? last;
    const end = Math.min(total, top + this.height);
    const finished = this.rows.slice(top, Math.min(end, this.rows.length));
    const open = live.slice(
      Math.max(0, top - this.rows.length),
      Math.max(0, end - this.rows.length),
    );
    return { rows: [...finished, ...open], below: total - end };
  }

  /** The last lines of what was said, for the screen that is left behind. */
  lastLines(count: number): readonly Line[] {
    return this.lines.slice(-count);
  }

  takeKey({ name, action }: KeyPress): boolean {
    if (action === 'page-up') this.move(1 - this.height);
    else if (action === 'page-down') this.move(this.height - 1);
    else if (action === 'scroll-up') this.move(-1);
    else if (action === 'scroll-down') this.move(1);
    else if (name === 'End' && this.top !== undefined) this.follow();
    else return false;
    return true;
  }

  takeText(): boolean {
    return false;
  }

  takePaste(): boolean {
    return false;
  }

  /** Down for more than zero rows, else up. */
  move(rows: number): void {
    const last = Math.max(0, this.rows.length + this.liveCount - this.height);
    const top = Math.max(0, (this.top ?? last) + rows);
    this.top = top >= last ? undefined : top;
    this.onMove();
  }

  private follow(): void {
    this.top = undefined;
    this.onMove();
  }

  private take(view: TranscriptView, columns: number): void {
    if (view.generation !== this.generation) {
      this.generation = view.generation;
      this.lastId = 0;
      this.rows.length = 0;
      this.lines.length = 0;
      this.top = undefined;
    }
    if (columns !== this.columns) this.wrapAnew(columns);
    for (const item of newItems(view.items, this.lastId)) {
      this.lastId = item.id;
      for (const line of item.lines) this.lines.push(line);
      for (const row of wrapLines(item.lines, columns)) this.rows.push(row);
    }
  }

  /** The place stays about the same: as far into the conversation as before. */
  private wrapAnew(columns: number): void {
    const share = this.top === undefined ? undefined : this.top / Math.max(1, this.rows.length);
    this.columns = columns;
    this.rows.length = 0;
    for (const row of wrapLines(this.lines, columns)) this.rows.push(row);
    this.top = share === undefined ? undefined : Math.floor(share * this.rows.length);
  }
}

/** Those after the last known one; looked for from the end, where they are. */
function newItems(items: readonly TranscriptItem[], lastId: number): readonly TranscriptItem[] {
  let start = items.length;
  while (start > 0 && (items[start - 1]?.id ?? 0) > lastId) start -= 1;
  return items.slice(start);
}
