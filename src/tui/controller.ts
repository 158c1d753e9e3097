/**
 * The brain of the terminal front end: takes keys and events, keeps what is on the screen, sends
 * ops. Knows no framework; components draw its snapshot and nothing else.
 */
import { sanitizeLine } from '../platform/terminal-text.ts';
import type { Attachment } from '../session/ops.ts';
import type { SessionPort } from '../session/port.ts';
import type { SessionState } from '../session/state.ts';
import { type CommandContext, parseInput } from './commands/commands.ts';
import { helpLines } from './commands/help-lines.ts';
import { ExitLadder } from './exit-ladder.ts';
import { FrameClock } from './frame/frame-clock.ts';
import { mentionsIn } from './input/completion.ts';
import type { Keystroke } from './input/keystrokes.ts';
import { type Draft, Prompt, type PromptView } from './input/prompt.ts';
import type { KeyLayer } from './key-layer.ts';
import { createKeymap, type KeyAction, type Keymap } from './keymap.ts';
import type { PickerState } from './picker/picker.ts';
import { PickerControl } from './picker/picker-control.ts';
import type { TuiServices } from './services.ts';
import type { TuiSettings } from './settings.ts';
import { plainLine } from './styled-text.ts';
import type { Theme } from './theme/theme.ts';
import { Transcript, type TranscriptView } from './transcript/transcript.ts';

export interface ChatSnapshot {
  readonly view: TranscriptView;
  readonly state: SessionState;
  readonly prompt: PromptView;
  readonly picker: PickerState | undefined;
  /** One line of advice below the input, for the moment. */
  readonly hint: string | undefined;
  readonly branch: string | undefined;
  /** The last frame: only what was said stays on the screen. */
  readonly isLeaving: boolean;
}
export interface ControllerOptions {
  readonly port: SessionPort;
  readonly services: TuiServices;
  /** The theme of what is drawn next; it may change while the program runs. */
  readonly theme: () => Theme;
  /** Chooses another theme; absent where there is only one. */
  readonly themes?: ThemeSwitch;
  readonly columns: () => number;
  readonly settings: TuiSettings;
  /** Keys that a screen uses for itself, such as scrolling; asked before the input. */
  readonly screenKeys?: KeyLayer;
  /** Back to the shell until it says go on. */
  readonly onSuspend?: () => void;
  /** Lends the terminal to another program, an editor say, and draws anew after it. */
  readonly lendTerminal?: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** Stands in the input at the start. */
  readonly initialInput?: string;
  readonly onLeave: () => void;
}

/** The themes there are, and the way to change to one. */
export interface ThemeSwitch {
  /** `auto` among them. */
  names(): readonly string[];
  current(): string;
  /** Everything that is drawn from now on has this theme. */
  choose(name: string): void;
}

export class ChatController {
  private readonly options: ControllerOptions;
  private readonly keymap: Keymap;
  private readonly transcript: Transcript;
  private readonly prompt: Prompt;
  private readonly pickers: PickerControl;
  private readonly clock: FrameClock;
  private readonly ladder: ExitLadder;
  private readonly listeners = new Set<() => void>();
  /** In the order in which they are asked; what none of them uses is for the controller. */
  private readonly layers: readonly KeyLayer[];
  private snapshot: ChatSnapshot | undefined;
  private branch: string | undefined;
  private hint: string | undefined;
  private showsReasoning = false;
  /** The first session needs no heading, the others no banner. */
  private hasOpened = false;
  private isLeaving = false;
  private readonly unsubscribe: () => void;
  /** What keys do that belong to no layer. */
  private readonly reactions: Readonly<Partial<Record<KeyAction, () => void>>> = {
    stop: () => this.stop(),
    interrupt: () => this.interrupt(),
    'leave-or-delete': () => this.leave(),
    'switch-model': () => this.pickers.openModels(this.options.port.getState().model),
    'show-reasoning': () => this.toggleReasoning(),
    suspend: () => this.options.onSuspend?.(),
  };

  constructor(options: ControllerOptions) {
    this.options = options;
    this.keymap = createKeymap(options.settings.keys);
    const { port, services, columns } = options;
    this.transcript = new Transcript({
      theme: options.theme,
      columns,
      showsReasoning: () => this.showsReasoning,
    });
    this.clock = new FrameClock(() => this.changed());
    this.prompt = new Prompt({
      services,
      settings: options.settings,
      initialText: options.initialInput ?? '',
      onChange: () => this.changed(),
      onEdit: () => {
        this.hint = undefined;
      },
      onSubmit: (draft) => this.submit(draft),
    });
    this.pickers = new PickerControl(services, {
      onChange: () => this.changed(),
      onChoice: (choice) => this.takeChoice(choice),
    });
    const { screenKeys } = options;
    this.layers = [this.pickers, ...(screenKeys === undefined ? [] : [screenKeys]), this.prompt];
    this.ladder = new ExitLadder((hint) => this.setHint(hint));
    this.unsubscribe = port.subscribe((events, state) => {
      if (events.length === 0) this.openSession(state);
      else this.transcript.apply(events);
      this.clock.request();
    });
    if (port.getState().sessionId !== '') this.openSession(port.getState());
  }

  /** Loads what the first frame does not need. */
  async loadRest(): Promise<void> {
    const { services } = this.options;
    const [history, branch] = await Promise.allSettled([
      services.history.load(),
      services.gitBranch?.(),
    ]);
    if (history.status === 'fulfilled') this.prompt.loadHistory(history.value);
    if (branch.status === 'fulfilled') this.branch = branch.value;
    this.changed();
  }

  /** Something outside has changed what is drawn: the theme, the place that is looked at. */
  refresh(): void {
    this.changed();
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  getSnapshot = (): ChatSnapshot => {
    this.snapshot ??= {
      view: this.transcript.view(),
      state: this.options.port.getState(),
      prompt: this.prompt.view(),
      picker: this.pickers.current(),
      hint: this.hint,
      branch: this.branch,
      isLeaving: this.isLeaving,
    };
    return this.snapshot;
  };

  /** Ends all waiting; nothing is drawn any more. */
  dispose(): void {
    this.unsubscribe();
    this.clock.stop();
    this.ladder.reset();
    this.pickers.close();
    this.listeners.clear();
  }

  // ---------------------------------------------------------------------------------------- input

  takeStrokes(strokes: readonly Keystroke[]): void {
    for (const stroke of strokes) {
      if (stroke.type === 'key') this.takeKey(stroke);
      else if (stroke.type === 'paste') this.layers.some((layer) => layer.takePaste(stroke.text));
      else this.takeText(stroke.text);
    }
    this.changed();
  }

  takePaste(text: string): void {
    this.layers.some((layer) => layer.takePaste(text));
    this.changed();
  }

  setPickerFilter(filter: string): void {
    this.pickers.setFilter(filter);
    this.changed();
  }

  /** Sends a message; files named in it with `@` go along. */
  sendMessage(text: string, attachments: readonly Attachment[] = []): void {
    const mentions = mentionsIn(text);
    const extras = {
      ...(mentions.length > 0 ? { mentions } : {}),
      ...(attachments.length > 0 ? { attachments } : {}),
    };
    this.options.port.send({ type: 'send', message: { text, ...extras } });
  }

  private takeText(text: string): void {
    this.ladder.reset();
    this.layers.some((layer) => layer.takeText(text));
  }

  private takeKey({ name, typed }: Extract<Keystroke, { type: 'key' }>): void {
    const action = this.keymap.actionOf(name);
    if (action !== 'interrupt') this.ladder.reset();
    const press = { name, action, ...(typed === undefined ? {} : { typed }) };
    if (this.layers.some((layer) => layer.takeKey(press))) return;
    if (action !== undefined) this.reactions[action]?.();
  }

  /** Sends a message, or runs a command. False when there is no such command. */
  private submit({ text, chips }: Draft): boolean {
    const parsed = parseInput(text);
    if (parsed.type === 'unknown') {
      this.setHint(`There is no command /${parsed.name}. /help lists them.`);
      return false;
    }
    if (parsed.type === 'command') parsed.command.run(this.commands(), parsed.argument);
    else this.sendMessage(text, chips);
    return true;
  }

  private takeChoice(choice: { readonly kind: PickerState['kind']; readonly id: string }): void {
    if (choice.kind === 'model') this.switchModel(choice.id);
    else this.options.port.send({ type: 'open-session', sessionId: choice.id });
  }

  // -------------------------------------------------------------------------------------- actions

  private stop(): void {
    if (this.options.port.getState().running !== undefined) {
      this.options.port.send({ type: 'cancel' });
    }
  }

  /** Ctrl+C: clear the input, else stop the turn, else leave with the second press. */
  private interrupt(): void {
    const isRunning = this.options.port.getState().running !== undefined;
    if (!this.prompt.isEmpty || isRunning) this.ladder.reset();
    if (!this.prompt.isEmpty) this.prompt.clear();
    else if (isRunning) this.stop();
    else if (this.ladder.press()) this.leave();
  }

  private leave(): void {
    if (this.isLeaving) return;
    this.isLeaving = true;
    this.changed();
    this.options.onLeave();
  }

  private toggleReasoning(): void {
    this.showsReasoning = !this.showsReasoning;
    this.setHint(this.showsReasoning ? 'Reasoning is shown.' : 'Reasoning is folded.');
  }

  private switchModel(model: string): void {
    this.options.port.send({ type: 'switch-model', model });
    const isRunning = this.options.port.getState().running !== undefined;
    const when = isRunning ? ' after this answer' : '';
    this.setHint(`The next message goes to ${sanitizeLine(model)}${when}.`);
  }

  private commands(): CommandContext {
    const { port, theme } = this.options;
    return {
      showHelp: () => this.transcript.addLines(helpLines(theme())),
      openModelPicker: () => this.pickers.openModels(port.getState().model),
      switchModel: (model) => this.switchModel(model),
      clearContext: () => port.send({ type: 'clear' }),
      newSession: () => port.send({ type: 'open-session' }),
      openSessionPicker: () => this.pickers.openSessions(port.getState().sessionId),
      leave: () => this.leave(),
    };
  }

  private openSession(state: SessionState): void {
    const { services } = this.options;
    const theme = this.options.theme();
    const title = sanitizeLine(state.title) || 'A new session.';
    this.transcript.open(state, this.hasOpened ? [plainLine(title, theme.heading)] : []);
    if (this.hasOpened) return;
    this.hasOpened = true;
    const lines = [...services.bannerLines, ...this.keymap.warnings];
    const banner = lines.map((line) => plainLine(sanitizeLine(line), theme.muted));
    if (banner.length > 0) this.transcript.addLines(banner);
  }

  private setHint(hint: string | undefined): void {
    this.hint = hint;
    this.changed();
  }

  private changed(): void {
    this.snapshot = undefined;
    for (const listener of this.listeners) listener();
  }
}
