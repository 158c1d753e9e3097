/**
 * A turn while it runs: its text, reasoning, calls and changes, each handed on once it is finished.
 */
import type { FileChange } from '../../session/events.ts';
import type { UserInput } from '../../session/ops.ts';
import type { Line } from '../styled-text.ts';
import { AnswerText } from './answer-text.ts';
import { changeLine } from './event-lines.ts';
import { Reasoning } from './reasoning.ts';
import type { TranscriptOptions } from './transcript.ts';
import { type ToolCall, toolLines, withOutput } from './turn-lines.ts';

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

/** Where finished lines go. */
interface TurnSink {
  readonly answer: (lines: readonly Line[]) => void;
  /** Lines beside the answer, which stand close together. */
  readonly note: (lines: readonly Line[]) => void;
}

export class RunningTurn {
  activity: Activity = 'idle';
  /** Something came that can be gone on with. */
  hasAnswer = false;
  private readonly options: TranscriptOptions;
  private readonly sink: TurnSink;
  private readonly isCommand: boolean;
  /** Neither a command's output nor a summary can be gone on with: those are begun again. */
  private readonly isAnswer: boolean;
  /** What it says, as the kind of its message wants it drawn. */
  private readonly answer: AnswerText;
  private reasoning: Reasoning | undefined;
  private calls: readonly ToolCall[] = [];
  private changes: readonly FileChange[] = [];

  constructor(options: TranscriptOptions, kind: UserInput['kind'], sink: TurnSink) {
    const { look, columns, highlighter } = options;
    const theme = () => look().theme;
    this.options = options;
    this.sink = sink;
    this.isCommand = kind === 'command';
    this.isAnswer = !this.isCommand && kind !== 'compact';
    this.answer = new AnswerText({ isPlain: this.isCommand, theme, columns, highlighter });
  }

  /** A message was sent; nothing has come yet. */
  begin(): void {
    this.activity = this.isCommand ? 'running' : 'waiting';
  }

  takeText(text: string): void {
    this.closeReasoning();
    this.closeCalls();
    this.answer.push(text);
    this.hasAnswer = this.isAnswer;
    if (!this.isCommand) this.activity = 'answering';
  }

  takeReasoning(text: string): void {
    this.closeText();
    this.closeCalls();
    this.reasoning ??= new Reasoning();
    this.reasoning.push(text);
    this.activity = 'thinking';
  }

  takeCall(call: ToolCall): void {
    this.closeText();
    this.closeReasoning();
    this.calls = [...this.calls, call];
    this.hasAnswer = true;
    this.activity = 'working';
  }

  takeOutput(id: string, text: string): void {
    this.calls = this.calls.map((call) => (call.id === id ? withOutput(call, text) : call));
  }

  takeResult(id: string, result: NonNullable<ToolCall['result']>): void {
    this.calls = this.calls.map((call) => (call.id === id ? { ...call, result } : call));
    if (this.calls.some((call) => call.result === undefined)) return;
    this.closeCalls();
    this.activity = 'waiting';
  }

  /** Files that its tools have changed; shown below the call that did. */
  takeChanges(changes: readonly FileChange[]): void {
    this.changes = [...this.changes, ...changes];
  }

  closeReasoning(): void {
    if (this.reasoning === undefined) return;
    const lines = this.reasoning.lines(false, this.reasoningOptions());
    this.reasoning = undefined;
    this.sink.note(lines);
  }

  /** Hands on everything that is left. */
  close(): void {
    this.closeReasoning();
    this.closeText();
    this.closeCalls();
    this.addChanges(this.changes);
  }

  /** Hands on what has become finished since. */
  flush(): void {
    for (const lines of this.answer.takeFinished()) this.sink.answer(lines);
  }

  /** What is still open. */
  live(): readonly Line[] {
    if (this.reasoning !== undefined) {
      return [[], ...this.reasoning.lines(true, this.reasoningOptions())];
    }
    if (this.calls.length === 0) return this.answer.live();
    return [[], ...this.callLines(this.calls)];
  }

  private closeText(): void {
    for (const lines of this.answer.end()) this.sink.answer(lines);
  }

  /** The calls that have their results, each with what it changed. */
  private closeCalls(): void {
    const { calls } = this;
    if (calls.length === 0) return;
    this.calls = [];
    this.sink.note(this.callLines(calls));
    const named = new Set(calls.flatMap(({ input }) => Object.values(input)));
    this.addChanges(this.changes.filter(({ path }) => named.has(path)));
  }

  private callLines(calls: readonly ToolCall[]): readonly Line[] {
    const { look, columns } = this.options;
    return calls.flatMap((call) => toolLines(call, look().theme, columns()));
  }

  private addChanges(changes: readonly FileChange[]): void {
    if (changes.length === 0) return;
    const { countChange, look } = this.options;
    const { theme } = look();
    this.changes = this.changes.filter((change) => !changes.includes(change));
    this.sink.note(changes.map((change) => changeLine(change, countChange(change), theme)));
  }

  private reasoningOptions() {
    return { theme: this.options.look().theme, isShown: this.options.showsReasoning() };
  }
}
