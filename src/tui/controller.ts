/**
 * The brain of the terminal front end: takes keys and events, keeps what is on the screen, sends
 * ops. Knows no framework; components draw its snapshot and nothing else.
 */
import { sanitizeLine, sanitizeText } from '../platform/terminal-text.ts';
import type { Attachment } from '../session/ops.ts';
import type { SessionPort } from '../session/port.ts';
import type { SessionState } from '../session/state.ts';
import { type CommandContext, parseInput } from './commands.ts';
import { ExitLadder } from './exit-ladder.ts';
import { FrameClock } from './frame-clock.ts';
import { helpLines } from './help-lines.ts';
import { Completer, type Popup } from './input/completer.ts';
import { mentionsIn } from './input/completion.ts';
import * as edit from './input/editor.ts';
import * as recall from './input/input-recall.ts';
import type { Keystroke } from './input/keystrokes.ts';
import { actionOf, type KeyAction } from './keymap.ts';
import type { PickerState } from './picker/picker.ts';
import { PickerControl } from './picker/picker-control.ts';
import type { TuiServices } from './services.ts';
import { plainLine } from './styled-text.ts';
import type { Theme } from './theme.ts';
import { Transcript, type TranscriptView } from './transcript/transcript.ts';

export interface ChatSnapshot {
  readonly view: TranscriptView;
  readonly state: SessionState;
  readonly editor: edit.EditorState;
  readonly popup: Popup | undefined;
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
  readonly theme: Theme;
  readonly columns: () => number;
  /** Stands in the input at the start. */
  readonly initialInput?: string;
  readonly onLeave: () => void;
}

/** Keys that only change the text. */
const CHANGES: Readonly<Partial<Record<KeyAction, (state: edit.EditorState) => edit.EditorState>>> =
  {
    'new-line': (state) => edit.insert(state, '\n'),
    left: edit.moveLeft,
    right: edit.moveRight,
    'word-left': edit.moveWordLeft,
    'word-right': edit.moveWordRight,
    'line-start': edit.moveLineStart,
    'line-end': edit.moveLineEnd,
    'delete-left': edit.deleteLeft,
    'delete-right': edit.deleteRight,
    'cut-word-left': edit.cutWordLeft,
    'cut-part-left': edit.cutPartLeft,
    'cut-part-right': edit.cutPartRight,
    'cut-line-start': edit.cutLineStart,
    'cut-line-end': edit.cutLineEnd,
    'put-back': edit.putBack,
  };

export class ChatController {
  private readonly options: ControllerOptions;
  private readonly transcript: Transcript;
  private readonly completer: Completer;
  private readonly pickers: PickerControl;
  private readonly clock: FrameClock;
  private readonly ladder: ExitLadder;
  private readonly listeners = new Set<() => void>();
  private snapshot: ChatSnapshot | undefined;
  private editor = edit.EMPTY_EDITOR;
  private recall = recall.EMPTY_RECALL;
  private branch: string | undefined;
  private hint: string | undefined;
  private showsReasoning = false;
  /** The first session needs no heading, the others no banner. */
  private hasOpened = false;
  private isLeaving = false;
  private readonly unsubscribe: () => void;
  /** Keys that do more than change the text. */
  private readonly reactions: Readonly<Partial<Record<KeyAction, () => void>>> = {
    send: () => this.takeEnter(),
    stop: () => this.stop(),
    interrupt: () => this.interrupt(),
    'leave-or-delete': () => this.leaveOrDelete(),
    previous: () => this.goPrevious(),
    next: () => this.goNext(),
    'switch-model': () => this.pickers.openModels(this.options.port.getState().model),
    'show-reasoning': () => this.toggleReasoning(),
  };

  constructor(options: ControllerOptions) {
    this.options = options;
    const { port, services, theme, columns } = options;
    this.editor = edit.setText(edit.EMPTY_EDITOR, options.initialInput ?? '');
    this.transcript = new Transcript({
      theme,
      columns,
      showsReasoning: () => this.showsReasoning,
    });
    this.clock = new FrameClock(() => this.changed());
    this.completer = new Completer(services, () => this.changed());
    this.pickers = new PickerControl(services, () => this.changed());
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
    if (history.status === 'fulfilled') {
      this.recall = recall.loadEntries(this.recall, history.value);
    }
    if (branch.status === 'fulfilled') this.branch = branch.value;
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
      editor: this.editor,
      popup: this.completer.current(),
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
      if (stroke.type === 'key') this.takeKey(stroke.name);
      else this.takeText(stroke.text);
    }
    this.changed();
  }

  private takeText(text: string): void {
    this.ladder.reset();
    // While a list is open its filter has the text.
    if (this.pickers.current() !== undefined) return;
    this.edit(edit.insert(this.editor, sanitizeText(text)));
  }

  takePaste(text: string): void {
    if (this.pickers.current() !== undefined) return;
    this.edit(edit.paste(this.editor, text));
    this.changed();
  }

  setPickerFilter(filter: string): void {
    this.pickers.setFilter(filter);
    this.changed();
  }

  /** Sends a message, or runs a command. */
  submit(): void {
    const text = this.editor.text.trim();
    if (text === '') return;
    const parsed = parseInput(text);
    if (parsed.type === 'unknown') {
      this.setHint(`There is no command /${parsed.name}. /help lists them.`);
      return;
    }
    const written = this.expandedText();
    this.recall = recall.remember(this.recall, written);
    // A history that cannot be written is no reason to stop; the entry is kept for this session.
    this.options.services.history.append(written).catch(() => undefined);
    const chips = edit.usedChips(this.editor);
    this.edit(edit.clear(this.editor));
    if (parsed.type === 'command') parsed.command.run(this.commands(), parsed.argument);
    else this.sendMessage(text, chips);
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

  private takeKey(name: string): void {
    const action = actionOf(name);
    if (action !== 'interrupt') this.ladder.reset();
    if (action === undefined) return;
    if (this.pickers.current() !== undefined) this.takePickerAction(action);
    else if (!this.takePopupAction(action)) this.takeAction(action);
  }

  private takeAction(action: KeyAction): void {
    const change = CHANGES[action];
    if (change !== undefined) this.edit(change(this.editor));
    else this.reactions[action]?.();
  }

  private takeEnter(): void {
    const { text, cursor } = this.editor;
    if (text[cursor - 1] !== '\\') this.submit();
    else this.edit(edit.replace(this.editor, { start: cursor - 1, end: cursor }, '\n'));
  }

  /** True when the list of completions used the key. */
  private takePopupAction(action: KeyAction): boolean {
    const popup = this.completer.current();
    if (popup === undefined) return false;
    if (action === 'previous' || action === 'next') {
      this.completer.move(action);
      return true;
    }
    if (action === 'stop') {
      this.completer.dismiss(this.editor);
      return true;
    }
    if (action !== 'complete' && action !== 'send') return false;
    const accepted = this.completer.accept(this.editor);
    const isWhole = accepted.text.trim() === this.editor.text.trim();
    this.edit(accepted);
    // Enter on a command that is complete runs it; otherwise it takes the choice first.
    const isRunnable = popup.target.kind === 'command' && !accepted.text.endsWith(' ');
    return action === 'complete' || !(isWhole || isRunnable);
  }

  private takePickerAction(action: KeyAction): void {
    if (action === 'stop' || action === 'interrupt') this.pickers.close();
    else if (action === 'previous' || action === 'next') this.pickers.move(action);
    else if (action === 'send') this.takeChoice();
  }

  private takeChoice(): void {
    const choice = this.pickers.choose();
    if (choice?.kind === 'model') this.switchModel(choice.id);
    if (choice?.kind === 'session') {
      this.options.port.send({ type: 'open-session', sessionId: choice.id });
    }
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
    if (this.editor.text !== '' || isRunning) this.ladder.reset();
    if (this.editor.text !== '') {
      this.recall = recall.remember(this.recall, this.expandedText());
      this.edit(edit.clear(this.editor));
    } else if (isRunning) {
      this.stop();
    } else if (this.ladder.press()) {
      this.leave();
    }
  }

  private leaveOrDelete(): void {
    if (this.editor.text === '') this.leave();
    else this.edit(edit.deleteRight(this.editor));
  }

  private leave(): void {
    if (this.isLeaving) return;
    this.isLeaving = true;
    this.changed();
    this.options.onLeave();
  }

  private goPrevious(): void {
    const moved = edit.moveUp(this.editor);
    if (moved !== undefined) this.edit(moved);
    else this.recallTo(recall.recallPrevious(this.recall, this.editor.text));
  }

  private goNext(): void {
    const moved = edit.moveDown(this.editor);
    if (moved !== undefined) this.edit(moved);
    else this.recallTo(recall.recallNext(this.recall));
  }

  private recallTo(found: ReturnType<typeof recall.recallNext>): void {
    if (found === undefined) return;
    this.recall = found.state;
    this.editor = edit.setText(this.editor, sanitizeText(found.text));
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
      showHelp: () => this.transcript.addLines(helpLines(theme)),
      openModelPicker: () => this.pickers.openModels(port.getState().model),
      switchModel: (model) => this.switchModel(model),
      clearContext: () => port.send({ type: 'clear' }),
      newSession: () => port.send({ type: 'open-session' }),
      openSessionPicker: () => this.pickers.openSessions(port.getState().sessionId),
      leave: () => this.leave(),
    };
  }

  private openSession(state: SessionState): void {
    const { theme, services } = this.options;
    const title = sanitizeLine(state.title) || 'A new session.';
    this.transcript.open(state, this.hasOpened ? [plainLine(title, theme.heading)] : []);
    if (this.hasOpened) return;
    this.hasOpened = true;
    const banner = services.bannerLines.map((line) => plainLine(sanitizeLine(line), theme.muted));
    if (banner.length > 0) this.transcript.addLines(banner);
  }

  /** Every change of the text goes through here: the completions follow it. */
  private edit(editor: edit.EditorState): void {
    this.editor = editor;
    this.hint = undefined;
    this.completer.update(editor);
  }

  /** For the history: chips as the text they stand for, so that recalling loses nothing. */
  private expandedText(): string {
    return edit
      .usedChips(this.editor)
      .reduce(
        (text, { label, text: pasted }) => text.replace(label, () => pasted),
        this.editor.text,
      )
      .trim();
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
