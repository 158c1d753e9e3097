/**
 * The brain of the terminal front end: takes keys and events, keeps what is on the screen, sends
 * ops. Knows no framework; components draw its snapshot and nothing else.
 */
import { sanitizeLine } from '../platform/terminal-text.ts';
import type { Client, SessionPort } from '../session/port.ts';
import type { SessionState } from '../session/state.ts';
import { fullApprovalLines } from './approval/approval-lines.ts';
import { ApprovalPanel, type ApprovalView } from './approval/approval-panel.ts';
import { MessageEdit } from './chat/message-edit.ts';
import type { WrittenMessage } from './chat/outbox.ts';
import { QueueRecall } from './chat/queue-recall.ts';
import { SessionWatch } from './chat/session-watch.ts';
import type { Chat, ThemeSwitch } from './commands/command.ts';
import { CommandRunner, failureLines } from './commands/command-runner.ts';
import { parseInput } from './commands/commands.ts';
import { openModels } from './commands/model-commands.ts';
import { continueLast, retryLast } from './commands/turn-commands.ts';
import { ExitLadder } from './exit-ladder.ts';
import { FrameClock } from './frame/frame-clock.ts';
import type { Highlighter } from './highlight/highlighter.ts';
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
  /** What a tool waits for an answer to. */
  readonly approval: ApprovalView | undefined;
  /** What sending would do, where that is more than sending. */
  readonly note: string | undefined;
  /** One line of advice below the input, for the moment. */
  readonly hint: string | undefined;
  /** What can be done with the messages that wait. */
  readonly queueHint?: string | undefined;
  readonly branch: string | undefined;
  readonly clients: readonly Client[];
  /** The last frame: only what was said stays on the screen. */
  readonly isLeaving: boolean;
}
export interface ControllerOptions {
  readonly port: SessionPort;
  readonly services: TuiServices;
  /** The theme of what is drawn next; it may change while the program runs. */
  readonly theme: () => Theme;
  /** Colours code; without it code is plain. */
  readonly highlighter?: Highlighter;
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

export class ChatController {
  private readonly options: ControllerOptions;
  private readonly keymap: Keymap;
  private readonly transcript: Transcript;
  private readonly prompt: Prompt;
  private readonly pickers = new PickerControl(() => this.changed());
  private readonly approvals: ApprovalPanel;
  private readonly queueRecall: QueueRecall;
  private readonly clock = new FrameClock(() => this.changed());
  private readonly ladder = new ExitLadder((hint) => this.setHint(hint));
  private readonly watch: SessionWatch;
  private readonly runner: CommandRunner;
  private readonly edit = new MessageEdit();
  private readonly listeners = new Set<() => void>();
  /** In the order in which they are asked; what none of them uses is for the controller. */
  private readonly layers: readonly KeyLayer[];
  private snapshot: ChatSnapshot | undefined;
  private hint: string | undefined;
  private showsReasoning = false;
  private isLeaving = false;
  private isHeld = false;
  private isSubmitting = false;
  /** What keys do that belong to no layer. */
  private readonly reactions: Readonly<Partial<Record<KeyAction, () => void>>> = {
    stop: () => this.stop(),
    interrupt: () => this.interrupt(),
    'leave-or-delete': () => this.leave(),
    'switch-model': () => openModels(this.chat),
    'show-reasoning': () => this.toggleReasoning(),
    retry: () => this.runner.attempt(() => retryLast(this.chat)),
    continue: () => this.runner.attempt(() => continueLast(this.chat)),
    suspend: () => this.options.onSuspend?.(),
  };
  private readonly chat: Chat;
  private readonly keyOf = (action: KeyAction): string =>
    this.keymap.bindings.find((binding) => binding.action === action)?.keys[0] ?? `/${action}`;

  constructor(options: ControllerOptions) {
    this.options = options;
    this.keymap = createKeymap(options.settings.keys);
    this.transcript = this.createTranscript();
    this.prompt = this.createPrompt();
    this.approvals = this.createApprovals();
    this.queueRecall = this.createQueueRecall();
    this.chat = this.createChat();
    this.runner = new CommandRunner(this.chat);
    const { port, services, theme, screenKeys } = options;
    const screenLayers = screenKeys === undefined ? [] : [screenKeys];
    this.layers = [this.pickers, this.approvals, ...screenLayers, this.queueRecall, this.prompt];
    this.watch = new SessionWatch({
      port,
      services,
      transcript: this.transcript,
      theme,
      warnings: this.keymap.warnings,
      onChange: () => {
        this.queueRecall.look(port.getState());
        this.clock.request();
      },
      onSession: () => {
        this.edit.end();
        this.pickers.leaveConversation();
      },
      onHint: (hint) => this.setHint(hint),
    });
  }

  /** Loads what the first frame does not need. */
  async loadRest(): Promise<void> {
    // At once: Up may be the first key, and git takes its time with the branch.
    const history = this.options.services.history
      .load()
      .then((entries) => this.prompt.loadHistory(entries));
    await Promise.allSettled([history, this.watch.refreshBranch()]);
    this.changed();
  }

  /** Something outside has changed what is drawn: the theme, the place that is looked at. */
  refresh(): void {
    this.changed();
  }

  /** While held, everything that is drawn stays as it is; what happens is shown after it. */
  hold(isHeld: boolean): void {
    this.isHeld = isHeld;
    if (isHeld) this.getSnapshot();
    else this.changed();
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
      approval: this.approvals.view(),
      note: this.edit.note(),
      hint: this.hint,
      queueHint: this.queueRecall.hint(),
      branch: this.watch.branch(),
      clients: this.watch.clients(),
      isLeaving: this.isLeaving,
    };
    return this.snapshot;
  };

  /** Says something that is no event of the conversation. */
  tell(text: string): void {
    this.chat.say(text);
  }

  /** Puts what stands in the input where the next conversation finds it. */
  keepDraft(): Promise<void> {
    return this.prompt.keepDraft();
  }

  /** Ends all waiting; nothing is drawn any more. */
  dispose(): void {
    this.watch.stop();
    this.clock.stop();
    this.ladder.reset();
    this.pickers.close();
    this.runner.stop();
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

  /** Sends a message, or what an earlier one was changed into. */
  sendMessage(text: string, companions: Omit<WrittenMessage, 'text'> = {}): void {
    for (const op of this.edit.take({ text, ...companions })) this.watch.send(op);
  }

  private takeText(text: string): void {
    this.ladder.reset();
    this.layers.some((layer) => layer.takeText(text));
  }

  private takeKey({ name, typed }: Extract<Keystroke, { type: 'key' }>): void {
    const action = this.keymap.actionOf(name);
    if (action !== 'interrupt') this.ladder.reset();
    const press = { name, action, ...(typed === undefined ? {} : { typed }) };
    const isUsed = this.layers.some((layer) => layer.takeKey(press));
    this.isSubmitting = false;
    if (!isUsed && action !== undefined) this.reactions[action]?.();
  }

  /** Sends a message, or runs a command. False when there is no such command. */
  private submit({ kind, text, chips, images }: Draft): boolean {
    this.isSubmitting = true;
    this.hint = undefined;
    if (kind === 'command') {
      this.sendMessage(text, { kind });
      return true;
    }
    const parsed = parseInput(text);
    if (parsed.type === 'unknown') {
      const { name, nearest } = parsed;
      this.setHint(`There is no command /${name}. The nearest is /${nearest}; /help lists all.`);
      return false;
    }
    if (parsed.type === 'command') this.runner.run(parsed.command, parsed.argument);
    else this.sendMessage(text, { attachments: chips, images });
    return true;
  }

  // -------------------------------------------------------------------------------------- actions

  /** Escape: what a command still does, else the running turn. */
  private stop(): void {
    if (this.runner.stop()) this.setHint('Stopped.');
    else if (this.options.port.getState().running !== undefined) {
      this.watch.send({ type: 'cancel' });
    }
  }

  /** Ctrl+C: clear the input, else stop the turn, else leave with the second press. */
  private interrupt(): void {
    const isRunning = this.options.port.getState().running !== undefined;
    if (!this.prompt.isEmpty || isRunning) this.ladder.reset();
    if (!this.prompt.isEmpty) {
      this.edit.end();
      this.prompt.clear();
    } else if (isRunning) this.stop();
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

  private setHint(hint: string | undefined): void {
    this.hint = hint;
    this.changed();
  }

  private changed(): void {
    if (this.isHeld) return;
    this.snapshot = undefined;
    for (const listener of this.listeners) listener();
  }

  // ---------------------------------------------------------------------------------------- parts

  private createTranscript(): Transcript {
    const { columns, theme, services, highlighter } = this.options;
    return new Transcript({
      look: () => ({ theme: theme(), keyOf: this.keyOf }),
      columns,
      highlighter,
      showsReasoning: () => this.showsReasoning,
      countChange: (change) => services.countChange?.(change),
    });
  }

  private createPrompt(): Prompt {
    const { services, settings, initialInput, lendTerminal } = this.options;
    return new Prompt({
      services,
      settings,
      lendTerminal,
      initialText: initialInput ?? '',
      onChange: () => this.changed(),
      onEdit: () => {
        // What was sent is taken out of the input; the advice that came of it stays.
        if (!this.isSubmitting) this.hint = undefined;
      },
      onHint: (hint) => this.setHint(hint),
      onSubmit: (draft) => this.submit(draft),
    });
  }

  private createApprovals(): ApprovalPanel {
    return new ApprovalPanel({
      request: () => this.options.port.getState().approval,
      hasDraft: () => !this.prompt.isEmpty || this.prompt.view().popup !== undefined,
      onAnswer: (requestId, decision) => this.watch.send({ type: 'approve', requestId, decision }),
      onShowAll: (request) =>
        this.transcript.addLines(fullApprovalLines(request, this.options.theme())),
      now: () => performance.now(),
    });
  }

  private createQueueRecall(): QueueRecall {
    return new QueueRecall({
      port: this.options.port,
      isInputEmpty: () => this.prompt.isEmpty,
      key: () => this.keyOf('previous'),
      onTaken: (text, chips) => this.prompt.putBack(text, chips),
      onHint: (hint) => this.setHint(hint),
    });
  }

  private createChat(): Chat {
    const { port, services, themes, theme } = this.options;
    const print: Chat['print'] = (lines) => {
      this.transcript.addLines(lines);
      this.setHint(undefined);
    };
    return {
      services,
      themes,
      keymap: this.keymap,
      get theme() {
        return theme();
      },
      state: () => port.getState(),
      clients: () => port.getClients(),
      send: (op) => this.watch.send(op),
      print,
      say: (text) => print([plainLine(sanitizeLine(text), theme().muted)]),
      hint: (text) => this.setHint(text),
      fail: (error) => print(failureLines(error, theme())),
      openList: (request, filter) => {
        this.pickers.open(request, filter);
        this.changed();
      },
      printTurns: (from, to) => this.printTurns(from, to),
      editTurn: (index) => {
        this.prompt.setText(this.edit.begin(port.getState(), index));
        this.changed();
      },
      leave: () => this.leave(),
    };
  }

  private printTurns(from: number, to: number): void {
    const state = this.options.port.getState();
    const printed = this.createTranscript();
    printed.printTurns(state.turns.slice(from, to));
    this.transcript.addLines(printed.view().items.flatMap(({ lines }) => lines));
  }
}
