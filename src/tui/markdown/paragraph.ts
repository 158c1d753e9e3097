/** A paragraph or a heading: text with emphasis, code and links, one line for each of its lines. */
import type { Line, Style } from '../styled-text.ts';
import { inlineLines } from './inline-lines.ts';
import type { DrawOptions, Leaf } from './leaf.ts';

/**
 * Text that is read in one go for emphasis and links. A longer paragraph is read in pieces, cut
 * between two words at places that depend on the text alone, so that no text is read twice.
 */
const MAX_PIECE_CHARACTERS = 2000;
/** Of what is drawn already, a look at the open end keeps this much, and what it began in. */
const TAIL_LINES = 60;
const TAIL_CHARACTERS = 8000;

export class Paragraph implements Leaf {
  readonly kind: 'paragraph' | 'heading';
  private readonly draw: () => DrawOptions;
  /** What is not drawn yet. */
  private text = '';
  /** What is drawn and not handed out; the last line may go on. */
  private drawn: Line[] = [[]];
  private hasDrawn = false;

  constructor(kind: 'paragraph' | 'heading', draw: () => DrawOptions) {
    this.kind = kind;
    this.draw = draw;
  }

  get isComplete(): boolean {
    return this.kind === 'heading';
  }

  /** Begins a line of the paragraph. */
  begin(line: string): void {
    this.text = this.text === '' && !this.hasDrawn ? line.trimStart() : `${this.text}\n${line}`;
    this.drawPieces();
  }

  append(text: string): void {
    this.text += text;
    this.drawPieces();
  }

  endLine(): readonly Line[] {
    return this.drawn.splice(0, this.drawn.length - 1);
  }

  close(): readonly Line[] {
    const rest = this.text.trimEnd();
    if (rest !== '') this.add(this.lines(rest));
    const isEmpty = this.drawn.length === 1 && this.drawn[0]?.length === 0;
    return isEmpty ? [] : this.drawn;
  }

  tail(): Paragraph {
    const copy = new Paragraph(this.kind, this.draw);
    copy.text = this.text;
    copy.hasDrawn = this.hasDrawn;
    copy.drawn = this.drawn.slice(-TAIL_LINES).map(tailOf);
    return copy;
  }

  /** The text, for what may turn out to be a heading or a table; undefined when it is too long. */
  get wholeText(): string | undefined {
    return this.hasDrawn ? undefined : this.text;
  }

  /** Undefined when a part of it is drawn. */
  get lastLine(): string | undefined {
    const border = this.text.lastIndexOf('\n');
    return border < 0 && this.hasDrawn ? undefined : this.text.slice(border + 1);
  }

  dropLastLine(): void {
    const border = this.text.lastIndexOf('\n');
    this.text = border < 0 ? '' : this.text.slice(0, border);
  }

  private drawPieces(): void {
    while (this.text.length > MAX_PIECE_CHARACTERS) {
      const piece = this.text.slice(0, MAX_PIECE_CHARACTERS);
      const lineEnd = piece.lastIndexOf('\n');
      const wordEnd = piece.lastIndexOf(' ') + 1;
      const end = lineEnd > 0 ? lineEnd : wordEnd > 0 ? wordEnd : wholeCharacters(piece);
      this.add(this.lines(piece.slice(0, end)));
      this.hasDrawn = true;
      this.text = this.text.slice(end);
    }
  }

  private lines(source: string): readonly Line[] {
    const { theme, lexInline } = this.draw();
    const style: Style = this.kind === 'heading' ? theme.heading : '';
    return inlineLines(source, { theme, style, lexInline });
  }

  private add([first = [], ...rest]: readonly Line[]): void {
    this.drawn.push([...(this.drawn.pop() ?? []), ...first], ...rest);
  }
}

function tailOf(line: Line): Line {
  let start = line.length;
  for (let length = 0; start > 0 && length < TAIL_CHARACTERS; start -= 1) {
    length += line[start - 1]?.text.length ?? 0;
  }
  return line.slice(start);
}

/** Does not cut a character in two. */
function wholeCharacters(text: string): number {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last <= 0xdbff ? text.length - 1 : text.length;
}
