/**
 * Text with looks, as data: what the view model makes and the components print. A line is a logical
 * line: it is never cut to the width of the screen here, so that text which has reached the
 * terminal is wrapped by the terminal and copies as it was written.
 */
import stringWidth from 'string-width';

/** The parameters of a Select Graphic Rendition sequence (`1;36`), or empty for plain text. */
export type Style = string;

export interface Span {
  readonly text: string;
  readonly style: Style;
}
export type Line = readonly Span[];

/** Tab stops of terminals. */
const TAB_COLUMNS = 8;

export function span(text: string, style: Style = ''): Span {
  return { text, style };
}

/** Both looks at once. */
export function mixStyles(outer: Style, inner: Style): Style {
  if (outer === '') return inner;
  return inner === '' || inner === outer ? outer : `${outer};${inner}`;
}

/** One line of plain text with one look. */
export function plainLine(text: string, style: Style = ''): Line {
  return text === '' ? [] : [span(text, style)];
}

/** The text alone. */
export function lineText(line: Line): string {
  return line.map(({ text }) => text).join('');
}

/** Cells that the line takes on a screen. */
export function lineWidth(line: Line): number {
  return stringWidth(lineText(line));
}

/** The line as the terminal gets it. The only place in Zeke that writes colours. */
export function encodeLine(line: Line): string {
  return line
    .map(({ text, style }) => (style === '' ? text : `\x1b[${style}m${text}\x1b[0m`))
    .join('');
}

/**
 * The rows that a terminal of this many columns makes of the line: cut at the edge, inside words
 * too, as a terminal does it. At least one row.
 */
export function wrapLine(line: Line, columns: number): readonly Line[] {
  const rows: Span[][] = [[]];
  let column = 0;
  for (const { text, style } of line) {
    let part = '';
    for (const { cluster, width } of cells(text, () => column)) {
      if (column + width > columns && column > 0) {
        rows.at(-1)?.push(span(part, style));
        rows.push([]);
        part = '';
        column = 0;
      }
      part += cluster;
      column += width;
    }
    if (part !== '') rows.at(-1)?.push(span(part, style));
  }
  return rows;
}

/** Rows of all lines together. */
export function wrapLines(lines: readonly Line[], columns: number): readonly Line[] {
  return lines.flatMap((line) => wrapLine(line, columns));
}

/** Cuts a line to the columns, with an ellipsis where something is missing. */
export function truncateLine(line: Line, columns: number): Line {
  if (columns <= 0) return [];
  if (lineWidth(line) <= columns) return line;
  const [first = []] = wrapLine(line, columns - 1);
  return [...first, span('…', first.at(-1)?.style)];
}

interface Cell {
  readonly cluster: string;
  readonly width: number;
}

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

/** Graphemes with their widths; a tab becomes the spaces up to its stop. */
function* cells(text: string, column: () => number): Generator<Cell> {
  if (PRINTABLE_ASCII.test(text)) {
    for (const cluster of text) yield { cluster, width: 1 };
    return;
  }
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (segment === '\t') {
      const width = TAB_COLUMNS - (column() % TAB_COLUMNS);
      yield { cluster: ' '.repeat(width), width };
    } else {
      yield { cluster: segment, width: stringWidth(segment) };
    }
  }
}
