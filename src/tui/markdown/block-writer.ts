/** Puts the lines of parts of a document where they belong: in quotes, in items, with a gap. */
import { type Line, type Style, span } from '../styled-text.ts';
import type { Theme } from '../theme/theme.ts';

export interface Quote {
  readonly kind: 'quote';
  readonly id: number;
}

export interface Item {
  readonly kind: 'item';
  readonly id: number;
  /** The list that it is one of. */
  readonly listId: number;
  /** Columns that what belongs to it is indented by in the source. */
  readonly indent: number;
  /** What stands before its first line, with a checkbox where it is a task. */
  readonly mark: string;
  /** Columns of the mark alone; the other lines are indented by so many. */
  readonly width: number;
  readonly isMarkDrawn: boolean;
  /** False for `-` alone until something belongs to it. */
  readonly hasContent: boolean;
}

/** What holds other parts. Plain data; a change makes another one with the same id. */
export type Container = Quote | Item;

const QUOTE_MARK = '> ';

export class BlockWriter {
  private readonly theme: () => Theme;
  private lines: Line[] = [];
  /** Where the part stands that was drawn last. */
  private path: readonly Container[] = [];

  constructor(theme: () => Theme) {
    this.theme = theme;
  }

  /** What was written since the last call. */
  take(): readonly Line[] {
    const { lines } = this;
    this.lines = [];
    return lines;
  }

  get written(): readonly Line[] {
    return this.lines;
  }

  /** Separates what comes from what was there. */
  startPart(path: readonly Container[]): void {
    const shared = path.findIndex((container, index) => container.id !== this.path[index]?.id);
    const depth = shared < 0 ? path.length : shared;
    if (needsGap(this.path, path, depth)) this.writeLine(path.slice(0, depth), []);
    this.path = path;
  }

  /** Writes lines within containers; returns those with their marks drawn. */
  write(path: readonly Container[], lines: readonly Line[]): readonly Container[] {
    const [first, ...rest] = lines;
    if (first === undefined) return path;
    this.writeLine(path, first);
    const drawn = path.map((container) =>
      container.kind === 'item' ? { ...container, isMarkDrawn: true } : container,
    );
    for (const line of rest) this.writeLine(drawn, line);
    return drawn;
  }

  /** The same place, with nothing written yet. */
  copy(): BlockWriter {
    const copy = new BlockWriter(this.theme);
    copy.path = this.path;
    return copy;
  }

  private writeLine(path: readonly Container[], line: Line): void {
    const prefix = path.map(prefixOf).join('');
    const text = line.length === 0 ? prefix.trimEnd() : prefix;
    const style = text.trim() === '' ? '' : this.theme().muted;
    this.lines.push(text === '' ? line : joined(text, style, line));
  }
}

/** One span where both look the same: each costs the terminal a sequence. */
function joined(text: string, style: Style, line: Line): Line {
  const [first, ...rest] = line;
  return first?.style === style
    ? [span(text + first.text, style), ...rest]
    : [span(text, style), ...line];
}

/** Columns that the containers take from a line. */
export function prefixWidth(path: readonly Container[]): number {
  return path.reduce((sum, container) => sum + prefixOf(container).length, 0);
}

function prefixOf(container: Container): string {
  if (container.kind === 'quote') return QUOTE_MARK;
  return container.isMarkDrawn ? ' '.repeat(container.width) : container.mark;
}

/** A blank line stands between parts, but not between items and not before a list in an item. */
function needsGap(
  before: readonly Container[],
  after: readonly Container[],
  depth: number,
): boolean {
  const entered = after[depth];
  const left = before[depth];
  const parent = after[depth - 1];
  if (entered?.kind !== 'item') return true;
  if (parent?.kind === 'item') return false;
  return left?.kind !== 'item' || left.listId !== entered.listId;
}
