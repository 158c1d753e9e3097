/** The conversation drawn by the renderer: inline, above the terminal's own scrollback. */
import { render } from 'ink';
import { App } from './app.tsx';
import { ReflowGuard } from './frame/reflow-guard.ts';
import { openKeyboard } from './input/keys/keyboard.ts';
import type { Screen, ScreenOptions } from './screen.ts';

const MAX_FPS = 30;

/** Draws the first frame before it returns. */
export function openInkScreen(options: ScreenOptions): Screen {
  const { controller, services, terminal, stderr, theme, loan } = options;
  const stdout = terminal.output;
  const guard = new ReflowGuard(options.env);
  const keyboard = openKeyboard(terminal.input, controller);
  let isFirst = true;
  const app = (
    <App controller={controller} services={services} theme={theme} guard={guard} loan={loan} />
  );
  const instance = render(app, {
    stdin: keyboard.stdin,
    stdout,
    stderr,
    exitOnCtrlC: false,
    patchConsole: false,
    // The library would print nothing but the last frame where the variable CI is set.
    interactive: true,
    incrementalRendering: true,
    maxFps: MAX_FPS,
    kittyKeyboard: {
      mode: 'auto',
      // With the other one: Alt+< is no Alt+Shift+comma then, whatever the keyboard looks like.
      flags: ['disambiguateEscapeCodes', 'reportAlternateKeys'],
    },
    onRender: () => {
      guard.markDrawn();
      if (isFirst) options.onFirstFrame();
      isFirst = false;
    },
  });
  const beforeResize = () => stdout.write(guard.correction(stdout.columns));
  // Before the renderer's own listener, which erases the old frame.
  stdout.prependListener('resize', beforeResize);
  const closed = instance.waitUntilExit().finally(() => {
    stdout.off('resize', beforeResize);
    keyboard.close();
  });
  return {
    closed,
    close: () => instance.unmount(),
    retake: async () => {
      stdout.write(guard.room(stdout.rows));
      await loan.lend(() => Promise.resolve());
    },
  };
}
