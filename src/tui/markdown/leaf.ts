/** What the parts of a document have in common that hold text themselves and no other parts. */
import type { Highlighter } from '../highlight/highlighter.ts';
import type { Line } from '../styled-text.ts';
import type { Theme } from '../theme/theme.ts';
import type { InlineLexer } from './inline-lines.ts';

export interface DrawOptions {
  readonly theme: Theme;
  /** Tables that would be wider become a list of records. */
  readonly columns: number;
  /** Colours code; without it code is plain. */
  readonly highlighter: Highlighter | undefined;
  readonly lexInline: InlineLexer;
}

/**
 * Takes text line by line and gives back drawn lines, each once and final. A line of the source is
 * begun by its own method, goes on with `append` while it is longer than the reader's measure, and
 * ends with `endLine`.
 */
export interface Leaf {
  readonly kind: 'paragraph' | 'heading' | 'fence' | 'indented' | 'table' | 'html';
  append(text: string): void;
  /** The line is complete: the drawn lines that nothing later can change. */
  endLine(): readonly Line[];
  /** The line that was read last is its last one. */
  readonly isComplete: boolean;
  /** Nothing more comes: the drawn lines that are left. */
  close(): readonly Line[];
  /** The same with nothing in common, for a look at what it would become. It may forget its
   * beginning, so that a look costs the same however long the leaf is. */
  tail(): Leaf;
}
