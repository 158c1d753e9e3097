/**
 * Prints a conversation as lines that are only ever added: no cursor is moved and nothing is drawn
 * twice, so a screen reader or a Braille display reads each thing once, in order. What is typed is
 * shown on a line of its own; a change that is no typing at its end shows the whole text anew.
 */
import type { ChatSnapshot } from '../controller.ts';
import type { Theme } from '../theme/theme.ts';
import { changeLines, itemLines } from './announcements.ts';

const PROMPT_MARK = '> ';
/** One character back, over it, and back again: what terminals themselves do for Backspace. */
const RUB_OUT = '\b \b';
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

export interface PrinterOptions {
  readonly write: (text: string) => void;
  readonly theme: () => Theme;
}

export class LinePrinter {
  private readonly options: PrinterOptions;
  private before: ChatSnapshot | undefined;
  private generation: number | undefined;
  private printedId = 0;
  /** The input as it stands on the line being written; undefined when no line is. */
  private echoed: string | undefined;

  constructor(options: PrinterOptions) {
    this.options = options;
  }

  update(now: ChatSnapshot): void {
    this.echo(now);
    if (now.view.generation !== this.generation) this.printedId = 0;
    this.generation = now.view.generation;
    const items = now.view.items.filter(({ id }) => id > this.printedId);
    this.printedId = items.at(-1)?.id ?? this.printedId;
    this.print([...itemLines(items), ...changeLines(now, this.before, this.options.theme())]);
    this.before = now;
  }

  /** Whole lines, below what is being typed. */
  print(lines: readonly string[]): void {
    if (lines.length === 0) return;
    const end = this.echoed === undefined ? '' : '\n';
    this.echoed = undefined;
    this.options.write(`${end}${lines.join('\n')}\n`);
  }

  private echo({ prompt: { editor } }: ChatSnapshot): void {
    const { text } = editor;
    const earlier = this.before?.prompt.editor.text ?? '';
    if (text === earlier) return;
    const { echoed } = this;
    if (text === '') this.endLine();
    else if (echoed === undefined) this.startLine(text);
    else if (isSimple(text) && text.startsWith(echoed))
      this.options.write(text.slice(echoed.length));
    else if (isSimple(echoed) && echoed.startsWith(text)) {
      this.options.write(RUB_OUT.repeat(echoed.length - text.length));
    } else {
      this.endLine();
      this.startLine(text);
    }
    this.echoed = text === '' ? undefined : text;
  }

  private startLine(text: string): void {
    this.options.write(PROMPT_MARK + text);
  }

  private endLine(): void {
    if (this.echoed !== undefined) this.options.write('\n');
  }
}

/** Each character takes one cell on one row. */
function isSimple(text: string): boolean {
  return PRINTABLE_ASCII.test(text);
}
