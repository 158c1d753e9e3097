/**
 * The view model of a conversation: what is finished and goes to the terminal's scrollback once,
 * and the short live tail of the running turn. Knows no framework and no terminal.
 *
 * Events only note what came; the work is done when a frame asks for the view, so a burst of a
 * thousand tokens costs one reading of the open block. `items` is the same array until an item is
 * added: a new one for each token would make the renderer write a frame for each token.
 */
import type { FileChange, SessionEvent, TurnEndReason } from '../../session/events.ts';
import type { ApprovalDecision, UserInput } from '../../session/ops.ts';
import type { SharedReview } from '../../session/review.ts';
import type { SessionState, Turn, TurnPart } from '../../session/state.ts';
import type { Highlighter } from '../highlight/highlighter.ts';
import type { LineCounts } from '../services.ts';
import { type Line, plainLine } from '../styled-text.ts';
import { answerLine, compactLine, earlierLine, forkLines, undoLines } from './event-lines.ts';
import { reviewLines } from './review-lines.ts';
import { type Activity, RunningTurn } from './running-turn.ts';
import {
  contextLines,
  endLines,
  errorLines,
  type Look,
  messageLines,
  noticeLines,
} from './turn-lines.ts';

export interface TranscriptItem {
  readonly id: number;
  readonly lines: readonly Line[];
}
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
  private turn: RunningTurn;
  /** The question that the running turn waits with, and whether it was answered here. */
  private question: { readonly id: string; readonly title: string } | undefined;
  private ownAnswer: { readonly id: string; readonly decision: ApprovalDecision } | undefined;
  /** The last review that was asked for here, by the op that shared it. */
  private ownReview: string | undefined;
  /** The review that was drawn last. */
  private drawnReview: string | undefined;
  private drawnSeq = 0;
  private drawnTurnCount = 0;

  constructor(options: TranscriptOptions) {
    this.options = options;
    this.turn = this.newTurn(undefined);
  }

  /** Shows another conversation, below a heading where one is wanted. */
  open(state: SessionState, heading: readonly Line[] = []): void {
    const { theme } = this.options.look();
    this.generation += 1;
    this.items = [];
    this.added = [];
    this.section = 'start';
    this.turn = this.newTurn(undefined);
    this.question = undefined;
    this.drawnReview = undefined;
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
    this.turn.close();
    this.turn = this.newTurn(undefined);
    this.addNote([plainLine('Caught up with the conversation:', this.options.look().theme.muted)]);
    this.replayTurns(state, Math.min(this.drawnTurnCount, state.turns.length));
  }

  /** This front end answers the question itself, so its line need not say who did. */
  markAnswered(id: string, decision: ApprovalDecision): void {
    this.ownAnswer = { id, decision };
  }

  /** This front end shares a review by the op with this id. */
  markShared(opId: string): void {
    this.ownReview = opId;
  }

  /** Lines of Zeke itself: help, hints, results of commands. */
  addLines(lines: readonly Line[]): void {
    this.add('note', [[], ...lines]);
  }

  /** What is to be drawn now. */
  view(): TranscriptView {
    this.turn.flush();
    if (this.added.length > 0) {
      this.items = [...this.items, ...this.added];
      this.added = [];
    }
    const { generation, items, turn } = this;
    return { generation, items, live: turn.live(), activity: turn.activity };
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
        this.turn.takeText(event.text);
        break;
      case 'reasoning-delta':
        this.turn.takeReasoning(event.text);
        break;
      case 'reasoning-end':
        this.turn.closeReasoning();
        break;
      case 'tool-call':
        this.turn.takeCall({ id: event.id, name: event.name, input: event.input });
        break;
      case 'tool-output':
        this.turn.takeOutput(event.id, event.text);
        break;
      case 'tool-result':
        this.turn.takeResult(event.id, { output: event.output, isError: event.isError ?? false });
        break;
      case 'file-change':
        this.turn.takeChanges([event]);
        break;
      case 'error':
        this.turn.close();
        this.addNote(errorLines(event, look));
        break;
      case 'turn-end':
        this.drawnTurnCount += 1;
        this.endTurn(event.reason, look);
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
        this.turn.activity = 'asking';
        break;
      case 'approval-answer':
        this.takeApproval(event);
        break;
      case 'compact':
        this.turn.close();
        this.addNote([compactLine(event.turnCount, false, theme)]);
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
      case 'review':
        this.takeReview(event);
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

  private takeReview(review: Omit<SharedReview, 'turnCount'>): void {
    const by = review.opId === this.ownReview ? undefined : review.by;
    this.drawnReview = review.opId;
    this.turn.flush();
    this.addNote([...reviewLines(review, by, this.options.look().theme), []]);
  }

  private takeApproval(event: Extract<SessionEvent, { type: 'approval-answer' }>): void {
    const { question } = this;
    this.question = undefined;
    this.turn.activity = 'working';
    if (question?.id !== event.id) return;
    const { decision, by } = event;
    // Another one may have been faster, with another answer.
    const isOwn = this.ownAnswer?.id === event.id && this.ownAnswer.decision === decision;
    const answer = { decision, title: question.title, by: isOwn ? undefined : by };
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
      this.replayReview(state, index);
      const turn = turns[index];
      if (turn === undefined) continue;
      this.replay(turn);
      if (turn.message.kind === 'compact' && compaction?.turnCount === index) {
        this.addNote([compactLine(compaction.turnCount, true, theme)]);
      }
    }
    if (clearedTurnCount === turns.length && turns.length > 0) this.addClear();
    this.replayReview(state, turns.length);
    for (const { level, text } of freshNotices(state)) {
      this.addNote(noticeLines(level, text, theme));
    }
    if (running === undefined) return;
    this.replay(running);
    this.replayReview(state, turns.length + 1);
    if (state.approval === undefined) return;
    this.question = state.approval;
    this.turn.activity = 'asking';
  }

  /** The last review, where it stood between the turns. */
  private replayReview({ review }: SessionState, turnCount: number): void {
    if (review?.turnCount !== turnCount || review.opId === this.drawnReview) return;
    this.takeReview(review);
  }

  /** A turn of a state, as if its events came now. */
  private replay(turn: Turn): void {
    const look = this.options.look();
    this.startTurn(turn.message);
    this.addNote(contextLines(turn.context, look.theme));
    this.turn.takeChanges(turn.changes);
    for (const part of turn.parts) this.replayPart(part);
    if (turn.error !== undefined) {
      this.turn.close();
      this.addNote(errorLines(turn.error, look));
    }
    if (turn.endReason === undefined) return;
    this.endTurn(turn.endReason, look);
    if (turn.isUndone) this.say('The changes of this turn were taken back.');
    if (turn.isRetracted) this.say('Set aside: the model is not told of the turn above any more.');
  }

  private replayPart(part: TurnPart): void {
    if (part.type === 'text') {
      this.turn.takeText(part.text);
    } else if (part.type === 'tool-call') {
      this.turn.takeCall({ id: part.id, name: part.name, input: part.input });
      if (part.outputTail !== undefined) this.turn.takeOutput(part.id, part.outputTail);
      if (part.result !== undefined) this.turn.takeResult(part.id, part.result);
    } else if (part.text !== '') {
      this.turn.takeReasoning(part.text);
      if (part.isClosed) this.turn.closeReasoning();
    }
  }

  // --------------------------------------------------------------------------------- running turn

  private startTurn(message: UserInput): void {
    this.turn = this.newTurn(message.kind);
    this.turn.begin();
    this.add('message', [[], ...messageLines(message, this.options.look().theme)]);
  }

  private newTurn(kind: UserInput['kind']): RunningTurn {
    return new RunningTurn(this.options, kind, {
      answer: (lines) => this.add('answer', lines),
      note: (lines) => this.addNote(lines),
    });
  }

  /** Notes stand close together, with a blank line around the group. */
  private addNote(lines: readonly Line[]): void {
    if (lines.length === 0) return;
    this.add('note', this.section === 'note' ? lines : [[], ...lines]);
  }

  private endTurn(reason: TurnEndReason, look: Look): void {
    this.turn.close();
    this.turn.activity = 'idle';
    this.addNote(endLines(reason, this.turn.hasAnswer, look));
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
}

/**
 * Notices that came last: those of the opening itself. Older ones were read when they came, and
 * their place between the turns is not known any more.
 */
function freshNotices({ notices, seq }: SessionState): SessionState['notices'] {
  const isFresh = (index: number) => notices[index]?.seq === seq - (notices.length - 1 - index);
  let first = notices.length;
  while (first > 0 && isFresh(first - 1)) first -= 1;
  return notices.slice(first);
}
