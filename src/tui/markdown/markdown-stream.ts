/**
 * Markdown that arrives in pieces. Blocks that nothing later can change are handed out once as
 * finished; only the open end is read again with each frame, so the work for a piece is bounded by
 * the open block and not by the length of the answer. An open block that grows without end (a long
 * code block, a huge table) is handed out in parts at line borders.
 */
import { Lexer, type Token, Tokenizer, type Tokens } from 'marked';

/** A piece of the answer that can be drawn by itself. */
export interface Block {
  readonly token: Token;
  /** Goes on where the block before it stopped: no blank line, no fence or table head again. */
  readonly continues: boolean;
  /** More of the same block follows: the fence is not closed yet. */
  readonly isOpen: boolean;
  /** The number of the first item, where an ordered list goes on. */
  readonly firstNumber: number | undefined;
}

export interface MarkdownLimits {
  /** Complete lines of one code block or table that stay open at most. */
  readonly maxOpenLines: number;
  /** Characters of any other block that stay open at most. */
  readonly maxOpenCharacters: number;
}
const DEFAULT_LIMITS: MarkdownLimits = { maxOpenLines: 12, maxOpenCharacters: 4000 };

/** Lines that stay open when a part of a long block is handed out. */
const KEPT_LINES = 4;

/**
 * Definitions of link targets are left as text: a later one would change what is on the screen, and
 * the reader should see the address anyway.
 */
class StreamTokenizer extends Tokenizer {
  override def(_source: string): undefined {
    return undefined;
  }
}

/** How the text before the open end lets the open end begin. */
interface Continuation {
  /** What must be put before the open text so that it is read as more of the same block. */
  readonly prefix: string;
  readonly continues: boolean;
  readonly firstNumber: number | undefined;
}
const FRESH: Continuation = { prefix: '', continues: false, firstNumber: undefined };

export class MarkdownStream {
  private text = '';
  private continuation = FRESH;
  private readonly limits: MarkdownLimits;

  constructor(limits: MarkdownLimits = DEFAULT_LIMITS) {
    this.limits = limits;
  }

  push(text: string): void {
    this.text += text;
  }

  /** Blocks that are final since the last call. */
  takeFinished(): readonly Block[] {
    const finished: Block[] = [];
    // Decisions are made on complete lines only: half a line may still turn into anything.
    for (;;) {
      const end = this.text.lastIndexOf('\n') + 1;
      if (end === 0) break;
      const taken = this.takeClosed(this.text.slice(0, end)) ?? this.takePart(end);
      if (taken === undefined) break;
      finished.push(...taken);
    }
    const rest = this.takeOverlong();
    return rest === undefined ? finished : [...finished, ...rest];
  }

  /** The open end as it looks now. */
  openBlocks(): readonly Block[] {
    if (this.text === '') return [];
    return this.blocksOf(lex(this.continuation.prefix + this.text), true);
  }

  /** The answer is over: everything that was open, as final blocks. */
  end(): readonly Block[] {
    const rest = [...this.takeFinished(), ...this.openBlocks()];
    this.text = '';
    this.continuation = FRESH;
    return rest;
  }

  private blocksOf(tokens: readonly Token[], isLastOpen: boolean): Block[] {
    const blocks = tokens.filter(({ type }) => type !== 'space');
    return blocks.map((token, index) => ({
      token,
      continues: index === 0 && this.continuation.continues,
      isOpen: isLastOpen && index === blocks.length - 1,
      firstNumber: index === 0 ? this.continuation.firstNumber : undefined,
    }));
  }

  /** Takes every block before the last one, the last one too when it is closed for certain. */
  private takeClosed(complete: string): readonly Block[] | undefined {
    const { prefix } = this.continuation;
    const tokens = lex(prefix + complete);
    const openIndex = tokens.findLastIndex(({ type }) => type !== 'space');
    const open = tokens[openIndex];
    if (open === undefined) return undefined;
    const isClosed = isClosedBlock(open, tokens.slice(openIndex + 1));
    const closedTokens = isClosed ? tokens : tokens.slice(0, openIndex);
    const closedLength = rawLength(closedTokens) - prefix.length;
    if (closedLength > 0) {
      const blocks = this.blocksOf(closedTokens, false);
      this.text = this.text.slice(closedLength);
      this.continuation = FRESH;
      return blocks;
    }
    return open.type === 'list' ? this.takeItems(open as Tokens.List) : undefined;
  }

  /** Takes the items before the last one of an open list. */
  private takeItems(list: Tokens.List): readonly Block[] | undefined {
    const items = list.items.slice(0, -1);
    if (items.length === 0) return undefined;
    const [block] = this.blocksOf([{ ...list, items }], false);
    const firstNumber = this.continuation.firstNumber ?? Number(list.start || 1);
    this.text = this.text.slice(rawLength(items));
    this.continuation = { prefix: '', continues: true, firstNumber: firstNumber + items.length };
    return block === undefined ? undefined : [block];
  }

  /** Takes a part of a code block or table that has grown too long. */
  private takePart(end: number): readonly Block[] | undefined {
    const lines = this.text.slice(0, end).split('\n').slice(0, -1);
    if (lines.length <= this.limits.maxOpenLines) return undefined;
    const { prefix } = this.continuation;
    const [token] = lex(prefix + this.text.slice(0, end));
    const head = prefix === '' ? headOf(token, lines) : prefix;
    if (head === undefined) return undefined;
    const part = `${lines.slice(0, -KEPT_LINES).join('\n')}\n`;
    const [partToken] = lex(prefix + part);
    if (partToken === undefined) return undefined;
    const block = { ...this.firstBlock(partToken), isOpen: true };
    this.text = this.text.slice(part.length);
    this.continuation = { prefix: head, continues: true, firstNumber: undefined };
    return [block];
  }

  private firstBlock(token: Token): Block {
    const { continues, firstNumber } = this.continuation;
    return { token, continues, isOpen: false, firstNumber };
  }

  /** The last resort for a block of any kind: cut at a line border, else between two words. */
  private takeOverlong(): readonly Block[] | undefined {
    if (this.text.length <= this.limits.maxOpenCharacters) return undefined;
    const lineEnd = this.text.lastIndexOf('\n') + 1;
    const wordEnd = this.text.lastIndexOf(' ') + 1;
    const end = [lineEnd, wordEnd, this.text.length].find((place) => place > 0) ?? 0;
    const { prefix } = this.continuation;
    const source = prefix + this.text.slice(0, end);
    const tokens = lex(source);
    const blocks = this.blocksOf(tokens, true);
    const lines = this.text.slice(0, end).split('\n');
    const head = prefix === '' ? headOf(tokens.at(-1), lines) : prefix;
    this.text = this.text.slice(end);
    this.continuation = { prefix: head ?? '', continues: true, firstNumber: undefined };
    return blocks;
  }
}

function lex(source: string): readonly Token[] {
  return new Lexer({ gfm: true, tokenizer: new StreamTokenizer() }).lex(source);
}

function rawLength(tokens: readonly { readonly raw: string }[]): number {
  return tokens.reduce((sum, { raw }) => sum + raw.length, 0);
}

/** True when no later line can belong to this block any more. */
function isClosedBlock(token: Token, after: readonly Token[]): boolean {
  switch (token.type) {
    case 'heading':
    case 'hr':
      return true;
    case 'paragraph':
    case 'table':
    case 'blockquote':
      return endsWithBlankLine(token.raw + after.map(({ raw }) => raw).join(''));
    case 'code':
      return isClosedFence(token as Tokens.Code);
    default:
      return false;
  }
}

function endsWithBlankLine(raw: string): boolean {
  return /\n[ \t]*\n[ \t\n]*$/.test(raw);
}

/** True for a fenced block whose closing fence is there. Indented code can always go on. */
export function isClosedFence(token: Tokens.Code): boolean {
  const fence = /^ {0,3}(`{3,}|~{3,})/.exec(token.raw)?.[1];
  if (token.codeBlockStyle === 'indented' || fence === undefined) return false;
  const lastLine = token.raw.trimEnd().split('\n').slice(1).at(-1)?.trim() ?? '';
  const isSameMark = lastLine === (fence[0] ?? '').repeat(lastLine.length);
  return isSameMark && lastLine.length >= fence.length;
}

/** The lines that make what follows them more of the same block, for blocks that have such. */
function headOf(token: Token | undefined, lines: readonly string[]): string | undefined {
  if (token?.type === 'table') return `${lines.slice(0, 2).join('\n')}\n`;
  if (token?.type !== 'code' || token.codeBlockStyle === 'indented') return undefined;
  return token.raw.startsWith(lines[0] ?? '\n') ? `${lines[0]}\n` : undefined;
}
