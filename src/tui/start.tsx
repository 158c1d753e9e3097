/** Starts the terminal front end and runs it until the user leaves. */
import { type Instance, render } from 'ink';
import type { Environment } from '../platform/env.ts';
import { App } from './app.tsx';
import { ChatController } from './controller.ts';
import { ReflowGuard } from './frame/reflow-guard.ts';
import { openKeyboard } from './input/keys/keyboard.ts';
import { deferSession, type TuiSession } from './pending-session.ts';
import type { TuiSettings } from './settings.ts';
import { chooseTheme } from './theme/theme.ts';

export interface TuiOptions {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: Environment;
  readonly settings: TuiSettings;
  /** Ends the front end from outside: a signal, a terminal that is gone. */
  readonly signal: AbortSignal;
  /** Opens the conversation; called after the first frame, so that nothing delays the prompt. */
  readonly openSession: () => Promise<TuiSession>;
  /** Sent at once. */
  readonly initialPrompt?: string;
  /** Stands in the input at the start. */
  readonly initialInput?: string;
}

const MAX_FPS = 30;
const DEFAULT_COLUMNS = 80;

/**
 * Resolves when the user has left or `signal` was aborted, with everything drawn.
 * Whoever opened the conversation closes it. Rejects with the reason when the conversation could not be opened.
 */
export async function startTui(options: TuiOptions): Promise<void> {
  const { stdin, stdout, stderr, signal } = options;
  const opening = Promise.withResolvers<TuiSession>();
  const { port, services } = deferSession(opening.promise);
  const theme = chooseTheme(options.env);
  let instance: Instance | undefined;
  // Later, because a key or an event may still be on its way through the renderer.
  const leave = () => setImmediate(() => instance?.unmount());
  const controller = new ChatController({
    port,
    services,
    settings: options.settings,
    theme: () => theme,
    columns: () => stdout.columns || DEFAULT_COLUMNS,
    initialInput: options.initialInput ?? '',
    onLeave: leave,
  });
  const guard = new ReflowGuard(options.env);
  const app = <App controller={controller} services={services} theme={theme} guard={guard} />;
  const keyboard = openKeyboard(stdin, controller);
  instance = render(app, {
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
    onRender: () => guard.markDrawn(),
  });
  const beforeResize = () => stdout.write(guard.correction(stdout.columns));
  // Before the renderer's own listener, which erases the old frame.
  stdout.prependListener('resize', beforeResize);
  signal.addEventListener('abort', leave, { once: true });
  if (signal.aborted) leave();
  let failure: { readonly error: unknown } | undefined;
  setImmediate(() => options.openSession().then(opening.resolve, opening.reject));
  opening.promise.then(
    () => void controller.loadRest(),
    (error) => {
      failure = { error };
      leave();
    },
  );
  if (options.initialPrompt !== undefined) controller.sendMessage(options.initialPrompt);
  await instance.waitUntilExit();
  stdout.off('resize', beforeResize);
  signal.removeEventListener('abort', leave);
  keyboard.close();
  controller.dispose();
  if (failure !== undefined) throw failure.error;
}
