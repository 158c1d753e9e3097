/**
 * The life of the terminal while Zeke draws on it: raw mode from the first moment, keys kept until
 * somebody reads them, and everything given back on every way out.
 */
import { writeSync } from 'node:fs';
import { errnoCode } from './errors.ts';

/**
 * Takes back every mode that Zeke or its renderer can have switched on: paste brackets, mouse and
 * focus reports, a hidden cursor, colours, a frame that was being synchronized. Each is harmless
 * where the mode was not on, so the sequence may be sent at any time and more than once.
 */
const RESET_SEQUENCE =
  '\x1b[?2026l\x1b[?2004l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1004l\x1b[0m\x1b[?25h';
const STANDARD_OUTPUT = 1;
/** Takes the keyboard protocol off the terminal's stack; only right when it was put there. */
const POP_KEYBOARD = '\x1b[<u';

export interface TerminalStreams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream & { readonly fd?: number };
}
export interface Terminal {
  /** Aborted when the terminal is gone: a closed window, a dropped connection. */
  readonly closed: AbortSignal;
  /** Gives the keys that came so far back to standard input, for whoever reads it next. */
  releaseKeys(): Promise<void>;
  /** Gives the terminal back. Safe to call twice and from any state. */
  restore(): void;
}

/**
 * Takes the terminal. Call it before anything slow is loaded: from here on keys are neither echoed
 * nor lost. It is given back by `restore`, and by itself when the process ends or fails.
 */
export function openTerminal(streams: TerminalStreams): Terminal {
  const { stdin, stdout } = streams;
  const closed = new AbortController();
  const close = () => closed.abort();
  let isOpen = true;
  const keys = holdKeys(streams);
  const giveBack = (extra: string) => {
    if (!isOpen) return;
    isOpen = false;
    setRawMode(stdin, false);
    writeBestEffort(stdout, extra + RESET_SEQUENCE);
    process.off('exit', restoreAtExit);
    process.off('uncaughtExceptionMonitor', restoreAfterCrash);
  };
  const restore = () => giveBack('');
  const restoreAtExit = () => giveBack('');
  // The renderer has had no chance to clean up: its keyboard protocol may still be on the stack.
  const restoreAfterCrash = () => giveBack(POP_KEYBOARD);
  process.on('exit', restoreAtExit);
  process.on('uncaughtExceptionMonitor', restoreAfterCrash);
  stdin.on('end', close);
  stdin.on('error', close);
  stdout.on('error', close);
  setRawMode(stdin, true);
  return { closed: closed.signal, releaseKeys: keys.release, restore };
}

/**
 * Reads keys as they come. What lies there at the first reading was typed before raw mode: the
 * terminal has turned Enter into a line feed in it, which is turned back, and has shown the keys
 * on the line where the prompt will be.
 */
function holdKeys({ stdin, stdout }: TerminalStreams): { readonly release: () => Promise<void> } {
  let held = '';
  let isFirst = true;
  const read = () => {
    for (let chunk = stdin.read(); chunk !== null; chunk = stdin.read()) {
      const text = String(chunk);
      held += isFirst ? text.replaceAll('\n', '\r') : text;
      if (isFirst) stdout.write(clearEcho(text));
      isFirst = false;
    }
  };
  stdin.setEncoding('utf8');
  stdin.on('readable', read);
  // One turn of the event loop asks the system for what has been typed; only then is it known.
  const hasAsked = new Promise((resolve) => setImmediate(resolve));
  const release = async () => {
    await hasAsked;
    stdin.off('readable', read);
    if (held !== '') stdin.unshift(held, 'utf8');
    held = '';
  };
  return { release };
}

function clearEcho(typed: string): string {
  const lineCount = typed.split('\n').length - 1;
  return `${lineCount === 0 ? '' : `\x1b[${lineCount}A`}\r\x1b[J`;
}

/** A terminal that is gone cannot be switched; there is nothing left to restore then. */
function setRawMode(stdin: NodeJS.ReadStream, isRaw: boolean): void {
  try {
    stdin.setRawMode(isRaw);
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
  }
}

/** Writes at once, because the process may be on its way out. */
function writeBestEffort(stdout: TerminalStreams['stdout'], text: string): void {
  try {
    writeSync(stdout.fd ?? STANDARD_OUTPUT, text);
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
  }
}
