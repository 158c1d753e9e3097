/** What a person would see: the grid and its highlights, kept from the `redraw` events of a UI. */

export interface Highlight {
  /** The highlight groups that apply to the cell, the lowest first: `['Comment']`. */
  readonly groups: readonly string[];
  /** Colours as 0xRRGGBB; absent where the cell has those of `Normal`. */
  readonly foreground?: number;
  readonly background?: number;
  readonly special?: number;
  readonly bold?: boolean;
  readonly italic?: boolean;
  readonly reverse?: boolean;
  readonly strikethrough?: boolean;
  readonly underline?: boolean;
  readonly undercurl?: boolean;
}
/** A place on the screen, counted from 0 at its top left, in cells: a wide character has two. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

interface Cell {
  /** Empty in the second cell of a wide character. */
  readonly text: string;
  readonly highlight: number;
}
type Rows = Cell[][];

const BLANK: Cell = { text: ' ', highlight: 0 };
const PLAIN: Highlight = { groups: [] };

export class NeovimScreen {
  /** What is being drawn; only a flush makes a picture of it that may be looked at. */
  #drawing: Rows = [];
  #shown: Rows = [];
  #cursor: Place = { row: 0, column: 0 };
  #shownCursor: Place = { row: 0, column: 0 };
  #mode = '';
  readonly #highlights = new Map<number, Highlight>();

  /** Takes the arguments of one `redraw` notification; true when the screen is complete again. */
  apply(events: readonly unknown[]): boolean {
    let isComplete = false;
    for (const event of events) {
      const [name, ...calls] = event as readonly [string, ...unknown[]];
      for (const call of calls) this.#applyCall(name, call as readonly unknown[]);
      if (name === 'flush') isComplete = true;
    }
    if (isComplete) {
      this.#shown = this.#drawing.map((row) => [...row]);
      this.#shownCursor = this.#cursor;
    }
    return isComplete;
  }

  /** The rows, without blank space at their ends. */
  lines(): readonly string[] {
    return this.#shown.map((row) => textOf(row).trimEnd());
  }

  /** Where the text is first shown, reading from the top. */
  find(text: string): Place | undefined {
    for (const [row, cells] of this.#shown.entries()) {
      const at = textOf(cells).indexOf(text);
      if (at !== -1) return { row, column: columnOf(cells, at) };
    }
    return undefined;
  }

  highlightAt({ row, column }: Place): Highlight {
    const cell = this.#shown[row]?.[column];
    if (cell === undefined) throw new Error(`There is no cell at row ${row}, column ${column}.`);
    return this.#highlights.get(cell.highlight) ?? PLAIN;
  }

  get cursor(): Place {
    return this.#shownCursor;
  }

  /** As Neovim names it for its UIs: normal, insert, visual, cmdline_normal and so on. */
  get mode(): string {
    return this.#mode;
  }

  #applyCall(name: string, call: readonly unknown[]): void {
    if (name === 'grid_line') this.#drawCells(call);
    else if (name === 'grid_scroll') this.#scroll(call as readonly number[]);
    else if (name === 'grid_resize') {
      const [, width = 0, height = 0] = call as readonly number[];
      this.#drawing = Array.from({ length: height }, (_, row) =>
        Array.from({ length: width }, (_, column) => this.#drawing[row]?.[column] ?? BLANK),
      );
    } else if (name === 'grid_clear') {
      this.#drawing = this.#drawing.map((row) => row.map(() => BLANK));
    } else if (name === 'grid_cursor_goto') {
      const [, row = 0, column = 0] = call as readonly number[];
      this.#cursor = { row, column };
    } else if (name === 'hl_attr_define') {
      const [id, colours, , states] = call as [number, object, object, { hi_name?: string }[]];
      const groups = states.map((state) => state.hi_name ?? '').filter((group) => group !== '');
      this.#highlights.set(id, { ...colours, groups });
    } else if (name === 'mode_change') {
      this.#mode = String(call[0]);
    }
  }

  #drawCells(call: readonly unknown[]): void {
    const [, row = 0, start = 0, cells] = call as [number, number, number, readonly unknown[]];
    const target = this.#drawing[row];
    if (target === undefined) return;
    let column = start;
    let highlight = 0;
    for (const cell of cells) {
      // A cell without a highlight has that of the cell before it.
      const [text, ownHighlight = highlight, count = 1] = cell as [string, number?, number?];
      highlight = ownHighlight;
      target.fill({ text, highlight }, column, column + count);
      column += count;
    }
  }

  #scroll([, top = 0, bottom = 0, left = 0, right = 0, by = 0]: readonly number[]): void {
    const before = this.#drawing.map((row) => [...row]);
    for (let row = top; row < bottom; row += 1) {
      const from = row + by;
      if (from < top || from >= bottom) continue;
      this.#drawing[row]?.splice(left, right - left, ...(before[from] ?? []).slice(left, right));
    }
  }
}

function textOf(cells: readonly Cell[]): string {
  return cells.map((cell) => cell.text).join('');
}

/** The cell in which the text of the row, at this offset, begins. */
function columnOf(cells: readonly Cell[], offset: number): number {
  let length = 0;
  return cells.findIndex((cell) => {
    length += cell.text.length;
    return length > offset;
  });
}
