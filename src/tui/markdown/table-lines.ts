/** Draws a table in columns, or as a list of records where the screen is too narrow for it. */
import { type Line, lineWidth, span } from '../styled-text.ts';
import type { Theme } from '../theme/theme.ts';

export type Alignment = 'left' | 'right' | 'center';

interface TableContent {
  readonly header: readonly Line[];
  readonly rows: readonly (readonly Line[])[];
  readonly alignments: readonly Alignment[];
}

export interface TableLayout {
  readonly header: readonly Line[];
  readonly alignments: readonly Alignment[];
  /** Cells of each column; undefined for a list of records. */
  readonly widths: readonly number[] | undefined;
  /** True before the first record: the others have a blank line before them. */
  isFirst: boolean;
}

const GAP = '  ';

/** In columns while that is no wider than the screen. */
export function layoutTable(table: TableContent, columns: number): TableLayout {
  const { header, alignments } = table;
  const all = [header, ...table.rows];
  const widths = header.map((_cell, index) =>
    Math.max(...all.map((row) => lineWidth(row[index] ?? []))),
  );
  const total = widths.reduce((sum, width) => sum + width, GAP.length * (widths.length - 1));
  return { header, alignments, widths: total > columns ? undefined : widths, isFirst: true };
}

/** The names of the columns and the line below them; records name theirs in each row. */
export function tableHead(layout: TableLayout, theme: Theme): readonly Line[] {
  if (layout.widths === undefined) return [];
  const rule = layout.widths.map((width) => '─'.repeat(width)).join(GAP);
  return [rowLine(layout.header, layout.widths, layout.alignments), [span(rule, theme.muted)]];
}

export function tableRow(row: readonly Line[], layout: TableLayout, theme: Theme): readonly Line[] {
  if (layout.widths !== undefined) return [rowLine(row, layout.widths, layout.alignments)];
  const fields = layout.header.map((name, index) => [
    ...name,
    span(': ', theme.muted),
    ...(row[index] ?? []),
  ]);
  const { isFirst } = layout;
  layout.isFirst = false;
  return isFirst ? fields : [[], ...fields];
}

function rowLine(
  row: readonly Line[],
  widths: readonly number[],
  alignments: readonly Alignment[],
): Line {
  const line = widths.flatMap((width, index) => {
    const cell = row[index] ?? [];
    const missing = Math.max(0, width - lineWidth(cell));
    const before = leftSpace(missing, alignments[index] ?? 'left');
    const after = ' '.repeat(missing - before) + GAP;
    return [...(before > 0 ? [span(' '.repeat(before))] : []), ...cell, span(after)];
  });
  return trimEnd(line);
}

/** Nothing stands at the end of a row that would be copied with it. */
function trimEnd(line: Line): Line {
  const last = line.findLastIndex(({ text, style }) => style !== '' || text.trim() !== '');
  return line.slice(0, last + 1);
}

function leftSpace(missing: number, alignment: Alignment): number {
  if (alignment === 'right') return missing;
  return alignment === 'center' ? Math.floor(missing / 2) : 0;
}
