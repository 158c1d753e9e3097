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
 * too, as a terminal does it. At least one row. Where terminals disagree about a width the largest
 * counts: a row may end early, but never runs over.
 */
export function wrapLine(line: Line, columns: number): readonly Line[] {
  const rows: Span[][] = [[]];
  let column = 0;
  const add = (text: string, style: Style) => {
    if (text !== '') rows.at(-1)?.push(span(text, style));
  };
  for (const { text, style } of line) {
    let part = '';
    for (const { cluster, width } of pieces(text, () => columns - column)) {
      const cell = cluster === '\t' ? TAB_COLUMNS - (column % TAB_COLUMNS) : width;
      if (column + cell > columns && column > 0) {
        add(part, style);
        rows.push([]);
        part = '';
        column = 0;
      }
      part += cluster === '\t' ? ' '.repeat(cell) : cluster;
      column += cell;
    }
    add(part, style);
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
  if (wrapLine(line, columns).length === 1) return line;
  const [first = []] = wrapLine(line, columns - 1);
  return [...first, span('…', first.at(-1)?.style)];
}

interface Piece {
  readonly cluster: string;
  readonly width: number;
}

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
/** Characters that stand alone, whatever is next to them: European letters, signs, lines, blocks. */
const SINGLE =
  /^[\x20-\x7e\xa1-\xac\xae-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u2190-\u2199\u2500-\u259f\u2800-\u28ff\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3]*$/;
/** From here on the single characters are two cells wide. */
const FIRST_WIDE = 0x3041;

/** Parts of a text that are not cut, with their widths; plain text in parts that fill the row. */
function* pieces(text: string, room: () => number): Generator<Piece> {
  if (PRINTABLE_ASCII.test(text)) {
    for (let start = 0; start < text.length; ) {
      const cluster = text.slice(start, start + Math.max(1, room()));
      yield { cluster, width: cluster.length };
      start += cluster.length;
    }
  } else if (SINGLE.test(text)) {
    for (const cluster of text)
      yield { cluster, width: cluster.charCodeAt(0) < FIRST_WIDE ? 1 : 2 };
  } else {
    for (const { segment } of new Intl.Segmenter().segment(text)) {
      yield { cluster: segment, width: largestWidth(segment) };
    }
  }
}

/**
 * The cells that a cluster takes where a terminal draws its parts one by one. Terminals agree on
 * letters with marks; on emoji that are made of several (families, skin tones, flags) they do not.
 */
function largestWidth(cluster: string): number {
  const whole = stringWidth(cluster);
  if (whole < 2 || cluster.length < 3) return whole;
  let sum = 0;
  for (const part of cluster) sum += stringWidth(part);
  return Math.max(whole, sum);
}
