/** Printing answers of commands: sanitized lines, aligned tables, JSON. */
import stringWidth from 'string-width';
import { escapeInvisible, sanitizeLine } from '../../platform/terminal-text.ts';
import type { CommandIo } from '../command.ts';

type Output = CommandIo['stdout'];

/** Prints a line. Names, paths and titles in it may be hostile: nothing in it reaches the terminal. */
export function printLine(output: Output, text: string): void {
  output.write(`${sanitizeLine(text)}\n`);
}

/** Prints a value as JSON for programs; JSON escapes control characters by itself. */
export function printJson(output: Output, value: unknown): void {
  output.write(`${escapeInvisible(JSON.stringify(value, null, 2))}\n`);
}

/** Prints rows with aligned columns, two spaces between them. */
export function printTable(output: Output, rows: readonly (readonly string[])[]): void {
  const clean = rows.map((row) => row.map(sanitizeLine));
  const widths = new Map<number, number>();
  for (const row of clean) {
    row.forEach((cell, column) => {
      widths.set(column, Math.max(widths.get(column) ?? 0, stringWidth(cell)));
    });
  }
  for (const row of clean) {
    const cells = row.map((cell, column) => {
      const isLast = column === row.length - 1;
      return isLast ? cell : cell + ' '.repeat((widths.get(column) ?? 0) - stringWidth(cell));
    });
    output.write(`${cells.join('  ').trimEnd()}\n`);
  }
}
