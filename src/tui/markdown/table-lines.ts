/** Draws a table in columns, or as a list of records where the screen is too narrow for it. */
import { type Line, lineWidth, span } from '../styled-text.ts';
import type { Theme } from '../theme/theme.ts';

export interface TableContent {
  readonly header: readonly Line[];
  readonly rows: readonly (readonly Line[])[];
  readonly alignments: readonly ('left' | 'right' | 'center' | null)[];
  /** False for the part of a long table whose head has been drawn. */
  readonly hasHeader: boolean;
}

const GAP = '  ';

/** The table's lines; none is wider than `columns` unless one value alone is. */
export function tableLines(
  table: TableContent,
  options: { readonly theme: Theme; readonly columns: number },
): readonly Line[] {
  const all = [table.header, ...table.rows];
  const widths = table.header.map((_cell, index) =>
    Math.max(...all.map((row) => lineWidth(row[index] ?? []))),
  );
  const total = widths.reduce((sum, width) => sum + width, GAP.length * (widths.length - 1));
  if (total > options.columns) return recordLines(table, options.theme);
  const rows = table.rows.map((row) => rowLine(row, widths, table.alignments));
  if (!table.hasHeader) return rows;
  const rule = widths.map((width) => '─'.repeat(width)).join(GAP);
  const header = rowLine(table.header, widths, table.alignments);
  return [header, [span(rule, options.theme.muted)], ...rows];
}

function rowLine(
  row: readonly Line[],
  widths: readonly number[],
  alignments: TableContent['alignments'],
): Line {
  const isLast = (index: number) => index === widths.length - 1;
  return widths.flatMap((width, index) => {
    const cell = row[index] ?? [];
    const missing = width - lineWidth(cell);
    const before = leftSpace(missing, alignments[index] ?? 'left');
    const after = isLast(index) ? '' : ' '.repeat(missing - before) + GAP;
    return [...(before > 0 ? [span(' '.repeat(before))] : []), ...cell, span(after)];
  });
}

function leftSpace(missing: number, alignment: 'left' | 'right' | 'center'): number {
  if (alignment === 'right') return missing;
  return alignment === 'center' ? Math.floor(missing / 2) : 0;
}

function recordLines(table: TableContent, theme: Theme): readonly Line[] {
  return table.rows.flatMap((row, rowIndex) => {
    const fields = table.header.map((name, index) => [
      ...name,
      span(': ', theme.muted),
      ...(row[index] ?? []),
    ]);
    return rowIndex === 0 ? fields : [[], ...fields];
  });
}
