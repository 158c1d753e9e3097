/**
 * Reads Markdown line by line, each line once, and draws what is final. The structure is that of
 * CommonMark's own method: a stack of open containers, and at most one open leaf within them.
 */
import { type Line, plainLine } from '../styled-text.ts';
import {
  dropColumns,
  headingText,
  type ItemStart,
  indentOf,
  isBlank,
  isFenceCloser,
  isRule,
  isUnderline,
  quoteRest,
  readFence,
  readHtml,
  readItem,
} from './block-starts.ts';
import { BlockWriter, type Container, type Item, prefixWidth } from './block-writer.ts';
import { FencedCode, PlainLines } from './code-block.ts';
import type { DrawOptions } from './leaf.ts';
import { Paragraph } from './paragraph.ts';
import { readAlignments, splitRow, Table } from './table.ts';

/** Deeper nesting is drawn as text: nobody can read it, and each line would cost its depth. */
const MAX_DEPTH = 40;
const RULE = '────────';
/** White space that makes a line code. */
const CODE_COLUMNS = 4;
/** A table below a list or a quote is no part of it, though a line of text would be. */
const LEAVES_PARAGRAPH = /^ {0,3}\|/;
/** The document, where others have the id of the container. */
const DOCUMENT_ID = 0;

type AnyLeaf = Paragraph | FencedCode | PlainLines | Table;

/** The list that the next item in a container may belong to. */
interface ListRun {
  readonly id: number;
  readonly sign: string;
  readonly nextNumber: number;
}

/** A line without the marks of its containers. */
interface InnerLine {
  readonly text: string;
  /** Open containers that it belongs to. */
  readonly depth: number;
  /** The paragraph that it may go on with. */
  readonly paragraph: Paragraph | undefined;
  /** It stands where that paragraph stands; else it could only go on with it out of laziness. */
  readonly isInside: boolean;
}

export class BlockReader {
  private readonly options: () => DrawOptions;
  private readonly writer: BlockWriter;
  private containers: readonly Container[] = [];
  private leaf: AnyLeaf | undefined;
  /** A line of the leaf was written. */
  private isLeafStarted = false;
  private lists: ReadonlyMap<number, ListRun> = new Map();
  private nextId = DOCUMENT_ID + 1;

  constructor(options: () => DrawOptions, writer?: BlockWriter) {
    this.options = options;
    this.writer = writer ?? new BlockWriter(() => options().theme);
  }

  /** True between two parts of the document that are not within another one. */
  get isBetweenParts(): boolean {
    return this.leaf === undefined && this.containers.length === 0;
  }

  /** Lines that are final and not taken. */
  get written(): readonly Line[] {
    return this.writer.written;
  }

  take(): readonly Line[] {
    return this.writer.take();
  }

  /** Begins a line; `append` may follow, `endLine` must. */
  beginLine(line: string): void {
    const { depth, rest } = this.matchContainers(line);
    const isWhole = depth === this.containers.length;
    if (isWhole && this.goesOn(rest)) return;
    const isLeft = !isWhole && LEAVES_PARAGRAPH.test(rest);
    const paragraph = this.leaf?.kind === 'paragraph' && !isLeft ? this.leaf : undefined;
    this.readContainers({ text: rest, depth, paragraph, isInside: isWhole });
  }

  /** More of the line that was begun. */
  append(text: string): void {
    if (this.leaf !== undefined) this.leaf.append(text);
    else if (!isBlank(text)) this.openParagraph(text);
  }

  endLine(): void {
    const { leaf } = this;
    if (leaf === undefined) return;
    this.writeLeaf(leaf.endLine());
    if (leaf.isComplete) this.closeLeaf();
  }

  /** Nothing more comes. */
  close(): void {
    this.closeTo(0);
  }

  /** The same state, for a look at what the open end would become; see `Leaf.tail`. */
  tail(): BlockReader {
    const copy = new BlockReader(this.options, this.writer.copy());
    copy.containers = this.containers;
    copy.leaf = this.leaf?.tail();
    copy.isLeafStarted = this.isLeafStarted;
    copy.lists = this.lists;
    copy.nextId = this.nextId;
    return copy;
  }

  private matchContainers(line: string): { readonly depth: number; readonly rest: string } {
    let rest = line;
    let depth = 0;
    for (const container of this.containers) {
      const inner = container.kind === 'quote' ? quoteRest(rest) : itemRest(rest, container);
      if (inner === undefined) break;
      rest = inner;
      depth += 1;
    }
    return { depth, rest };
  }

  /** Gives the line to an open leaf of code or HTML that takes it. */
  private goesOn(text: string): boolean {
    const { leaf } = this;
    if (leaf instanceof FencedCode) {
      if (isFenceCloser(text, leaf.fence)) leaf.beginCloser(text.trim());
      else leaf.begin(dropColumns(text, Math.min(leaf.fence.indent, indentOf(text))));
      return true;
    }
    if (!(leaf instanceof PlainLines)) return false;
    if (leaf.kind === 'html') {
      if (leaf.end === undefined && isBlank(text)) return false;
      leaf.begin(text);
      return true;
    }
    if (isBlank(text)) leaf.addBlank();
    else if (indentOf(text) >= CODE_COLUMNS) leaf.begin(dropColumns(text, CODE_COLUMNS));
    else return false;
    return true;
  }

  /** Opens the quotes and items that begin on the line; the rest of it is for a leaf. */
  private readContainers(line: InnerLine): void {
    let inner = line;
    while (this.containers.length < MAX_DEPTH && indentOf(inner.text) < CODE_COLUMNS) {
      const quoted = quoteRest(inner.text);
      const item = quoted === undefined ? startedItem(inner) : undefined;
      if (quoted === undefined && item === undefined) break;
      this.closeTo(inner.depth);
      if (item === undefined) this.openContainer({ kind: 'quote', id: this.newId() });
      else this.openItem(item);
      const text = quoted ?? item?.rest ?? '';
      inner = { text, depth: this.containers.length, paragraph: undefined, isInside: true };
    }
    if (isBlank(inner.text)) this.closeTo(inner.depth);
    else if (indentOf(inner.text) >= CODE_COLUMNS) this.readIndented(inner);
    else if (!this.readsMark(inner) && !this.changesParagraph(inner)) this.readText(inner);
  }

  private readIndented(line: InnerLine): void {
    if (line.paragraph !== undefined) {
      this.continueParagraph(line);
      return;
    }
    const leaf = new PlainLines('indented');
    leaf.begin(dropColumns(line.text, CODE_COLUMNS));
    this.openLeaf(leaf, line.depth);
  }

  /** Leaves that are known by how their first line begins. */
  private readsMark({ text, depth, paragraph, isInside }: InnerLine): boolean {
    const heading = headingText(text);
    const fence = readFence(text);
    const html = readHtml(text);
    if (heading !== undefined) {
      const leaf = new Paragraph('heading', this.options);
      leaf.begin(heading);
      this.openLeaf(leaf, depth);
    } else if (fence !== undefined) {
      this.openLeaf(new FencedCode(fence, this.options), depth);
    } else if (html !== undefined) {
      const leaf = new PlainLines('html', html.end);
      leaf.begin(text);
      this.openLeaf(leaf, depth);
    } else if (isRule(text) && !(paragraph !== undefined && isInside && isUnderline(text))) {
      this.closeTo(depth);
      this.startLeaf();
      this.writeLeaf([plainLine(RULE, this.options().theme.muted)]);
    } else {
      return false;
    }
    return true;
  }

  /** A line below a paragraph may make a heading of it, or a table of its last line. */
  private changesParagraph({ text, paragraph, isInside }: InnerLine): boolean {
    if (paragraph === undefined || !isInside) return false;
    const { wholeText } = paragraph;
    if (isUnderline(text) && wholeText !== undefined) {
      const heading = new Paragraph('heading', this.options);
      heading.begin(wholeText);
      this.leaf = heading;
      return true;
    }
    const alignments = readAlignments(text);
    const header = alignments === undefined ? [] : splitRow(paragraph.lastLine ?? '');
    if (alignments === undefined || header.length !== alignments.length) return false;
    paragraph.dropLastLine();
    const columns = () => this.options().columns - prefixWidth(this.containers);
    const table = new Table({ header, alignments, columns }, this.options);
    this.openLeaf(table, this.containers.length);
    return true;
  }

  private readText(line: InnerLine): void {
    if (line.paragraph !== undefined) this.continueParagraph(line);
    else if (this.leaf instanceof Table && line.isInside) this.leaf.begin(line.text);
    else {
      this.closeTo(line.depth);
      this.openParagraph(line.text);
    }
  }

  private continueParagraph({ text, paragraph, isInside }: InnerLine): void {
    paragraph?.begin(isInside ? text : text.trimStart());
  }

  private openParagraph(text: string): void {
    const leaf = new Paragraph('paragraph', this.options);
    leaf.begin(text);
    this.openLeaf(leaf, this.containers.length);
  }

  private openLeaf(leaf: AnyLeaf, depth: number): void {
    this.closeTo(depth);
    this.startLeaf();
    this.leaf = leaf;
  }

  /** Something that is no item stands here now: a list before it is over. */
  private startLeaf(): void {
    this.isLeafStarted = false;
    this.endList();
    this.containers = this.containers.map((container) =>
      container.kind === 'item' ? { ...container, hasContent: true } : container,
    );
  }

  private openContainer(container: Container): void {
    if (container.kind === 'quote') this.endList();
    this.containers = [...this.containers, container];
  }

  private openItem({ mark, sign, number, checkbox, indent }: ItemStart): void {
    const place = this.placeId();
    const before = this.lists.get(place);
    const isSame = before?.sign === sign;
    const listId = isSame ? before.id : this.newId();
    const ownNumber = isSame ? before.nextNumber : (number ?? 0);
    const shown = number === undefined ? '- ' : `${ownNumber}${mark.at(-1) ?? '.'} `;
    this.lists = new Map(this.lists).set(place, {
      id: listId,
      sign,
      nextNumber: ownNumber + 1,
    });
    this.openContainer({
      kind: 'item',
      id: this.newId(),
      listId,
      indent,
      mark: shown + checkbox,
      width: shown.length,
      isMarkDrawn: false,
      hasContent: false,
    });
  }

  private endList(): void {
    const place = this.placeId();
    if (!this.lists.has(place)) return;
    this.lists = new Map([...this.lists].filter(([id]) => id !== place));
  }

  private placeId(): number {
    return this.containers.at(-1)?.id ?? DOCUMENT_ID;
  }

  private newId(): number {
    this.nextId += 1;
    return this.nextId - 1;
  }

  private closeLeaf(): void {
    const { leaf } = this;
    this.leaf = undefined;
    if (leaf !== undefined) this.writeLeaf(leaf.close());
  }

  /** Closes the leaf, and every container beyond so many. */
  private closeTo(depth: number): void {
    this.closeLeaf();
    while (this.containers.length > depth) {
      const last = this.containers.at(-1);
      if (last?.kind === 'item' && !last.isMarkDrawn) {
        this.isLeafStarted = false;
        this.writeLeaf([[]]);
      }
      this.endList();
      this.containers = this.containers.slice(0, -1);
    }
  }

  private writeLeaf(lines: readonly Line[]): void {
    if (lines.length === 0) return;
    if (!this.isLeafStarted) this.writer.startPart(this.containers);
    this.isLeafStarted = true;
    this.containers = this.writer.write(this.containers, lines);
  }
}

/** What is left of a line that belongs to an item; undefined when it does not. */
function itemRest(text: string, item: Item): string | undefined {
  if (isBlank(text)) return item.hasContent ? '' : undefined;
  return indentOf(text) >= item.indent ? dropColumns(text, item.indent) : undefined;
}

/** The item that begins here. In the middle of a paragraph not everything with a mark is one. */
function startedItem({ text, paragraph, isInside }: InnerLine): ItemStart | undefined {
  if (isRule(text)) return undefined;
  const item = readItem(text);
  const isInText = paragraph !== undefined && isInside;
  if (item === undefined || !isInText) return item;
  const isUnlikely = item.rest === '' || (item.number !== undefined && item.number !== 1);
  return isUnlikely ? undefined : item;
}
