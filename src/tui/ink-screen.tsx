/** The conversation drawn by the renderer: inline, above the terminal's own scrollback. */
import { type RenderOptions, render } from 'ink';
import { App } from './app.tsx';
import { ReflowGuard } from './frame/reflow-guard.ts';
import { ResizeWatch } from './frame/resize.ts';
import { openKeyboard } from './input/keys/keyboard.ts';
import type { Screen, ScreenOptions } from './screen.ts';

/** What every screen of the renderer wants of it. */
export const RENDER_OPTIONS = {
  exitOnCtrlC: false,
  patchConsole: false,
  // The library would print nothing but the last frame where the variable CI is set.
  interactive: true,
  incrementalRendering: true,
  // The frames of an answer have a clock of their own. The renderer's would hold back what is typed
  // for as long as the frame before it lasts.
  maxFps: 1000,
  kittyKeyboard: {
    mode: 'auto',
    // With the other one: Alt+< is no Alt+Shift+comma then, whatever the keyboard looks like.
    flags: ['disambiguateEscapeCodes', 'reportAlternateKeys'],
  },
} satisfies RenderOptions;

/** Draws the first frame before it returns. */
export function openInkScreen(options: ScreenOptions): Screen {
  const { controller, services, terminal, stderr, theme, loan } = options;
  const stdout = terminal.output;
  const guard = new ReflowGuard(options.env);
  const { refreshSize } = terminal;
  const resize = new ResizeWatch({
    stdout,
    refreshSize,
    correction: (isWrittenAfter) => guard.correction(stdout.columns, isWrittenAfter),
  });
  const keyboard = openKeyboard(terminal.input, controller);
  // Before a frame is laid out, because the news of another size may be late.
  const unsubscribe = controller.subscribe(refreshSize);
  let isFirst = true;
  const app = (
    <App controller={controller} services={services} theme={theme} guard={guard} loan={loan} />
  );
  // tmux puts into its history what is erased from the first row on.
  if (options.env.TMUX !== undefined) stdout.write('\r\n');
  const instance = render(app, {
    ...RENDER_OPTIONS,
    stdin: keyboard.stdin,
    stdout: resize.stream,
    stderr,
    onRender: () => {
      guard.markDrawn();
      resize.endFrame();
      if (isFirst) options.onFirstFrame();
      isFirst = false;
    },
  });
  const unfollow = resize.follow(instance);
  const closed = instance.waitUntilExit().finally(() => {
    unfollow();
    unsubscribe();
    keyboard.close();
  });
  return {
    closed,
    close: () => instance.unmount(),
    retake: () =>
      loan.lend(
        () => Promise.resolve(),
        () => stdout.write(guard.room(stdout.rows)),
      ),
  };
}
