/**
 * What a tool's command prints, for the screen while it runs: whole lines without their secrets, and
 * never a flood. It is only looked at; the call's result has what the model is told.
 */
import type { Redactor } from '../../platform/secrets/redactor.ts';

export interface LiveOutput {
  readonly push: (text: string) => void;
  /** Nothing is said any more. */
  readonly stop: () => void;
}

/** How often something is said, and how much of the end of what came since. */
interface Pace {
  readonly everyMs: number;
  readonly maxCharacters: number;
}
const PACE: Pace = { everyMs: 100, maxCharacters: 2000 };
/** Of a command that prints for hours; the journal keeps what is said. */
const SLOW_PACE: Pace = { everyMs: 2000, maxCharacters: 500 };
/** So much is said before the pace is slow. */
const FREE_CHARACTERS = 100_000;
/** A line longer than this is data, and is not shown. */
const MAX_LINE_CHARACTERS = 64 * 1024;
const KEY_BEGIN = /-----BEGIN[ A-Z0-9_-]{0,60}PRIVATE KEY/;
const KEY_END = /-----END[ A-Z0-9_-]{0,60}PRIVATE KEY/;

/** Hands on what is pushed. A secret that comes in two pieces is whole by then. */
export function startLiveOutput(redactor: Redactor, onText: (text: string) => void): LiveOutput {
  const lines = new ShownLines();
  let timer: NodeJS.Timeout | undefined;
  let lastAt = Number.NEGATIVE_INFINITY;
  let saidCharacters = 0;
  const pace = (): Pace => (saidCharacters < FREE_CHARACTERS ? PACE : SLOW_PACE);
  const say = (): void => {
    timer = undefined;
    lastAt = performance.now();
    const text = endOf(redactor.redact(lines.take()).text, pace().maxCharacters);
    saidCharacters += text.length;
    onText(text);
  };
  return {
    push(text) {
      lines.push(text);
      if (lines.isEmpty || timer !== undefined) return;
      const waitMs = lastAt + pace().everyMs - performance.now();
      if (waitMs <= 0) say();
      else timer = setTimeout(say, waitMs);
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}

/** The last whole lines of what came since they were taken; no line of a private key. */
class ShownLines {
  private lines: string[] = [];
  private characters = 0;
  private open = '';
  private isOpenTooLong = false;
  private isInKey = false;

  get isEmpty(): boolean {
    return this.lines.length === 0;
  }

  push(text: string): void {
    const [first = '', ...rest] = text.split(/\r?\n|\r/);
    this.extend(first);
    for (const part of rest) {
      this.close();
      this.extend(part);
    }
  }

  take(): string {
    const text = this.lines.map((line) => `${line}\n`).join('');
    this.lines = [];
    this.characters = 0;
    return text;
  }

  private extend(part: string): void {
    this.isOpenTooLong ||= this.open.length + part.length > MAX_LINE_CHARACTERS;
    this.open = this.isOpenTooLong ? '' : this.open + part;
  }

  private close(): void {
    const line = this.isOpenTooLong ? '…' : this.open;
    this.open = '';
    this.isOpenTooLong = false;
    if (line === '' || this.isKey(line)) return;
    this.lines.push(line);
    this.characters += line.length;
    while (this.characters > PACE.maxCharacters && this.lines.length > 1) {
      this.characters -= this.lines.shift()?.length ?? 0;
    }
  }

  private isKey(line: string): boolean {
    const wasInKey = this.isInKey;
    if (KEY_END.test(line)) this.isInKey = false;
    else this.isInKey ||= KEY_BEGIN.test(line);
    return wasInKey || this.isInKey;
  }
}

/** The end of a text, from the beginning of a line where there is one. */
function endOf(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  const end = text.slice(-maxCharacters);
  const lineEnd = end.indexOf('\n');
  return lineEnd < end.length - 1 ? end.slice(lineEnd + 1) : end;
}
