/** Reads a file of lines piece by piece, so that whoever reads many can let other work run. */
import { closeSync, constants, openSync, readSync } from 'node:fs';

const NEWLINE = 0x0a;

export class LineReader {
  readonly #buffer: Buffer;
  readonly #fd: number;
  /** The beginning of a line whose end was not read yet. */
  #rest: Buffer[] = [];
  #isAtEnd = false;

  /** Reads `stepBytes` at a time. Throws the system's error when the file cannot be opened. */
  constructor(path: string, stepBytes: number) {
    this.#buffer = Buffer.allocUnsafe(stepBytes);
    this.#fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  }

  /** The lines that the next step completes, maybe none; undefined at the end of the file. */
  next(): readonly string[] | undefined {
    if (this.#isAtEnd) return undefined;
    const readBytes = readSync(this.#fd, this.#buffer, 0, this.#buffer.length, null);
    if (readBytes === 0) {
      this.#isAtEnd = true;
      return this.#rest.length === 0 ? undefined : [this.#takeRest()];
    }
    const bytes = this.#buffer.subarray(0, readBytes);
    const end = bytes.lastIndexOf(NEWLINE);
    if (end === -1) {
      this.#rest.push(Buffer.from(bytes));
      return [];
    }
    this.#rest.push(bytes.subarray(0, end));
    const lines = this.#takeRest().split('\n');
    if (end + 1 < readBytes) this.#rest.push(Buffer.from(bytes.subarray(end + 1)));
    return lines;
  }

  close(): void {
    closeSync(this.#fd);
  }

  #takeRest(): string {
    const text = Buffer.concat(this.#rest).toString('utf8');
    this.#rest = [];
    return text;
  }
}
