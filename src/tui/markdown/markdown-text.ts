/**
 * Markdown that arrives in pieces, drawn as lines. What nothing later can change is handed out once;
 * the open end is drawn anew with each look at it. Every line of the source is read once, and a look
 * costs no more than the end of the open part, so the work for a piece does not grow with the text.
 *
 * What is handed out depends on the text alone and never on how it was cut into pieces.
 */
import type { Line } from '../styled-text.ts';
import { BlockReader } from './block-reader.ts';
import { lexInline } from './inline-lines.ts';
import type { DrawOptions } from './leaf.ts';

/** A line of the source that is longer is read in pieces of this length. */
const MAX_LINE_CHARACTERS = 4000;
/**
 * Rows of an open part that are handed out together. Each time costs the renderer a frame; but what
 * waits takes room in the live frame, which shows only its end.
 */
const BATCH_ROWS = 8;

/** A line that has just begun and may become anything: it would turn a paragraph into a heading. */
const ONLY_MARKS = /^[ \t>]*(?:[-=+*#`~|:_ ]{1,80}|\d{1,9}[.)]?)$/;

export type MarkdownOptions = Pick<DrawOptions, 'theme' | 'columns' | 'highlighter'> &
  Partial<DrawOptions>;

export class MarkdownText {
  private readonly options: () => DrawOptions;
  private reader: BlockReader;
  /** Text after the last line that was read. */
  private rest = '';
  /** The beginning of the line that `rest` ends is read already. */
  private isLineOpen = false;

  constructor(options: () => MarkdownOptions) {
    this.options = () => ({ lexInline, ...options() });
    this.reader = new BlockReader(this.options);
  }

  push(text: string): void {
    this.rest += text;
  }

  /** Lines that are final since the last call; a blank one first where a new part begins. */
  takeFinished(): readonly Line[] {
    this.readLines();
    const { reader } = this;
    const isReady =
      reader.isBetweenParts || rowCount(reader.written, this.options().columns) >= BATCH_ROWS;
    return isReady ? reader.take() : [];
  }

  /** What is not handed out yet, as it looks now: the end of it, where it is very long. */
  openLines(): readonly Line[] {
    this.readLines();
    const look = this.reader.tail();
    const isUndecided = !this.isLineOpen && ONLY_MARKS.test(this.rest);
    readEnd(look, isUndecided ? '' : this.rest, this.isLineOpen);
    return [...this.reader.written, ...look.take()];
  }

  /** The text is over: everything that was not handed out. */
  end(): readonly Line[] {
    this.readLines();
    readEnd(this.reader, this.rest, this.isLineOpen);
    const lines = this.reader.take();
    this.reader = new BlockReader(this.options);
    this.rest = '';
    this.isLineOpen = false;
    return lines;
  }

  /** Reads what is complete: lines, and the beginnings of lines that are very long. */
  private readLines(): void {
    const { rest } = this;
    let start = 0;
    for (;;) {
      const lineEnd = rest.indexOf('\n', start);
      const isWhole = lineEnd >= 0 && lineEnd - start <= MAX_LINE_CHARACTERS;
      if (!isWhole && rest.length - start <= MAX_LINE_CHARACTERS) break;
      const end = isWhole ? lineEnd : start + pieceLength(rest, start);
      const piece = rest.slice(start, end);
      if (this.isLineOpen) this.reader.append(piece);
      else this.reader.beginLine(piece);
      this.isLineOpen = !isWhole;
      if (isWhole) this.reader.endLine();
      start = isWhole ? end + 1 : end;
    }
    this.rest = rest.slice(start);
  }
}

/** About as many as the screen needs. */
function rowCount(lines: readonly Line[], columns: number): number {
  return lines.reduce((sum, line) => {
    const length = line.reduce((total, { text }) => total + text.length, 0);
    return sum + Math.max(1, Math.ceil(length / columns));
  }, 0);
}

function readEnd(reader: BlockReader, rest: string, isLineOpen: boolean): void {
  if (isLineOpen) reader.append(rest);
  else if (rest !== '') reader.beginLine(rest);
  if (isLineOpen || rest !== '') reader.endLine();
  reader.close();
}

/** Does not cut a character in two. */
function pieceLength(text: string, start: number): number {
  const last = text.charCodeAt(start + MAX_LINE_CHARACTERS - 1);
  return last >= 0xd800 && last <= 0xdbff ? MAX_LINE_CHARACTERS - 1 : MAX_LINE_CHARACTERS;
}
