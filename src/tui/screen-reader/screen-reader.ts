/** The conversation as plain lines, for who hears or feels the screen. */
import { openKeyboard } from '../input/keys/keyboard.ts';
import type { Screen, ScreenOptions } from '../screen.ts';
import { LinePrinter } from './line-printer.ts';

/** Pastes come as pastes. The only mode that is switched: nothing of it is seen. */
const PASTE_MARKS = { on: '\x1b[?2004h', off: '\x1b[?2004l' } as const;

/** Says that it is ready before it returns. */
export function openScreenReader(options: ScreenOptions): Screen {
  const { controller, terminal, theme, loan } = options;
  const { input, output } = terminal;
  const closing = Promise.withResolvers<void>();
  const printer = new LinePrinter({ write: (text) => output.write(text), theme });
  const keyboard = openKeyboard(input, controller);
  const read = () => void keyboard.stdin.read();
  const update = () => printer.update(controller.getSnapshot());
  output.write(PASTE_MARKS.on);
  printer.print(['Zeke. Type a message and press Enter; /help lists keys and commands.']);
  const unsubscribe = controller.subscribe(update);
  input.on('readable', read);
  loan.attach(async (work) => {
    output.write(PASTE_MARKS.off);
    input.setRawMode(false);
    await work();
    input.setRawMode(true);
    output.write(PASTE_MARKS.on);
  });
  return {
    closed: closing.promise,
    close: () => {
      update();
      unsubscribe();
      keyboard.close();
      input.off('readable', read);
      input.setRawMode(false);
      output.write(PASTE_MARKS.off);
      printer.print(['The conversation is kept: zeke --continue goes on with it.']);
      closing.resolve();
    },
    retake: () => loan.lend(() => Promise.resolve()),
  };
}
