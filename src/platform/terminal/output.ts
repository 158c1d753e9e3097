/**
 * Standard output as the renderer has it. Notes which modes were switched on that must not be
 * switched off blindly: a pop of the keyboard protocol that nobody pushed takes it from the shell,
 * and leaving an alternate screen that was never entered moves the cursor.
 */

/** Modes are switched in writes of their own, and those are short. */
const MAX_MODE_CHARACTERS = 16;
const BEGIN_FRAME = '\x1b[?2026h';
const POP_KEYBOARD = '\x1b[<u';
const LEAVE_SCREEN = '\x1b[?1049l';
/** As the user had it: whether the wheel is arrow keys on a screen of its own. */
const WHEEL_BACK = '\x1b[?1007r';
const USUAL_CURSOR = '\x1b[0 q';
export interface TerminalOutput {
  /** The stream to draw on. */
  readonly stream: NodeJS.WriteStream;
  /** Switches off what has been switched on through the stream. */
  undoModes(): string;
  /** A frame may stand on the screen, with the cursor in it. */
  hasFrame(): boolean;
  /** From here on nothing is written: a renderer that cleans up after a crash is too late. */
  close(): void;
}

/** The stream with an eye on it. Everything else is as in the real one. */
export function watchModes(stdout: NodeJS.WriteStream): TerminalOutput {
  let keyboardPushes = 0;
  let isOnOwnScreen = false;
  let hasCursorShape = false;
  let hasFrame = false;
  let isClosed = false;
  const note = (text: string) => {
    if (/^\x1b\[>\d+u$/.test(text)) keyboardPushes += 1;
    else if (text === POP_KEYBOARD) keyboardPushes = Math.max(0, keyboardPushes - 1);
    else if (text === '\x1b[?1049h') isOnOwnScreen = true;
    else if (text === LEAVE_SCREEN) isOnOwnScreen = false;
    else if (/^\x1b\[\d* q$/.test(text)) hasCursorShape = text !== USUAL_CURSOR;
  };
  const write = (chunk: unknown, ...rest: unknown[]): boolean => {
    if (isClosed) {
      for (const part of rest) if (typeof part === 'function') part();
      return true;
    }
    if (typeof chunk === 'string' && chunk.startsWith(BEGIN_FRAME)) hasFrame = true;
    if (typeof chunk === 'string' && chunk.length <= MAX_MODE_CHARACTERS) note(chunk);
    return Reflect.apply(stdout.write, stdout, [chunk, ...rest]);
  };
  const stream = new Proxy(stdout, {
    get(target, name) {
      if (name === 'write') return write;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return {
    stream,
    hasFrame: () => hasFrame && !isOnOwnScreen,
    close: () => {
      isClosed = true;
    },
    undoModes: () =>
      POP_KEYBOARD.repeat(keyboardPushes) +
      (hasCursorShape ? USUAL_CURSOR : '') +
      (isOnOwnScreen ? WHEEL_BACK + LEAVE_SCREEN : ''),
  };
}
