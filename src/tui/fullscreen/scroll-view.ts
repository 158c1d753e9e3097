/**
 * A place in the conversation on a screen without scrollback: which rows are looked at. Lines are
 * kept as they are and made into rows only around that place, so that neither a frame nor another
 * width costs what the conversation is long.
 */
import type { KeyLayer, KeyPress } from '../key-layer.ts';
import { type Line, wrapLine } from '../styled-text.ts';
import type { TranscriptItem, TranscriptView } from '../transcript/transcript.ts';

export interface ScrollWindow {
  readonly rows: readonly Line[];
  /** Lines that come after those, or go on after them; zero while the end is followed. */
  readonly below: number;
}

/** A row of a line. */
interface Place {
  readonly line: number;
  readonly row: number;
}

/** Lines whose rows are kept; more are made again when they are looked at. */
const MAX_KEPT_LINES = 1024;

export class ScrollView implements KeyLayer {
  private readonly onMove: () => void;
  /** What is finished, as it is. */
  private readonly lines: Line[] = [];
  /** The end of it that may still change. */
  private live: readonly Line[] = [];
  /** Rows of lines that were looked at, for this width. */
  private readonly kept = new Map<Line, readonly Line[]>();
  private generation: number | undefined;
  private lastId = 0;
  private columns = 1;
  private height = 1;
  /** The first row looked at; undefined follows the end. */
  private top: Place | undefined;

  constructor(onMove: () => void) {
    this.onMove = onMove;
  }

  /** What a window of this size shows of the conversation. */
  window(
    view: TranscriptView,
    size: { readonly columns: number; readonly rows: number },
  ): ScrollWindow {
    this.take(view, size.columns);
    this.height = Math.max(1, size.rows);
    const last = this.lastTop();
    if (this.top !== undefined) this.top = this.within(this.top, last);
    const from = this.top ?? last;
    const rows: Line[] = [];
    let { line } = from;
    for (let skipped = from.row; rows.length < this.height && line < this.count; line += 1) {
      const next = this.rowsOf(line).slice(skipped);
      skipped = 0;
      const free = this.height - rows.length;
      rows.push(...next.slice(0, free));
      // What is cut goes on below.
      if (next.length > free) break;
    }
    return { rows, below: this.count - line };
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
    const last = this.lastTop();
    const from = this.top ?? last;
    const to = rows < 0 ? this.back(from, -rows) : this.forward(from, rows);
    this.top = this.within(to, last);
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
      this.lines.length = 0;
      this.top = undefined;
    }
    if (columns !== this.columns || this.kept.size > MAX_KEPT_LINES) this.kept.clear();
    this.columns = Math.max(1, columns);
    for (const item of newItems(view.items, this.lastId)) {
      this.lastId = item.id;
      for (const line of item.lines) this.lines.push(line);
    }
    this.live = view.live;
  }

  // ---------------------------------------------------------------------------------------- rows

  private get count(): number {
    return this.lines.length + this.live.length;
  }

  private rowsOf(index: number): readonly Line[] {
    const line = this.lines[index] ?? this.live[index - this.lines.length] ?? [];
    const known = this.kept.get(line);
    if (known !== undefined) return known;
    const rows = wrapLine(line, this.columns);
    this.kept.set(line, rows);
    return rows;
  }

  /** The first row of the last window. */
  private lastTop(): Place {
    const line = Math.max(0, this.count - 1);
    return this.back({ line, row: this.rowsOf(line).length - 1 }, this.height - 1);
  }

  /** Undefined where the end is in sight. A line has fewer rows in a window that got wider. */
  private within({ line, row }: Place, last: Place): Place | undefined {
    const isAtEnd = line > last.line || (line === last.line && row >= last.row);
    return isAtEnd ? undefined : { line, row: Math.min(row, this.rowsOf(line).length - 1) };
  }

  private back({ line, row }: Place, rows: number): Place {
    if (rows <= row) return { line, row: row - rows };
    if (line === 0) return { line: 0, row: 0 };
    const above = { line: line - 1, row: this.rowsOf(line - 1).length - 1 };
    return this.back(above, rows - row - 1);
  }

  private forward({ line, row }: Place, rows: number): Place {
    const left = this.rowsOf(line).length - 1 - row;
    if (rows <= left) return { line, row: row + rows };
    return line + 1 >= this.count
      ? { line, row: row + left }
      : this.forward({ line: line + 1, row: 0 }, rows - left - 1);
  }
}

/** Those after the last known one; looked for from the end, where they are. */
function newItems(items: readonly TranscriptItem[], lastId: number): readonly TranscriptItem[] {
  let start = items.length;
  while (start > 0 && (items[start - 1]?.id ?? 0) > lastId) start -= 1;
  return items.slice(start);
}
