/**
 * What a shell command prints, as plain lines: its beginning at once, then only its end. What lies
 * between is counted. However much comes, a piece costs its own length.
 */

const HEAD_LINES = 40;
const TAIL_LINES = 10;
/** The rest of a longer line is not shown: nobody reads it, and a terminal would wrap it for pages. */
const MAX_LINE_CHARACTERS = 4000;

export class CommandOutput {
  private open = '';
  private isOpenCut = false;
  private headCount = 0;
  private readonly head: string[] = [];
  private tail: string[] = [];
  private skippedCount = 0;

  /** Takes a piece of sanitized text. */
  push(text: string): void {
    const [first = '', ...rest] = text.split('\n');
    this.extend(first);
    for (const part of rest) {
      this.closeLine();
      this.extend(part);
    }
  }

  /** Lines of the beginning that were not taken before. */
  takeFinished(): readonly string[] {
    return this.head.splice(0);
  }

  /** The end of what came so far. */
  live(): readonly string[] {
    const skipped = this.skippedCount > 0 ? [`… ${this.skippedCount} lines`] : [];
    const lines = [...skipped, ...this.tail];
    return this.open === '' ? lines : [...lines, this.open];
  }

  /** What is left to be shown when the command has ended; `hint` says how to see the rest. */
  end(hint: string): readonly string[] {
    if (this.open !== '') this.closeLine();
    const count = this.skippedCount;
    const note =
      count > 0 ? [`… ${count} ${count === 1 ? 'line' : 'lines'} left out; ${hint}`] : [];
    const lines = [...this.head.splice(0), ...note, ...this.tail];
    this.tail = [];
    this.skippedCount = 0;
    return lines;
  }

  private extend(part: string): void {
    const room = MAX_LINE_CHARACTERS - this.open.length;
    this.open += part.slice(0, room);
    this.isOpenCut ||= part.length > room;
  }

  private closeLine(): void {
    const line = this.isOpenCut ? `${this.open.slice(0, -1)}…` : this.open;
    this.open = '';
    this.isOpenCut = false;
    if (this.headCount < HEAD_LINES) {
      this.headCount += 1;
      this.head.push(line);
      return;
    }
    this.tail.push(line);
    if (this.tail.length <= TAIL_LINES) return;
    this.tail.shift();
    this.skippedCount += 1;
  }
}
