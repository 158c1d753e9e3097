/**
 * Drives a program in a real pseudo-terminal and reads its screen through a real terminal emulator,
 * which also answers the queries that programs send to terminals.
 */
import { type IPty, spawn as spawnPty } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { errnoCode } from '../../src/platform/errors.ts';

export interface PtyOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly rows?: number;
  /** Answers the question for the background (OSC 11); without it the terminal says nothing. */
  readonly background?: Colour;
}
export interface Colour {
  readonly r: number;
  readonly g: number;
  readonly b: number;
}
export interface PtyExit {
  readonly exitCode: number;
  readonly signal: number | undefined;
}

/** `vscode` says that it is xterm.js, which wraps rows in a way of its own when it gets narrower. */
const TERMINAL = {
  TERM: 'xterm-256color',
  TERM_PROGRAM: 'vscode',
  COLORTERM: 'truecolor',
  LANG: 'C.UTF-8',
};
/** Machines differ: a wait ends when what it waits for is there, and fails only after this. */
const WAIT_LIMIT_MS = 120_000;
const SCROLLBACK_ROWS = 20_000;
/** What a frame of the renderer begins and ends with: it is shown as a whole. */
const BEGIN_FRAME = '\x1b[?2026h';
const END_FRAME = '\x1b[?2026l';
const AFTER_FRAME = /(?<=\x1b\[\?2026l)/;

export class PtyProgram {
  readonly #pty: IPty;
  readonly #terminal: InstanceType<typeof xterm.Terminal>;
  readonly #listeners = new Set<() => void>();
  readonly exit: Promise<PtyExit>;
  /** Everything that the program wrote. */
  raw = '';
  /** How much of it the emulator has not taken in: it works when the process has nothing to do. */
  #unparsed = 0;
  /** The beginning of a frame whose end has not come yet. */
  #held = '';
  hasEnded = false;

  constructor(options: PtyOptions) {
    const { columns = 80, rows = 24 } = options;
    this.#terminal = new xterm.Terminal({
      cols: columns,
      rows,
      scrollback: SCROLLBACK_ROWS,
      allowProposedApi: true,
    });
    this.#pty = spawnPty(options.command, [...options.args], {
      name: 'xterm-256color',
      cols: columns,
      rows,
      cwd: options.cwd,
      env: { ...TERMINAL, ...options.env },
    });
    this.#terminal.onData((answer) => this.#pty.write(answer));
    const { background } = options;
    if (background !== undefined) {
      this.#terminal.parser.registerOscHandler(11, (data) => {
        if (data === '?') this.#pty.write(`\x1b]11;${colourName(background)}\x1b\\`);
        return true;
      });
    }
    this.#pty.onData((data) => {
      this.raw += data;
      this.#unparsed += data.length;
      this.#held += data;
      this.#show(unfinishedFrameAt(this.#held));
    });
    this.exit = new Promise((resolve) => {
      this.#pty.onExit(({ exitCode, signal }) => {
        this.hasEnded = true;
        this.#show(this.#held.length);
        // The emulator may still be at work on the last bytes.
        this.#terminal.write('', () => {
          this.#changed();
          resolve({ exitCode, signal: signal === 0 ? undefined : signal });
        });
      });
    });
  }

  get pid(): number {
    return this.#pty.pid;
  }

  type(keys: string): void {
    this.#pty.write(keys);
  }

  paste(text: string): void {
    this.#pty.write(`\x1b[200~${text.replaceAll('\n', '\r')}\x1b[201~`);
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
    this.#pty.resize(columns, rows);
  }

  /** One that has ended, which is known here a while later, hears nothing of it. */
  kill(signal: NodeJS.Signals): void {
    try {
      process.kill(this.#pty.pid, signal);
    } catch (error) {
      if (errnoCode(error) !== 'ESRCH') throw error;
    }
  }

  /** Closes the terminal itself, as a closed window does. */
  closeTerminal(): void {
    (this.#pty as unknown as { destroy(): void }).destroy();
  }

  /** The rows on the screen, without blank space at their ends. */
  screen(): readonly string[] {
    const buffer = this.#terminal.buffer.active;
    return Array.from({ length: this.#terminal.rows }, (_, row) =>
      (buffer.getLine(buffer.viewportY + row)?.translateToString(true) ?? '').trimEnd(),
    );
  }

  /** Scrollback and screen as people copy them: rows that the terminal wrapped are one line. */
  text(): string {
    const buffer = this.#terminal.buffer.active;
    const lines: string[] = [];
    for (let row = 0; row < buffer.length; row += 1) {
      const line = buffer.getLine(row);
      if (line === undefined) continue;
      const next = buffer.getLine(row + 1);
      const text = line.translateToString(next?.isWrapped !== true);
      if (line.isWrapped && lines.length > 0) lines[lines.length - 1] += text;
      else lines.push(text);
    }
    return lines
      .map((line) => line.trimEnd())
      .join('\n')
      .trimEnd();
  }

  /** The cursor on the screen, from its top left. */
  cursor(): { readonly x: number; readonly y: number } {
    const buffer = this.#terminal.buffer.active;
    return { x: buffer.cursorX, y: buffer.cursorY };
  }

  get terminal(): InstanceType<typeof xterm.Terminal> {
    return this.#terminal;
  }

  /** Waits until the condition holds for what is on the screen; fails with the screen's text. */
  waitFor(what: string, isThere: (text: string) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void) => {
        clearTimeout(timer);
        this.#listeners.delete(check);
        finish();
      };
      const fail = (why: string) => () =>
        reject(new Error(`${why} while waiting for ${what}. The screen:\n${this.text()}`));
      const check = () => {
        if (isThere(this.text())) settle(resolve);
        else if (this.hasEnded && this.#unparsed === 0) settle(fail('The program ended'));
      };
      const timer = setTimeout(() => settle(fail('Time ran out')), WAIT_LIMIT_MS);
      this.#listeners.add(check);
      check();
    });
  }

  waitForText(text: string): Promise<void> {
    return this.waitFor(JSON.stringify(text), (shown) => shown.includes(text));
  }

  /**
   * Waits until a frame that shows this is on the screen to its last byte. When the program has
   * nothing more to say, no byte is on its way then: what is still written for one size and read
   * at another falls on the wrong rows in any terminal, and no program can know of it.
   */
  waitForWholeFrame(what: string, isThere: (text: string) => boolean): Promise<void> {
    return this.waitFor(what, (text) => this.#unparsed === 0 && isThere(text));
  }

  /** Ends the program if a test left it running. */
  async dispose(): Promise<void> {
    if (!this.hasEnded) this.#pty.kill('SIGKILL');
    await this.exit;
    this.#terminal.dispose();
  }

  /**
   * Has the emulator take in the first characters of what is held back. A frame comes in several
   * reads when the machine is busy; a terminal shows it as a whole, and so does this one: no test
   * may read half a frame.
   */
  #show(length: number): void {
    if (length === 0) return;
    const shown = this.#held.slice(0, length);
    this.#held = this.#held.slice(length);
    // Frame by frame: what is there for a moment is seen also by a test that was too busy to look.
    for (const part of shown.split(AFTER_FRAME)) {
      this.#terminal.write(part, () => {
        this.#unparsed -= part.length;
        this.#changed();
      });
    }
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Where a frame begins that has no end yet, or may begin: the sequence can be cut anywhere. */
function unfinishedFrameAt(output: string): number {
  const begin = output.indexOf(BEGIN_FRAME, Math.max(0, output.lastIndexOf(END_FRAME)));
  if (begin >= 0) return begin;
  for (let length = BEGIN_FRAME.length - 1; length > 0; length -= 1) {
    if (output.endsWith(BEGIN_FRAME.slice(0, length))) return output.length - length;
  }
  return output.length;
}

/** As X11 writes it, sixteen bits a channel. */
function colourName({ r, g, b }: Colour): string {
  const channel = (value: number) => value.toString(16).padStart(2, '0').repeat(2);
  return `rgb:${channel(r)}/${channel(g)}/${channel(b)}`;
}
