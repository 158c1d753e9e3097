/**
 * The life of the terminal while Zeke draws on it: raw mode from the first moment, keys kept until
 * somebody reads them, and everything given back on every way out.
 */
import { writeSync } from 'node:fs';
import { errnoCode } from '../errors.ts';
import { TerminalInput } from './input.ts';
import { watchModes } from './output.ts';
import type { TerminalReport } from './replies.ts';

/**
 * Takes back every mode that Zeke or its renderer can have switched on: paste brackets, mouse and
 * focus reports, a hidden cursor, colours, a frame that was being synchronized. Each is harmless
 * where the mode was not on, so the sequence may be sent at any time and more than once.
 */
const RESET_SEQUENCE =
  '\x1b[?2026l\x1b[?2004l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1004l\x1b[0m\x1b[?25h';
/** The rest of a frame below the cursor makes room. */
const LEAVE_FRAME = '\x1b[J\r\n';
const STANDARD_OUTPUT = 1;
/**
 * Asks for the colour behind the text and then what the terminal is. Every terminal answers the
 * second, so its answer says that none to the first is still to come.
 */
const ASK_BACKGROUND = '\x1b]11;?\x1b\\\x1b[c';

export interface TerminalStreams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream & { readonly fd?: number };
}
export interface Terminal {
  /** Aborted when the terminal is gone: a closed window, a dropped connection. */
  readonly closed: AbortSignal;
  /** Keys, and nothing else that the terminal sends. */
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  /**
   * Resolves when it is known what was typed before the terminal was taken; what the terminal has
   * shown of it is cleared, unless it may stay.
   */
  settle(keepsEcho?: boolean): Promise<void>;
  /** Hears what the terminal says of itself. */
  subscribe(listener: (report: TerminalReport) => void): () => void;
  /** Asks for the background; the answer is a report, or nothing. */
  askBackground(): void;
  /** Asks the system for the window's size; the stream says when it is another one. */
  refreshSize(): void;
  /** Gives the terminal back. Safe to call twice and from any state. */
  restore(): void;
}

/**
 * Takes the terminal. Call it before anything slow is loaded: from here on keys are neither echoed
 * nor lost. It is given back by `restore`, and by itself when the process ends or fails.
 */
export function openTerminal({ stdin, stdout }: TerminalStreams): Terminal {
  const closed = new AbortController();
  const close = () => closed.abort();
  const listeners = new Set<(report: TerminalReport) => void>();
  const output = watchModes(stdout);
  const input = new TerminalInput({
    stdin,
    onReport: (report) => {
      for (const listener of listeners) listener(report);
    },
  });
  let isOpen = true;
  const giveBack = (extra: string) => {
    if (!isOpen) return;
    isOpen = false;
    output.close();
    input.setRawMode(false);
    writeBestEffort(stdout, extra + output.undoModes() + RESET_SEQUENCE);
    process.off('exit', restore);
    process.off('uncaughtExceptionMonitor', restoreAfterCrash);
  };
  const restore = () => giveBack('');
  // What went wrong is printed below what stands of the frame.
  const restoreAfterCrash = () => giveBack(output.hasFrame() ? LEAVE_FRAME : '');
  process.on('exit', restore);
  process.on('uncaughtExceptionMonitor', restoreAfterCrash);
  stdin.on('end', close);
  stdin.on('error', close);
  stdout.on('error', close);
  return {
    closed: closed.signal,
    // It has what a reader of keys uses of a terminal's stream.
    input: input as unknown as NodeJS.ReadStream,
    output: output.stream,
    settle: async (keepsEcho = false) => {
      const typed = await input.settle();
      if (typed !== '' && !keepsEcho) stdout.write(clearEcho(typed));
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    askBackground: () => {
      input.expectAnswer();
      stdout.write(ASK_BACKGROUND);
    },
    refreshSize: () => {
      // What the stream itself does at SIGWINCH, which may come after the next frame.
      (stdout as { readonly _refreshSize?: () => void })._refreshSize?.call(stdout);
    },
    restore,
  };
}

/** The terminal has shown on the line where the prompt will be what was typed too early. */
function clearEcho(typed: string): string {
  const lineCount = typed.split('\n').length - 1;
  return `${lineCount === 0 ? '' : `\x1b[${lineCount}A`}\r\x1b[J`;
}

/** Writes at once, because the process may be on its way out. */
function writeBestEffort(stdout: TerminalStreams['stdout'], text: string): void {
  try {
    writeSync(stdout.fd ?? STANDARD_OUTPUT, text);
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
  }
}
