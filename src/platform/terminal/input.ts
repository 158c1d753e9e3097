/**
 * Standard input as the terminal front end has it: keys only. They are read from the first moment
 * on and kept until somebody wants them; what the terminal says of itself goes another way.
 */
import { Readable } from 'node:stream';
import { errnoCode } from '../errors.ts';
import { ReplyFilter, type TerminalReport } from './replies.ts';

/** A lone Escape is a key when nothing has followed by then. */
const HOLD_MS = 25;
/** What follows an Escape this soon may still be the rest of an answer, on a slow line. */
const LATE_MS = 500;

export interface TerminalInputOptions {
  readonly stdin: NodeJS.ReadStream;
  readonly onReport: (report: TerminalReport) => void;
}

export class TerminalInput extends Readable {
  readonly isTTY = true;
  private readonly stdin: NodeJS.ReadStream;
  private readonly replies: ReplyFilter;
  /** What was typed before the terminal was taken, which it has echoed. */
  private echo = '';
  private timer: NodeJS.Timeout | undefined;
  private hasSettled = false;
  private isWaitingForAnswer = false;
  private releasedAt = 0;

  constructor({ stdin, onReport }: TerminalInputOptions) {
    super({ encoding: 'utf8' });
    this.stdin = stdin;
    this.replies = new ReplyFilter((report) => {
      if (report.type === 'attributes') this.isWaitingForAnswer = false;
      onReport(report);
    });
    stdin.setEncoding('utf8');
    stdin.on('data', this.onData);
    stdin.on('end', () => this.push(null));
    this.setRawMode(true);
  }

  /**
   * From here on nothing counts as typed before; resolves to what was. One turn of the loop asks the
   * system for it.
   */
  async settle(): Promise<string> {
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    this.hasSettled = true;
    return this.echo;
  }

  /** A query was sent: until it is answered a lone Escape may be the beginning of the answer. */
  expectAnswer(): void {
    this.isWaitingForAnswer = true;
  }

  /** As of a terminal. Keys are read only while it is raw: else they are for another program. */
  setRawMode(isRaw: boolean): this {
    try {
      this.stdin.setRawMode(isRaw);
    } catch (error) {
      // A terminal that is gone cannot be switched; there is nothing left to read then.
      if (errnoCode(error) === undefined) throw error;
    }
    if (isRaw) this.stdin.resume();
    else this.stdin.pause();
    return this;
  }

  ref(): this {
    this.stdin.ref();
    return this;
  }

  unref(): this {
    this.stdin.unref();
    return this;
  }

  override _read(): void {
    // Keys are pushed as they come.
  }

  private readonly onData = (chunk: string | Buffer): void => {
    clearTimeout(this.timer);
    let text = String(chunk);
    if (!this.hasSettled) {
      this.hasSettled = true;
      this.echo = text;
      // The terminal was not raw yet and has turned Enter into a line feed.
      text = text.replaceAll('\n', '\r');
    }
    if (performance.now() - this.releasedAt > LATE_MS) this.replies.forget();
    this.give(this.replies.push(text));
    if (!this.replies.holdsKey) return;
    if (this.isWaitingForAnswer) this.timer = setTimeout(() => this.release(), HOLD_MS);
    else this.release();
  };

  private release(): void {
    this.releasedAt = performance.now();
    this.give(this.replies.flush());
  }

  private give(keys: string): void {
    if (keys !== '') this.push(keys);
  }
}
