/**
 * Places the text being written on rows, and the cursor on it. Pure. Only the rows around the cursor
 * are made: what a key costs must not grow with the text.
 */
import { sanitizeLine } from '../../platform/terminal-text.ts';
import {
  type Line,
  lineText,
  lineWidth,
  plainLine,
  span,
  truncateLine,
  wrapLine,
} from '../styled-text.ts';
import type { Theme } from '../theme/theme.ts';
import { PROMPT_MARK } from '../transcript/turn-lines.ts';
import { lineEnd, lineStart } from './borders.ts';
import type { Chip, EditorState } from './editor.ts';
import type { SearchView } from './history-search.ts';

/** What is drawn in the place of the input. */
export interface InputContent {
  readonly editor: EditorState;
  /** A shell command is being written. */
  readonly isCommand?: boolean;
  readonly search?: SearchView | undefined;
  /** These characters are marked. */
  readonly selection?: { readonly start: number; readonly end: number } | undefined;
}
export interface InputLayout {
  readonly rows: readonly Line[];
  /** Column and row of the cursor, from the top left of the rows. */
  readonly cursor: { readonly x: number; readonly y: number };
}
export interface InputSize {
  readonly columns: number;
  readonly maxRows: number;
}

const PLACEHOLDER = 'Ask anything. / for commands, @ for files, ! for the shell.';
const COMMAND_PLACEHOLDER = 'A shell command. Backspace leaves.';
const COMMAND_MARK = '! ';
const INDENT = ' '.repeat(PROMPT_MARK.length);
const SEARCH_MARK = 'history: ';
/** A line is looked at in parts of this size: the whole of it only when it is short. */
const WINDOW_UNITS = 8192;

/** At most `maxRows` rows of the input, those around the cursor. */
export function layoutInput(content: InputContent, size: InputSize, theme: Theme): InputLayout {
  if (content.search !== undefined) return layoutSearch(content.search, size, theme);
  const { editor, isCommand = false } = content;
  // One column stays free, so that the cursor behind a full row is still on the screen.
  const width = Math.max(1, size.columns - PROMPT_MARK.length - 1);
  const mark = isCommand ? span(COMMAND_MARK, theme.accent) : span(PROMPT_MARK, theme.muted);
  if (editor.text === '') {
    const placeholder = isCommand ? COMMAND_PLACEHOLDER : PLACEHOLDER;
    const hint = truncateLine(plainLine(placeholder, theme.muted), width);
    return { rows: [[mark, ...hint]], cursor: { x: PROMPT_MARK.length, y: 0 } };
  }
  const { rows, cursor, isFromStart } = rowsAround(
    content,
    { width, maxRows: size.maxRows },
    theme,
  );
  return {
    rows: rows.map((row, index) => [index === 0 && isFromStart ? mark : span(INDENT), ...row]),
    cursor: { x: cursor.x + PROMPT_MARK.length, y: cursor.y },
  };
}

interface Rows {
  readonly rows: readonly Line[];
  readonly cursor: { readonly x: number; readonly y: number };
  /** The first of them is the first of the text. */
  readonly isFromStart: boolean;
}

/** The row with the cursor, those above it, and those below where there is room. */
function rowsAround(
  content: InputContent,
  size: { readonly width: number; readonly maxRows: number },
  theme: Theme,
): Rows {
  const { editor } = content;
  const { width, maxRows } = size;
  const line = windowAround(editor.text, editor.cursor);
  const own = wrapPart(content, line, { width, theme });
  const place = placeIn(own, editor.cursor - line.start);
  let above = own.slice(0, place.y + 1);
  let below = own.slice(place.y + 1);
  let start = line.start;
  while (above.length < maxRows && start > 0) {
    const previous = windowAround(editor.text, start - 1);
    above = [...wrapPart(content, previous, { width, theme }), ...above];
    start = previous.start;
  }
  const isFromStart = start === 0 && above.length <= maxRows;
  above = above.slice(-maxRows);
  for (let end = line.end; above.length + below.length < maxRows && end < editor.text.length; ) {
    const isNextLine = editor.text[end] === '\n';
    const next = windowAround(editor.text, isNextLine ? end + 1 : end);
    below = [...below, ...wrapPart(content, next, { width, theme })];
    end = next.end;
  }
  const rows = [...above, ...below].slice(0, maxRows);
  return { rows, cursor: { x: place.x, y: above.length - 1 }, isFromStart };
}

interface Part {
  readonly start: number;
  readonly end: number;
}

/** The line that the position is on, or the part of it where it is very long. */
function windowAround(text: string, position: number): Part {
  const start = lineStart(text, position);
  const end = lineEnd(text, position);
  if (end - start <= WINDOW_UNITS) return { start, end };
  const index = Math.floor((position - start) / WINDOW_UNITS);
  const from = start + index * WINDOW_UNITS;
  return { start: notInside(text, from), end: notInside(text, Math.min(end, from + WINDOW_UNITS)) };
}

/** Not between the two halves of a character. */
function notInside(text: string, position: number): number {
  const code = text.charCodeAt(position);
  return code >= 0xdc00 && code <= 0xdfff ? position - 1 : position;
}

function wrapPart(
  content: InputContent,
  part: Part,
  options: { readonly width: number; readonly theme: Theme },
): readonly Line[] {
  const { editor, selection } = content;
  const text = editor.text.slice(part.start, part.end).replaceAll('\t', ' ');
  const { theme } = options;
  const chosen =
    selection === undefined
      ? undefined
      : { start: selection.start - part.start, end: selection.end - part.start };
  const isChosen = chosen !== undefined && chosen.end > 0 && chosen.start < text.length;
  const line = isChosen
    ? [
        span(text.slice(0, Math.max(0, chosen.start))),
        span(text.slice(Math.max(0, chosen.start), chosen.end), theme.selected),
        span(text.slice(chosen.end)),
      ]
    : withChips(text, editor.chips, theme);
  return wrapLine(line, options.width);
}

/** The labels of pastes and images stand out. */
function withChips(text: string, chips: readonly Chip[], theme: Theme): Line {
  const labels = chips.map(({ label }) => label).filter((label) => text.includes(label));
  if (labels.length === 0) return plainLine(text);
  const pattern = labels.map((label) => label.replace(/[[\]#]/g, '\\$&')).join('|');
  return text
    .split(new RegExp(`(${pattern})`))
    .filter((piece) => piece !== '')
    .map((piece) => span(piece, labels.includes(piece) ? theme.accent : ''));
}

/** Where an offset into the wrapped text is. */
function placeIn(
  rows: readonly Line[],
  offset: number,
): { readonly x: number; readonly y: number } {
  let rest = offset;
  for (const [y, row] of rows.entries()) {
    const text = lineText(row);
    const isHere = rest < text.length || y === rows.length - 1;
    if (isHere) return { x: lineWidth(plainLine(text.slice(0, rest))), y };
    rest -= text.length;
  }
  return { x: 0, y: 0 };
}

/** The query, and below it what was found. */
function layoutSearch(search: SearchView, size: InputSize, theme: Theme): InputLayout {
  const width = Math.max(1, size.columns - 1);
  const shown = truncateStart(sanitizeLine(search.query), width - SEARCH_MARK.length);
  const head = [span(SEARCH_MARK, theme.muted), span(shown)];
  const rows = [truncateLine(head, width), foundLine(search, width, theme)];
  const x = Math.min(width, lineWidth(head));
  return { rows: rows.slice(0, Math.max(1, size.maxRows)), cursor: { x, y: 0 } };
}

/** One line of an entry, the part with what was searched for. */
function foundLine({ query, match, isMissing }: SearchView, width: number, theme: Theme): Line {
  if (isMissing) return truncateLine(plainLine('  nothing like it', theme.warning), width);
  if (match === undefined)
    return truncateLine(plainLine('  type a part of it', theme.muted), width);
  const text = sanitizeLine(match.slice(0, WINDOW_UNITS).replaceAll('\n', ' ⏎ '));
  const at = query === '' ? -1 : text.toLowerCase().indexOf(query.toLowerCase());
  if (at < 0) return truncateLine([span(INDENT), span(text)], width);
  const end = at + query.length;
  const before = truncateStart(text.slice(0, at), Math.floor(width / 2));
  const marked = span(text.slice(at, end), theme.selected);
  return truncateLine([span(INDENT), span(before), marked, span(text.slice(end))], width);
}

/** The end of a text, as wide as this. */
function truncateStart(text: string, width: number): string {
  let rest = text.slice(-Math.max(1, width));
  if (rest.length === text.length && lineWidth(plainLine(rest)) <= width) return rest;
  while (rest !== '' && lineWidth(plainLine(rest)) > width - 1) rest = rest.slice(1);
  return `…${rest}`;
}
