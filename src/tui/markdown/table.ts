/**
 * A table. Its columns get their widths from its first rows; the rows after them are drawn as they
 * come, so that a table of any length costs the same for each row.
 */
import type { Line, Style } from '../styled-text.ts';
import { inlineLines } from './inline-lines.ts';
import type { DrawOptions, Leaf } from './leaf.ts';
import {
  type Alignment,
  layoutTable,
  type TableLayout,
  tableHead,
  tableRow,
} from './table-lines.ts';

/** Rows that decide about the widths. */
const MEASURED_ROWS = 12;

export interface TableShape {
  readonly header: readonly string[];
  readonly alignments: readonly Alignment[];
  /** Columns that it may take. */
  readonly columns: () => number;
}

export class Table implements Leaf {
  readonly kind = 'table';
  readonly isComplete = false;
  private readonly draw: () => DrawOptions;
  private readonly shape: TableShape;
  private row: string | undefined;
  private waiting: (readonly Line[])[] = [];
  private layout: TableLayout | undefined;

  constructor(shape: TableShape, draw: () => DrawOptions) {
    this.shape = shape;
    this.draw = draw;
  }

  begin(text: string): void {
    this.row = text;
  }

  append(text: string): void {
    if (this.row !== undefined) this.row += text;
  }

  endLine(): readonly Line[] {
    if (this.row === undefined) return [];
    const cells = this.cells(splitRow(this.row), '');
    this.row = undefined;
    if (this.layout !== undefined) return tableRow(cells, this.layout, this.draw().theme);
    this.waiting.push(cells);
    return this.waiting.length < MEASURED_ROWS ? [] : this.drawWaiting();
  }

  close(): readonly Line[] {
    return this.layout === undefined ? this.drawWaiting() : [];
  }

  tail(): Table {
    const copy = new Table(this.shape, this.draw);
    copy.row = this.row;
    copy.waiting = [...this.waiting];
    copy.layout = this.layout === undefined ? undefined : { ...this.layout };
    return copy;
  }

  private drawWaiting(): readonly Line[] {
    const { theme } = this.draw();
    const { alignments, columns } = this.shape;
    const header = this.cells(this.shape.header, theme.strong);
    const layout = layoutTable({ header, rows: this.waiting, alignments }, columns());
    const rows = this.waiting.flatMap((row) => tableRow(row, layout, theme));
    this.layout = layout;
    this.waiting = [];
    return [...tableHead(layout, theme), ...rows];
  }

  /** As many cells as the head has, whatever the row has. */
  private cells(sources: readonly string[], style: Style): readonly Line[] {
    const { theme, lexInline } = this.draw();
    return this.shape.header.map((_name, index) => {
      const source = sources[index] ?? '';
      return source === '' ? [] : (inlineLines(source, { theme, style, lexInline })[0] ?? []);
    });
  }
}

/** The cells of a row. A bar behind a backslash is text, also within code. */
export function splitRow(row: string): readonly string[] {
  const cells = row
    .trim()
    .replace(/\t/g, ' ')
    .split(/(?<!\\)\|/);
  if (cells[0]?.trim() === '') cells.shift();
  if (cells.length > 1 && cells.at(-1)?.trim() === '') cells.pop();
  return cells.map((cell) => cell.trim().replaceAll('\\|', '|'));
}

/** The alignments that the row under the head asks for; undefined when it is no such row. */
export function readAlignments(row: string): readonly Alignment[] | undefined {
  if (!/^ {0,3}[|:-][|:\- \t]*$/.test(row) || !/[|:]/.test(row)) return undefined;
  const marks = splitRow(row);
  if (marks.length === 0 || !marks.every((mark) => /^:?-+:?$/.test(mark))) return undefined;
  return marks.map((mark) => {
    if (!mark.endsWith(':')) return 'left';
    return mark.startsWith(':') ? 'center' : 'right';
  });
}
