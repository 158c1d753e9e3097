/** The text of a running turn: Markdown of a model, or the plain output of a command. */
import { createTextSanitizer } from '../../platform/terminal-text.ts';
import type { Highlighter } from '../highlight/highlighter.ts';
import { MarkdownText } from '../markdown/markdown-text.ts';
import { type Line, plainLine } from '../styled-text.ts';
import type { Theme } from '../theme/theme.ts';
import { CommandOutput } from './command-output.ts';

export interface AnswerOptions {
  /** What came is no Markdown: each line stands as it is. */
  readonly isPlain: boolean;
  readonly theme: () => Theme;
  readonly columns: () => number;
  /** Colours code; without it code is plain. */
  readonly highlighter?: Highlighter | undefined;
}

/** Groups of lines that stand together; what is finished is handed out once. */
export class AnswerText {
  private readonly options: AnswerOptions;
  private readonly output: CommandOutput | undefined;
  private readonly markdown: MarkdownText;
  private readonly sanitizer = createTextSanitizer();
  private hasOutput = false;

  constructor(options: AnswerOptions) {
    this.options = options;
    this.output = options.isPlain ? new CommandOutput() : undefined;
    this.markdown = new MarkdownText(() => ({
      theme: options.theme(),
      columns: options.columns(),
      highlighter: options.highlighter,
    }));
  }

  push(text: string): void {
    const clean = this.sanitizer.push(text);
    if (this.output === undefined) this.markdown.push(clean);
    else this.output.push(clean);
  }

  /** What is finished and was not taken before. */
  takeFinished(): readonly (readonly Line[])[] {
    if (this.output !== undefined) return this.outputGroup(this.output.takeFinished());
    return groupOf(this.markdown.takeFinished());
  }

  /** All the rest: nothing more comes, or something else comes next. */
  end(): readonly (readonly Line[])[] {
    const rest = this.sanitizer.flush();
    if (this.output !== undefined) {
      this.output.push(rest);
      return this.outputGroup(this.output.end('/show output prints all of it.'));
    }
    this.markdown.push(rest);
    return groupOf(this.markdown.end());
  }

  /** What is still open. */
  live(): readonly Line[] {
    if (this.output !== undefined) {
      return this.output.live().map((line) => plainLine(line, this.options.theme().muted));
    }
    return this.markdown.openLines();
  }

  /** A blank line between the command and what it printed would only take room. */
  private outputGroup(lines: readonly string[]): readonly (readonly Line[])[] {
    if (lines.length === 0) return [];
    const { hasOutput } = this;
    this.hasOutput = true;
    const drawn = lines.map((line) => plainLine(line));
    // Commands often end their output with an empty line, or begin with one.
    return [hasOutput ? drawn : dropFirstBlank(drawn)];
  }
}

function groupOf(lines: readonly Line[]): readonly (readonly Line[])[] {
  return lines.length === 0 ? [] : [lines];
}

function dropFirstBlank(lines: readonly Line[]): readonly Line[] {
  return lines[0]?.length === 0 ? lines.slice(1) : lines;
}
