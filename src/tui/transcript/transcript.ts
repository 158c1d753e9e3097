/**
 * The view model of a conversation: what is finished and goes to the terminal's scrollback once,
 * and the short live tail of the running turn. Knows no framework and no terminal.
 *
 * Events only note what came; the work is done when a frame asks for the view, so a burst of a
 * thousand tokens costs one reading of the open block. `items` is the same array until an item is
 * added: a new one for each token would make the renderer write a frame for each token.
 */
import { createTextSanitizer, sanitizeText } from '../../platform/terminal-text.ts';
import type { SessionEvent } from '../../session/events.ts';
import type { SessionState, Turn, TurnPart } from '../../session/state.ts';
import { blockLines, blocksLines } from '../markdown/block-lines.ts';
import { type Block, MarkdownStream } from '../markdown/markdown-stream.ts';
import { type Line, plainLine } from '../styled-text.ts';
import type { Theme } from '../theme/theme.ts';
import {
  contextLines,
  endLines,
  errorLines,
  messageLines,
  noticeLines,
  reasoningLine,
  type ToolCall,
  toolLines,
} from './turn-lines.ts';

export interface TranscriptItem {
  readonly id: number;
  readonly lines: readonly Line[];
}
/** What a running turn is doing; `idle` when none runs. */
export type Activity = 'idle' | 'waiting' | 'thinking' | 'answering' | 'working';

export interface TranscriptView {
  /** Another one means another conversation: everything is drawn anew below the old. */
  readonly generation: number;
  readonly items: readonly TranscriptItem[];
  readonly live: readonly Line[];
  readonly activity: Activity;
}
export interface TranscriptOptions {
  readonly theme: () => Theme;
  readonly columns: () => number;
  readonly showsReasoning: () => boolean;
}

type Section = 'start' | 'message' | 'note' | 'answer';

/** Reasoning so far. The words are counted as they come, so that a frame costs nothing. */
interface Reasoning {
  readonly text: string;
  readonly wordCount: number;
}
const NO_REASONING: Reasoning = { text: '', wordCount: 0 };
/** Unfolded reasoning that is still coming shows this much of its end. */
const MAX_OPEN_REASONING = 2000;

export class Transcript {
  private readonly options: TranscriptOptions;
  private generation = 0;
  private items: readonly TranscriptItem[] = [];
  private added: TranscriptItem[] = [];
  private nextId = 1;
  private section: Section = 'start';
  private activity: Activity = 'idle';
  private markdown = new MarkdownStream();
  private sanitizer = createTextSanitizer();
  private reasoning: Reasoning | undefined;
  private calls: readonly ToolCall[] = [];

  constructor(options: TranscriptOptions) {
    this.options = options;
  }

  /** Shows another conversation from its beginning, below a heading where one is wanted. */
  open(state: SessionState, heading: readonly Line[] = []): void {
    this.generation += 1;
    this.items = [];
    this.added = [];
    this.section = 'start';
    this.resetTurn();
    this.addNote(heading);
    state.turns.forEach((turn, index) => {
      if (index === state.clearedTurnCount && index > 0) this.addClear();
      this.replay(turn);
    });
    const { running } = state;
    if (state.clearedTurnCount === state.turns.length && state.turns.length > 0) this.addClear();
    for (const { level, text } of state.notices) this.addNotice(level, text);
    if (running !== undefined) this.replay(running);
  }

  /** Takes what happened, in order. */
  apply(events: readonly SessionEvent[]): void {
    for (const event of events) this.take(event);
  }

  /** Lines of Zeke itself: help, hints, results of commands. */
  addLines(lines: readonly Line[]): void {
    this.add('note', [[], ...lines]);
  }

  /** What is to be drawn now. */
  view(): TranscriptView {
    this.addBlocks(this.markdown.takeFinished());
    if (this.added.length > 0) {
      this.items = [...this.items, ...this.added];
      this.added = [];
    }
    const { generation, items, activity } = this;
    return { generation, items, live: this.liveLines(), activity };
  }

  private take(event: SessionEvent): void {
    const theme = this.options.theme();
    switch (event.type) {
      case 'turn-start':
        this.resetTurn();
        this.activity = 'waiting';
        this.add('message', [[], ...messageLines(event.message, theme)]);
        break;
      case 'context':
        this.addNote(contextLines(event.blocks, theme));
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
      case 'error':
        this.closeParts();
        this.addNote(errorLines(event, theme));
        break;
      case 'turn-end':
        this.closeParts();
        this.activity = 'idle';
        this.addNote(endLines(event.reason, theme));
        break;
      case 'notice':
        this.addNotice(event.level, event.text);
        break;
      case 'clear':
        this.addClear();
        break;
      default:
        break;
    }
  }

  /** A turn of a state, as if its events came now. */
  private replay(turn: Turn): void {
    const theme = this.options.theme();
    this.resetTurn();
    this.activity = 'waiting';
    this.add('message', [[], ...messageLines(turn.message, theme)]);
    this.addNote(contextLines(turn.context, theme));
    for (const part of turn.parts) this.replayPart(part);
    if (turn.error !== undefined) {
      this.closeParts();
      this.addNote(errorLines(turn.error, theme));
    }
    if (turn.endReason === undefined) return;
    this.closeParts();
    this.activity = 'idle';
    this.addNote(endLines(turn.endReason, theme));
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

  private takeText(text: string): void {
    this.closeReasoning();
    this.closeCalls();
    this.markdown.push(this.sanitizer.push(text));
    this.activity = 'answering';
  }

  private takeReasoning(text: string): void {
    this.closeText();
    this.closeCalls();
    this.reasoning = addReasoning(this.reasoning ?? NO_REASONING, text);
    this.activity = 'thinking';
  }

  private takeCall(call: ToolCall): void {
    this.closeText();
    this.closeReasoning();
    this.calls = [...this.calls, call];
    this.activity = 'working';
  }

  private takeResult(id: string, result: NonNullable<ToolCall['result']>): void {
    this.calls = this.calls.map((call) => (call.id === id ? { ...call, result } : call));
    if (this.calls.some((call) => call.result === undefined)) return;
    this.closeCalls();
    this.activity = 'waiting';
  }

  private resetTurn(): void {
    this.markdown = new MarkdownStream();
    this.sanitizer = createTextSanitizer();
    this.reasoning = undefined;
    this.calls = [];
    this.activity = 'idle';
  }

  private closeParts(): void {
    this.closeReasoning();
    this.closeText();
    this.closeCalls();
  }

  private closeText(): void {
    this.markdown.push(this.sanitizer.flush());
    this.addBlocks(this.markdown.end());
  }

  private closeReasoning(): void {
    if (this.reasoning === undefined) return;
    const lines = this.reasoningLines(this.reasoning, false);
    this.reasoning = undefined;
    this.addNote(lines);
  }

  private closeCalls(): void {
    const theme = this.options.theme();
    if (this.calls.length > 0) this.addNote(this.calls.flatMap((call) => toolLines(call, theme)));
    this.calls = [];
  }

  private reasoningLines(reasoning: Reasoning, isOpen: boolean): readonly Line[] {
    const theme = this.options.theme();
    const folded = reasoningLine(reasoning.wordCount, isOpen, theme);
    if (!this.options.showsReasoning()) return [folded];
    const text = isOpen ? reasoning.text.slice(-MAX_OPEN_REASONING) : reasoning.text;
    const lines = sanitizeText(text.trim()).split('\n');
    return [folded, ...lines.map((line) => plainLine(line, theme.muted))];
  }

  private addBlocks(blocks: readonly Block[]): void {
    for (const block of blocks) {
      const lines = blockLines(block, this.drawOptions());
      if (lines.length === 0) continue;
      this.add('answer', block.continues ? lines : [[], ...lines]);
    }
  }

  /** Notes stand close together, with a blank line around the group. */
  private addNote(lines: readonly Line[]): void {
    if (lines.length === 0) return;
    this.add('note', this.section === 'note' ? lines : [[], ...lines]);
  }

  private addNotice(level: 'info' | 'warning', text: string): void {
    this.addNote(noticeLines(level, text, this.options.theme()));
  }

  private addClear(): void {
    const text = 'The model has forgotten what stands above. It is still in the session.';
    this.addNote([plainLine(text, this.options.theme().muted)]);
  }

  private add(section: Section, lines: readonly Line[]): void {
    this.added.push({ id: this.nextId, lines });
    this.nextId += 1;
    this.section = section;
  }

  private liveLines(): readonly Line[] {
    const theme = this.options.theme();
    if (this.reasoning !== undefined) return [[], ...this.reasoningLines(this.reasoning, true)];
    if (this.calls.length > 0) return [[], ...this.calls.flatMap((call) => toolLines(call, theme))];
    const open = this.markdown.openBlocks();
    const lines = blocksLines(open, this.drawOptions());
    if (lines.length === 0) return [];
    return open[0]?.continues === true ? lines : [[], ...lines];
  }

  private drawOptions(): { theme: Theme; columns: number } {
    return { theme: this.options.theme(), columns: this.options.columns() };
  }
}

function addReasoning(reasoning: Reasoning, text: string): Reasoning {
  const starts = text.match(/(?<=\s)\S/g)?.length ?? 0;
  const isNewWord = /^\S/.test(text) && !/\S$/.test(reasoning.text);
  const wordCount = reasoning.wordCount + starts + (isNewWord ? 1 : 0);
  return { text: reasoning.text + text, wordCount };
}
