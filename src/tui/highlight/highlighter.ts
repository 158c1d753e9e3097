/**
 * Colours code line by line. What a line looks like depends on the lines before it through a state
 * that is carried on, so a line costs the same wherever it stands in a block of any length.
 */
import type { StreamParser, StringStream } from '@codemirror/streamparser';
import { type Line, plainLine, type Span, type Style, span } from '../styled-text.ts';
import type { Theme } from '../theme/theme.ts';
import { DIFF_START, type DiffPlace, diffLine } from './diff-lines.ts';
import { languageOf } from './language-names.ts';
import { tokenStyle } from './token-style.ts';

/** The definitions of languages: a file of its own that is loaded later than everything else. */
export interface LanguageTable {
  readonly find: (name: string) => StreamParser<unknown> | undefined;
  readonly stream: typeof StringStream;
  /** A copy of what a definition remembers. */
  readonly copyState: (definition: StreamParser<unknown>, state: unknown) => unknown;
}

/** Colours the lines of one block, each once and in order. */
export interface CodeStyler {
  style(line: string, theme: Theme): Line;
  /** The same place in the block, to look at lines that are not final. */
  copy(): CodeStyler;
}

/** Of a longer line the rest is plain: some definitions search the line anew from every place. */
const MAX_LINE_CHARACTERS = 500;
/** After so much a block goes on plain: what a language remembers may grow with each bracket. */
const MAX_BLOCK_CHARACTERS = 1_000_000;
/** Calls in a row that may read nothing; a definition that does it more often never ends. */
const MAX_IDLE_CALLS = 20;
const TAB_COLUMNS = 4;
const INDENT_COLUMNS = 2;

export class Highlighter {
  private table: LanguageTable | undefined;
  private loading: Promise<void> | undefined;

  /** Loads the definitions; until then, and where they cannot be loaded, code is plain. */
  load(): Promise<void> {
    this.loading ??= import('./languages.ts').then(
      ({ LANGUAGES }) => {
        this.table = LANGUAGES;
      },
      () => undefined,
    );
    return this.loading;
  }

  /** A styler for the language that a fence names; undefined for one that is not known. */
  start(name: string): CodeStyler | undefined {
    const language = languageOf(name);
    if (language === 'diff') return new DiffStyler();
    if (language === undefined || this.table === undefined) return undefined;
    const definition = this.table.find(language);
    return definition && new LanguageStyler(definition, this.table);
  }
}

class DiffStyler implements CodeStyler {
  private place: DiffPlace;

  constructor(place = DIFF_START) {
    this.place = place;
  }

  style(line: string, theme: Theme): Line {
    const { style, next } = diffLine(line, this.place, theme);
    this.place = next;
    return plainLine(line, style);
  }

  copy(): DiffStyler {
    return new DiffStyler(this.place);
  }
}

class LanguageStyler implements CodeStyler {
  private readonly definition: StreamParser<unknown>;
  private readonly table: LanguageTable;
  private state: unknown;
  private readCharacters = 0;
  /** The definition failed, or has read enough: the rest is plain. */
  private isOver = false;

  constructor(definition: StreamParser<unknown>, table: LanguageTable) {
    this.definition = definition;
    this.table = table;
    this.attempt(() => {
      this.state = definition.startState?.(INDENT_COLUMNS) ?? {};
    });
  }

  style(line: string, theme: Theme): Line {
    this.readCharacters += Math.min(line.length, MAX_LINE_CHARACTERS);
    if (this.readCharacters > MAX_BLOCK_CHARACTERS) this.isOver = true;
    let spans: Line = [];
    if (!this.isOver) {
      this.attempt(() => {
        spans = this.read(line.slice(0, MAX_LINE_CHARACTERS), theme);
      });
    }
    if (this.isOver) return plainLine(line);
    return line.length > MAX_LINE_CHARACTERS
      ? [...spans, span(line.slice(MAX_LINE_CHARACTERS))]
      : spans;
  }

  copy(): LanguageStyler {
    const copy = new LanguageStyler(this.definition, this.table);
    copy.isOver = this.isOver;
    copy.readCharacters = this.readCharacters;
    if (!this.isOver) {
      copy.attempt(() => {
        copy.state = this.table.copyState(this.definition, this.state);
      });
    }
    return copy;
  }

  private read(text: string, theme: Theme): Line {
    const { definition } = this;
    if (text === '') {
      definition.blankLine?.(this.state, INDENT_COLUMNS);
      return [];
    }
    const spans: Span[] = [];
    const stream = new this.table.stream(text, TAB_COLUMNS, INDENT_COLUMNS);
    let idleCalls = 0;
    while (!stream.eol()) {
      stream.start = stream.pos;
      const name = definition.token(stream, this.state);
      if (stream.pos <= stream.start) {
        stream.pos = stream.start;
        idleCalls += 1;
        if (idleCalls > MAX_IDLE_CALLS) throw new Error('The definition reads nothing.');
      } else {
        idleCalls = 0;
        const part = text.slice(stream.start, stream.pos);
        const style = tokenStyle({ name, text: part, next: text[stream.pos] }, theme);
        addSpan(spans, part, style);
      }
    }
    return spans;
  }

  /** Definitions are others' code and meet text that nobody tried: what they throw ends the colours. */
  private attempt(work: () => void): void {
    try {
      work();
    } catch {
      // Colours are an extra. The text is drawn without them and nothing is lost.
      this.isOver = true;
    }
  }
}

function addSpan(spans: Span[], text: string, style: Style): void {
  const last = spans.at(-1);
  // White space shows no colour; with its neighbour it needs no sequence of its own.
  const isSame = last !== undefined && (last.style === style || text.trim() === '');
  if (isSame) spans.splice(-1, 1, span(last.text + text, last.style));
  else spans.push(span(text, style));
}
