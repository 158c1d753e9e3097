/** The conversation drawn by the renderer on the alternate screen. */
import { render } from 'ink';
import { ResizeWatch } from '../frame/resize.ts';
import { RENDER_OPTIONS } from '../ink-screen.tsx';
import { openKeyboard } from '../input/keys/keyboard.ts';
import type { Screen, ScreenOptions } from '../screen.ts';
import { encodeLine } from '../styled-text.ts';
import { FullscreenApp } from './fullscreen-app.tsx';
import type { ScrollView } from './scroll-view.ts';

/** Lines of the conversation that stay on the usual screen. */
const FAREWELL_LINES = 12;

/** Draws the first frame before it returns. */
export function openFullscreen(options: ScreenOptions, scroll: ScrollView): Screen {
  const { controller, services, terminal, stderr, theme, loan } = options;
  const stdout = terminal.output;
  const keyboard = openKeyboard(terminal.input, controller);
  const { refreshSize } = terminal;
  // The renderer erases from its cursor upwards; where that is after a resize each terminal decides.
  const correction = () => '\x1b[H\x1b[J';
  const resize = new ResizeWatch({ stdout, refreshSize, correction });
  const unsubscribe = controller.subscribe(refreshSize);
  let isFirst = true;
  const instance = render(
    <FullscreenApp
      controller={controller}
      services={services}
      theme={theme}
      loan={loan}
      scroll={scroll}
    />,
    {
      ...RENDER_OPTIONS,
      stdin: keyboard.stdin,
      stdout: resize.stream,
      stderr,
      alternateScreen: true,
      onRender: () => {
        resize.endFrame();
        if (isFirst) options.onFirstFrame();
        isFirst = false;
      },
    },
  );
  const unfollow = resize.follow(instance);
  const closed = instance.waitUntilExit().then(() => {
    unfollow();
    unsubscribe();
    keyboard.close();
    const lines = scroll.lastLines(FAREWELL_LINES).map((line) => `${encodeLine(line)}\n`);
    stdout.write(`${lines.join('')}\nThe conversation is kept: zeke --continue goes on with it.\n`);
  });
  return {
    closed,
    close: () => instance.unmount(),
    retake: () => loan.lend(() => Promise.resolve()),
  };
}
