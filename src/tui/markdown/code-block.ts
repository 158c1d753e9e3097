/** Code: every line as it was written, in colours where its language is known. */
import type { CodeStyler } from '../highlight/highlighter.ts';
import { type Line, plainLine, span } from '../styled-text.ts';
import type { DrawOptions, Leaf } from './leaf.ts';

/** A line of code that is not complete yet: its beginning, and what is too long to be coloured. */
class OpenLine {
  readonly text: string;
  readonly rest: readonly string[];

  constructor(text: string, rest: readonly string[] = []) {
    this.text = text;
    this.rest = rest;
  }

  append(text: string): OpenLine {
    return new OpenLine(this.text, [...this.rest, text]);
  }

  tail(): OpenLine {
    return this.rest.length > 2 ? new OpenLine('', this.rest.slice(-2)) : this;
  }
}

export interface Fence {
  /** The run of backticks or tildes. */
  readonly mark: string;
  readonly indent: number;
  /** The whole first line, as it is drawn. */
  readonly opener: string;
  /** The first word after the mark. */
  readonly language: string;
}

export class FencedCode implements Leaf {
  readonly kind = 'fence';
  readonly fence: Fence;
  private readonly draw: () => DrawOptions;
  private opener: string;
  private isOpened = false;
  private styler: CodeStyler | undefined;
  private line: OpenLine | undefined;
  private closer = '';

  constructor(fence: Fence, draw: () => DrawOptions) {
    this.fence = fence;
    this.opener = fence.opener;
    this.draw = draw;
  }

  get isComplete(): boolean {
    return this.closer !== '';
  }

  begin(text: string): void {
    this.line = new OpenLine(text);
  }

  /** The closing fence; `close` follows. */
  beginCloser(text: string): void {
    this.closer = text;
  }

  append(text: string): void {
    if (!this.isOpened) this.opener += text;
    else if (this.closer !== '') this.closer += text;
    else this.line = this.line?.append(text);
  }

  endLine(): readonly Line[] {
    const { theme, highlighter } = this.draw();
    if (!this.isOpened) {
      this.isOpened = true;
      return [plainLine(this.opener, theme.muted)];
    }
    if (this.line === undefined) return [];
    const { text, rest } = this.line;
    this.line = undefined;
    this.styler ??= highlighter?.start(this.fence.language);
    const styled = this.styler?.style(text, theme) ?? plainLine(text);
    return [[...styled, ...rest.map((part) => span(part))]];
  }

  close(): readonly Line[] {
    return this.closer === '' ? [] : [plainLine(this.closer, this.draw().theme.muted)];
  }

  tail(): FencedCode {
    const copy = new FencedCode(this.fence, this.draw);
    copy.opener = this.opener;
    copy.isOpened = this.isOpened;
    copy.closer = this.closer;
    copy.styler = this.styler?.copy();
    copy.line = this.line?.tail();
    return copy;
  }
}

/** Lines that stand as they are: indented code, and HTML, which is shown as the text that it is. */
export class PlainLines implements Leaf {
  readonly kind: 'indented' | 'html';
  /** What ends it; undefined where a blank line does. */
  readonly end: RegExp | undefined;
  private line: OpenLine | undefined;
  /** Blank lines belong to it only when more follows. */
  private blankCount = 0;
  private hasEnded = false;

  constructor(kind: 'indented' | 'html', end?: RegExp) {
    this.kind = kind;
    this.end = end;
  }

  get isComplete(): boolean {
    return this.hasEnded;
  }

  begin(text: string): void {
    this.line = new OpenLine(text);
    this.hasEnded = this.end?.test(text) === true;
  }

  addBlank(): void {
    this.blankCount += 1;
  }

  append(text: string): void {
    this.line = this.line?.append(text);
  }

  endLine(): readonly Line[] {
    if (this.line === undefined) return [];
    const blanks = Array.from({ length: this.blankCount }, () => []);
    const line = [...plainLine(this.line.text), ...this.line.rest.map((part) => span(part))];
    this.blankCount = 0;
    this.line = undefined;
    return [...blanks, line];
  }

  close(): readonly Line[] {
    return [];
  }

  tail(): PlainLines {
    const copy = new PlainLines(this.kind, this.end);
    copy.blankCount = this.blankCount;
    copy.line = this.line?.tail();
    return copy;
  }
}
