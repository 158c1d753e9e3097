/** Starts the terminal front end and runs it until the user leaves. */
import type { Environment } from '../platform/env.ts';
import { type Job, watchJob } from '../platform/terminal/job.ts';
import type { TerminalReport } from '../platform/terminal/replies.ts';
import type { Terminal } from '../platform/terminal/terminal.ts';
import { ChatController } from './controller.ts';
import { ScrollView } from './fullscreen/scroll-view.ts';
import { Highlighter } from './highlight/highlighter.ts';
import { openInkScreen } from './ink-screen.tsx';
import { deferSession, type TuiSession } from './pending-session.ts';
import type { Screen, ScreenOptions } from './screen.ts';
import type { TuiSettings } from './settings.ts';
import { type OwnModes, ownModes, TerminalLoan } from './terminal-loan.ts';
import { canAskBackground, ThemeState } from './themes.ts';
import { TurnNotifier } from './turn-notifier.ts';

export interface TuiOptions {
  readonly terminal: Terminal;
  readonly stderr: NodeJS.WriteStream;
  readonly env: Environment;
  readonly settings: TuiSettings;
  /** Ends the front end from outside: a signal, a terminal that is gone. */
  readonly signal: AbortSignal;
  /**
   * Opens the conversation; called after the first frame, so that nothing delays the prompt. What it
   * has to say of that, also later when another host is looked for, it tells.
   */
  readonly openSession: (tell: (text: string) => void) => Promise<TuiSession>;
  /** Sent at once. */
  readonly initialPrompt?: string;
  /** Stands in the input at the start. */
  readonly initialInput?: string;
}

const DEFAULT_COLUMNS = 80;

/**
 * Resolves when the user has left or `signal` was aborted, with everything drawn.
 * Whoever opened the conversation closes it. Rejects with the reason when the conversation could not be opened.
 */
export function startTui(options: TuiOptions): Promise<void> {
  return new TuiRun(options).run();
}

class TuiRun {
  private readonly options: TuiOptions;
  private readonly opening = Promise.withResolvers<TuiSession>();
  private readonly parts = deferSession(this.opening.promise);
  private readonly loan: TerminalLoan;
  private readonly themes: ThemeState;
  private readonly controller: ChatController;
  private readonly notifier: TurnNotifier;
  private readonly job: Job;
  /** Modes that only some settings need. */
  private readonly modes: OwnModes;
  private readonly highlighter = new Highlighter();
  /** Only with a screen of our own. */
  private readonly scroll: ScrollView | undefined;
  private screen: Screen | undefined;
  private session: TuiSession | undefined;
  private failure: { readonly error: unknown } | undefined;

  constructor(options: TuiOptions) {
    this.options = options;
    const { settings, env, terminal } = options;
    const write = (text: string) => terminal.output.write(text);
    if (settings.fullscreen && !settings.screenReader) {
      this.scroll = new ScrollView(() => this.controller.refresh());
    }
    this.modes = ownModes(settings);
    this.loan = new TerminalLoan({
      write,
      modes: this.modes,
      onHold: (isHeld) => this.controller.hold(isHeld),
    });
    this.themes = new ThemeState(env, settings.theme, () => this.controller.refresh());
    this.controller = new ChatController({
      ...this.parts,
      settings,
      theme: this.themes.get,
      themes: this.themes,
      columns: () => terminal.output.columns || DEFAULT_COLUMNS,
      highlighter: this.highlighter,
      initialInput: options.initialInput ?? '',
      onLeave: this.leave,
      onSuspend: () => void this.suspend(),
      lendTerminal: this.loan.lend,
      ...(this.scroll === undefined ? {} : { screenKeys: this.scroll }),
    });
    this.notifier = new TurnNotifier({
      notify: settings.notify,
      write,
      now: () => performance.now(),
      isAlways: settings.screenReader,
    });
    this.job = watchJob({
      onStop: () => void this.suspend(),
      onContinue: () => void this.screen?.retake(),
    });
  }

  async run(): Promise<void> {
    const { terminal, signal } = this.options;
    const unsubscribe = [
      terminal.subscribe((report) => this.takeReport(report)),
      this.parts.port.subscribe((events) => this.notifier.take(events)),
    ];
    this.screen = await this.openScreen();
    signal.addEventListener('abort', this.leave, { once: true });
    if (signal.aborted) this.leave();
    setImmediate(() => this.open());
    await this.screen.closed;
    this.job.close();
    if (this.modes.off !== '') terminal.output.write(this.modes.off);
    for (const end of unsubscribe) end();
    signal.removeEventListener('abort', this.leave);
    if (this.failure === undefined) await this.controller.keepDraft();
    this.controller.dispose();
    if (this.failure !== undefined) throw this.failure.error;
  }

  /** The usual one at once: nothing may delay its first paint. */
  private openScreen(): Screen | Promise<Screen> {
    const { scroll } = this;
    const options = this.screenOptions();
    if (this.options.settings.screenReader) {
      return import('./screen-reader/screen-reader.ts').then((screen) =>
        screen.openScreenReader(options),
      );
    }
    if (scroll === undefined) return openInkScreen(options);
    return import('./fullscreen/fullscreen-screen.tsx').then((screen) =>
      screen.openFullscreen(options, scroll),
    );
  }

  private open(): void {
    const { openSession, initialPrompt } = this.options;
    const languages = this.highlighter.load();
    openSession((text) => this.controller.tell(text))
      .then(async (session) => {
        // A conversation that goes on is drawn at once, with the code in it in colours.
        const { turns, running } = session.port.getState();
        if (turns.length > 0 || running !== undefined) await languages;
        return session;
      })
      .then(this.opening.resolve, this.opening.reject);
    this.opening.promise.then(
      (session) => {
        this.session = session;
        void this.controller.loadRest();
      },
      (error) => {
        this.failure = { error };
        this.leave();
      },
    );
    if (initialPrompt !== undefined) this.controller.sendMessage(initialPrompt);
  }

  /** Later, because a key or an event may still be on its way through the renderer. */
  private readonly leave = (): void => {
    setImmediate(() => this.screen?.close());
  };

  /** Back to the shell, with the whole job stopped, until somebody says go on. */
  private suspend(): Promise<void> {
    return this.loan.lend(async () => {
      await this.session?.suspend?.();
      await this.job.stop();
      // Ended while it was stopped: the terminal is not taken again.
      if (this.options.signal.aborted) await this.screen?.closed;
      else await this.session?.resume?.();
    });
  }

  private takeReport(report: TerminalReport): void {
    if (report.type === 'background') this.themes.setBackground(report);
    else if (report.type === 'focus') this.notifier.setFocus(report.isFocused);
    else if (report.type === 'wheel') this.scroll?.move(report.direction === 'up' ? -3 : 3);
  }

  private screenOptions(): ScreenOptions {
    const { terminal, stderr, env, settings } = this.options;
    return {
      controller: this.controller,
      services: this.parts.services,
      terminal,
      stderr,
      env,
      settings,
      theme: this.themes.get,
      loan: this.loan,
      onFirstFrame: () => {
        if (this.modes.on !== '') terminal.output.write(this.modes.on);
        if (canAskBackground(env)) terminal.askBackground();
      },
    };
  }
}
