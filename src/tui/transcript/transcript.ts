/**
 * The view model of a conversation: what is finished and goes to the terminal's scrollback once,
 * and the short live tail of the running turn. Knows no framework and no terminal.
 *
 * Events only note what came; the work is done when a frame asks for the view, so a burst of a
 * thousand tokens costs one reading of the open block. `items` is the same array until an item is
 * added: a new one for each token would make the renderer write a frame for each token.
 */
import type { FileChange, SessionEvent } from '../../session/events.ts';
import type { UserInput } from '../../session/ops.ts';
import type { SessionState, Turn, TurnPart } from '../../session/state.ts';
import type { Highlighter } from '../highlight/highlighter.ts';
import type { LineCounts } from '../services.ts';
import { type Line, plainLine } from '../styled-text.ts';
import { AnswerText } from './answer-text.ts';
import {
  answerLine,
  changeLine,
  compactLine,
  earlierLine,
  forkLines,
  undoLines,
} from './event-lines.ts';
import { Reasoning } from './reasoning.ts';
import {
  contextLines,
  endLines,
  errorLines,
  type Look,
  messageLines,
  noticeLines,
  type ToolCall,
  toolLines,
} from './turn-lines.ts';

export interface TranscriptItem {
  readonly id: number;
  readonly lines: readonly Line[];
}
/**
 * What a running turn is doing; `idle` when none runs, `asking` while it waits for the user's
 * answer, `running` while a shell command of the user does.
 */
export type Activity =
  | 'idle'
  | 'waiting'
  | 'thinking'
  | 'answering'
  | 'working'
  | 'asking'
  | 'running';

export interface TranscriptView {
  /** Another one means another conversation: everything is drawn anew below the old. */
  readonly generation: number;
  readonly items: readonly TranscriptItem[];
  readonly live: readonly Line[];
  readonly activity: Activity;
}
export interface TranscriptOptions {
  readonly look: () => Look;
  readonly columns: () => number;
  readonly showsReasoning: () => boolean;
  /** Colours code; without it code is plain. */
  readonly highlighter?: Highlighter | undefined;
  readonly countChange: (change: FileChange) => LineCounts | undefined;
}

type Section = 'start' | 'message' | 'note' | 'answer';

/** More of a long conversation is not printed again when it is opened. */
const MAX_REPLAYED_TURNS = 20;

export class Transcript {
  private readonly options: TranscriptOptions;
  private generation = 0;
  private items: readonly TranscriptItem[] = [];
  private added: TranscriptItem[] = [];
  private nextId = 1;
  private section: Section = 'start';
  private activity: Activity = 'idle';
  /** What the running turn says, as the kind of its message wants it drawn. */
  private answer: AnswerText;
  private hasAnswer = false;
  private isCommand = false;
  private reasoning: Reasoning | undefined;
  private calls: readonly ToolCall[] = [];
  private changes: readonly FileChange[] = [];
  /** The question that the running turn waits with, and whether it was answered here. */
  private question: { readonly id: string; readonly title: string } | undefined;
  private ownAnswerId: string | undefined;
  private drawnSeq = 0;
  private drawnTurnCount = 0;

  constructor(options: TranscriptOptions) {
    this.options = options;
    this.answer = this.newAnswer(undefined);
  }

  /** Shows another conversation, below a heading where one is wanted. */
  open(state: SessionState, heading: readonly Line[] = []): void {
    const { theme } = this.options.look();
    this.generation += 1;
    this.items = [];
    this.added = [];
    this.section = 'start';
    this.resetTurn();
    this.drawnSeq = state.seq;
    this.addNote([...heading, ...forkLines(state, theme)]);
    const first = Math.max(0, state.turns.length - MAX_REPLAYED_TURNS);
    if (first > 0) this.addNote([earlierLine(first, theme)]);
    this.replayTurns(state, first);
  }

  /** Shows these turns alone. */
  printTurns(turns: readonly Turn[]): void {
    for (const turn of turns) this.replay(turn);
  }

  /** Takes what happened, in order. */
  apply(events: readonly SessionEvent[]): void {
    for (const event of events) {
      this.drawnSeq = event.seq;
      this.take(event);
    }
  }

  /**
   * Catches up with a state of the same conversation after events were missed: what was not shown
   * whole is shown from its turn's beginning.
   */
  catchUp(state: SessionState): void {
    if (state.seq === this.drawnSeq) return;
    this.drawnSeq = state.seq;
    this.closeParts();
    this.resetTurn();
    this.addNote([plainLine('Caught up with the conversation:', this.options.look().theme.muted)]);
    this.replayTurns(state, Math.min(this.drawnTurnCount, state.turns.length));
  }

  /** This front end answers the question itself, so its line need not say who did. */
  markAnswered(requestId: string): void {
    this.ownAnswerId = requestId;
  }

  /** Lines of Zeke itself: help, hints, results of commands. */
  addLines(lines: readonly Line[]): void {
    this.add('note', [[], ...lines]);
  }

  /** What is to be drawn now. */
  view(): TranscriptView {
    this.addAnswer(this.answer.takeFinished());
    if (this.added.length > 0) {
      this.items = [...this.items, ...this.added];
      this.added = [];
    }
    const { generation, items, activity } = this;
    return { generation, items, live: this.liveLines(), activity };
  }

  private take(event: SessionEvent): void {
    const look = this.options.look();
    switch (event.type) {
      case 'turn-start':
        this.startTurn(event.message);
        break;
      case 'context':
        this.addNote(contextLines(event.blocks, look.theme));
        break;
      case 'text-delta':
        this.takeText(event.text);
        break;
      case 'reasoning-delta':
        this.takeReasoning(event.text);
        break;
      case 'reasoning-end':
        this.closeReasoning();
        break;
      case 'tool-call':
        this.takeCall({ id: event.id, name: event.name, input: event.input });
        break;
      case 'tool-result':
        this.takeResult(event.id, { output: event.output, isError: event.isError ?? false });
        break;
      case 'file-change':
        this.changes = [...this.changes, event];
        break;
      case 'error':
        this.closeParts();
        this.addNote(errorLines(event, look));
        break;
      case 'turn-end':
        this.closeParts();
        this.activity = 'idle';
        this.drawnTurnCount += 1;
        this.addNote(endLines(event.reason, this.hasAnswer, look));
        break;
      default:
        this.takeAside(event, look);
    }
  }

  /** What is no part of an answer. */
  private takeAside(event: SessionEvent, look: Look): void {
    const { theme } = look;
    switch (event.type) {
      case 'approval-request':
        this.question = { id: event.id, title: event.title };
        this.activity = 'asking';
        break;
      case 'approval-answer':
        this.takeApproval(event);
        break;
      case 'compact':
        this.closeParts();
        this.addNote([compactLine(event.turnCount, theme)]);
        break;
      case 'compact-undo':
        this.say('The summary is taken back: the model is told everything again.');
        break;
      case 'turn-retract':
        this.say('Set aside: the model is not told of the turn above any more.');
        break;
      case 'undo':
        this.addNote(undoLines(event, theme));
        break;
      case 'session-rename':
        this.say(`The session is called "${event.title}" now.`);
        break;
      case 'notice':
        this.addNote(noticeLines(event.level, event.text, theme));
        break;
      case 'clear':
        this.addClear();
        break;
      default:
        break;
    }
  }

  private takeApproval(event: Extract<SessionEvent, { type: 'approval-answer' }>): void {
    const { question } = this;
    this.question = undefined;
    this.activity = 'working';
    if (question?.id !== event.id) return;
    const isOwn = this.ownAnswerId === event.id;
    const answer = { decision: event.decision, title: question.title, isOwn };
    this.addNote([answerLine(answer, this.options.look().theme)]);
  }

  // --------------------------------------------------------------------------------------- replay

  /** Turns of a state from this index on, and what else the state knows, as if it came now. */
  private replayTurns(state: SessionState, first: number): void {
    const { theme } = this.options.look();
    const { turns, clearedTurnCount, compaction, running } = state;
    this.drawnTurnCount = turns.length;
    for (let index = first; index < turns.length; index += 1) {
      if (index === clearedTurnCount && index > 0) this.addClear();
      const turn = turns[index];
      if (turn === undefined) continue;
      this.replay(turn);
      if (turn.message.kind === 'compact' && compaction?.turnCount === index) {
        this.addNote([compactLine(compaction.turnCount, theme)]);
      }
    }
    if (clearedTurnCount === turns.length && turns.length > 0) this.addClear();
    for (const { level, text } of state.notices) this.addNote(noticeLines(level, text, theme));
    if (running === undefined) return;
    this.replay(running);
    if (state.approval === undefined) return;
    this.question = state.approval;
    this.activity = 'asking';
  }

  /** A turn of a state, as if its events came now. */
  private replay(turn: Turn): void {
    const look = this.options.look();
    this.startTurn(turn.message);
    this.addNote(contextLines(turn.context, look.theme));
    this.changes = turn.changes;
    for (const part of turn.parts) this.replayPart(part);
    if (turn.error !== undefined) {
      this.closeParts();
      this.addNote(errorLines(turn.error, look));
    }
    if (turn.endReason === undefined) return;
    this.closeParts();
    this.activity = 'idle';
    this.addNote(endLines(turn.endReason, this.hasAnswer, look));
    if (turn.isUndone) this.say('The changes of this turn were taken back.');
    if (turn.isRetracted) this.say('Set aside: the model is not told of the turn above any more.');
  }

  private replayPart(part: TurnPart): void {
    if (part.type === 'text') {
      this.takeText(part.text);
    } else if (part.type === 'tool-call') {
      this.takeCall({ id: part.id, name: part.name, input: part.input });
      if (part.result !== undefined) this.takeResult(part.id, part.result);
    } else if (part.text !== '') {
      this.takeReasoning(part.text);
      if (part.isClosed) this.closeReasoning();
    }
  }

  // --------------------------------------------------------------------------------- running turn

  private startTurn(message: UserInput): void {
    this.resetTurn();
    this.answer = this.newAnswer(message.kind);
    this.isCommand = message.kind === 'command';
    this.activity = this.isCommand ? 'running' : 'waiting';
    this.add('message', [[], ...messageLines(message, this.options.look().theme)]);
  }

  private newAnswer(kind: UserInput['kind']): AnswerText {
    const { look, columns, highlighter } = this.options;
    const theme = () => look().theme;
    return new AnswerText({ isPlain: kind === 'command', theme, columns, highlighter });
  }

  private takeText(text: string): void {
    this.closeReasoning();
    this.closeCalls();
    this.answer.push(text);
    this.hasAnswer = true;
    if (!this.isCommand) this.activity = 'answering';
  }

  private takeReasoning(text: string): void {
    this.closeText();
    this.closeCalls();
    this.reasoning ??= new Reasoning();
    this.reasoning.push(text);
    this.activity = 'thinking';
  }

  private takeCall(call: ToolCall): void {
    this.closeText();
    this.closeReasoning();
    this.calls = [...this.calls, call];
    this.hasAnswer = true;
    this.activity = 'working';
  }

  private takeResult(id: string, result: NonNullable<ToolCall['result']>): void {
    this.calls = this.calls.map((call) => (call.id === id ? { ...call, result } : call));
    if (this.calls.some((call) => call.result === undefined)) return;
    this.closeCalls();
    this.activity = 'waiting';
  }

  private resetTurn(): void {
    this.answer = this.newAnswer(undefined);
    this.hasAnswer = false;
    this.isCommand = false;
    this.reasoning = undefined;
    this.calls = [];
    this.changes = [];
    this.question = undefined;
    this.activity = 'idle';
  }

  private closeParts(): void {
    this.closeReasoning();
    this.closeText();
    this.closeCalls();
    this.addChanges(this.changes);
  }

  private closeText(): void {
    this.addAnswer(this.answer.end());
  }

  private closeReasoning(): void {
    if (this.reasoning === undefined) return;
    const lines = this.reasoning.lines(false, this.reasoningOptions());
    this.reasoning = undefined;
    this.addNote(lines);
  }

  /** The calls that have their results, each with what it changed. */
  private closeCalls(): void {
    const { theme } = this.options.look();
    const { calls } = this;
    if (calls.length === 0) return;
    this.calls = [];
    this.addNote(calls.flatMap((call) => toolLines(call, theme)));
    const named = new Set(calls.flatMap(({ input }) => Object.values(input)));
    this.addChanges(this.changes.filter(({ path }) => named.has(path)));
  }

  private addChanges(changes: readonly FileChange[]): void {
    if (changes.length === 0) return;
    const { countChange, look } = this.options;
    const { theme } = look();
    this.changes = this.changes.filter((change) => !changes.includes(change));
    this.addNote(changes.map((change) => changeLine(change, countChange(change), theme)));
  }

  private addAnswer(groups: readonly (readonly Line[])[]): void {
    for (const lines of groups) this.add('answer', lines);
  }

  /** Notes stand close together, with a blank line around the group. */
  private addNote(lines: readonly Line[]): void {
    if (lines.length === 0) return;
    this.add('note', this.section === 'note' ? lines : [[], ...lines]);
  }

  private say(text: string): void {
    this.addNote(noticeLines('info', text, this.options.look().theme));
  }

  private addClear(): void {
    this.say('The model has forgotten what stands above. It is still in the session.');
  }

  private add(section: Section, lines: readonly Line[]): void {
    this.added.push({ id: this.nextId, lines });
    this.nextId += 1;
    this.section = section;
  }

  private liveLines(): readonly Line[] {
    const { theme } = this.options.look();
    if (this.reasoning !== undefined) {
      return [[], ...this.reasoning.lines(true, this.reasoningOptions())];
    }
    if (this.calls.length > 0) return [[], ...this.calls.flatMap((call) => toolLines(call, theme))];
    return this.answer.live();
  }

  private reasoningOptions() {
    return { theme: this.options.look().theme, isShown: this.options.showsReasoning() };
  }
}
