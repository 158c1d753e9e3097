/**
 * Draws Markdown blocks as logical lines. Prose and code stay as they were written, one line each
 * and without borders or padding, so that what is copied from the terminal is the text.
 */
import type { Token, Tokens } from 'marked';
import { type Line, lineWidth, mixStyles, type Span, type Style, span } from '../styled-text.ts';
import type { Theme } from '../theme/theme.ts';
import { type Block, isClosedFence } from './markdown-stream.ts';
import { tableLines } from './table-lines.ts';

export interface DrawOptions {
  readonly theme: Theme;
  /** Tables that would be wider become a list of records. */
  readonly columns: number;
}

const RULE = '────────';

/** The lines of one block, without a blank line around it. */
export function blockLines(block: Block, options: DrawOptions): readonly Line[] {
  return trimLines(drawBlock(block, options));
}

/** The lines of several blocks, a blank line between those that are not one. */
export function blocksLines(blocks: readonly Block[], options: DrawOptions): readonly Line[] {
  const lines: Line[] = [];
  for (const block of blocks) {
    const drawn = blockLines(block, options);
    if (drawn.length > 0 && lines.length > 0 && !block.continues) lines.push([]);
    lines.push(...drawn);
  }
  return lines;
}

function drawBlock(block: Block, options: DrawOptions): readonly Line[] {
  const { token } = block;
  const { theme } = options;
  switch (token.type) {
    case 'heading':
      return inlineLines(token.tokens ?? [], theme, theme.heading);
    case 'paragraph':
      return inlineLines(token.tokens ?? [], theme);
    case 'text':
      return inlineLines(token.tokens ?? [token], theme);
    case 'code':
      return codeLines(block, token as Tokens.Code, theme);
    case 'list':
      return listLines(token as Tokens.List, options, block.firstNumber);
    case 'blockquote':
      return prefixLines(childLines(token.tokens ?? [], options), '> ', theme.muted);
    case 'table':
      return drawTable(block, token as Tokens.Table, options);
    case 'hr':
      return [[span(RULE, theme.muted)]];
    default:
      return textLines(token.raw);
  }
}

function childLines(tokens: readonly Token[], options: DrawOptions): readonly Line[] {
  const blocks = tokens
    .filter(({ type }) => type !== 'space' && type !== 'checkbox')
    .map((token) => ({ token, continues: false, isOpen: false, firstNumber: undefined }));
  return blocksLines(blocks, options);
}

function codeLines(block: Block, token: Tokens.Code, theme: Theme): readonly Line[] {
  const lines = token.text.split('\n').map((text) => (text === '' ? [] : [span(text, theme.code)]));
  if (token.codeBlockStyle === 'indented') return lines;
  const [opener = '', ...rest] = token.raw.trim().split('\n');
  const body = rest.length === 0 || token.text === '' ? [] : lines;
  const head = block.continues ? [] : [[span(opener, theme.muted)]];
  const isClosed = !block.isOpen || isClosedFence(token);
  const fence = /^[`~]+/.exec(opener)?.[0] ?? '```';
  return [
    ...head,
    ...body,
    ...(isClosed && isClosedFence(token) ? [[span(fence, theme.muted)]] : []),
  ];
}

function listLines(
  list: Tokens.List,
  options: DrawOptions,
  continuedNumber: number | undefined,
): readonly Line[] {
  const first = continuedNumber ?? Number(list.start || 1);
  return list.items.flatMap((item, index) => {
    const mark = list.ordered ? `${first + index}. ` : '- ';
    const checkbox = item.task ? `[${item.checked === true ? 'x' : ' '}] ` : '';
    return itemLines(item, mark + checkbox, options);
  });
}

function itemLines(item: Tokens.ListItem, mark: string, options: DrawOptions): readonly Line[] {
  const blocks = item.tokens.filter(({ type }) => type !== 'space' && type !== 'checkbox');
  const drawn = blocks.flatMap((token, index) => {
    const block = { token, continues: false, isOpen: false, firstNumber: undefined };
    const lines = blockLines(block, options);
    // The text of an item comes first; code and further paragraphs stand below it.
    return index === 0 || token.type === 'list' ? lines : [[], ...lines];
  });
  const [firstLine = [], ...rest] = drawn;
  const head = [span(mark, options.theme.muted), ...firstLine];
  const indent = ' '.repeat(mark.length <= 2 ? 2 : 3);
  return [head, ...prefixLines(rest, indent, '')];
}

function prefixLines(lines: readonly Line[], prefix: string, style: Style): readonly Line[] {
  return lines.map((line) =>
    line.length === 0 && prefix.trim() === '' ? line : [span(prefix, style), ...line],
  );
}

function drawTable(block: Block, table: Tokens.Table, options: DrawOptions): readonly Line[] {
  const { theme } = options;
  const cell = (source: Tokens.TableCell, style: Style) =>
    inlineLines(source.tokens, theme, style)[0] ?? [];
  return tableLines(
    {
      header: table.header.map((source) => cell(source, theme.strong)),
      rows: table.rows.map((row) => row.map((source) => cell(source, ''))),
      alignments: table.align,
      hasHeader: !block.continues,
    },
    options,
  );
}

function textLines(text: string): readonly Line[] {
  return text.split('\n').map((part) => (part === '' ? [] : [span(part)]));
}

function trimLines(lines: readonly Line[]): readonly Line[] {
  const isBlank = (line: Line) => lineWidth(line) === 0;
  const start = lines.findIndex((line) => !isBlank(line));
  const end = lines.findLastIndex((line) => !isBlank(line));
  return start < 0 ? [] : lines.slice(start, end + 1);
}

/** Inline tokens as lines: a line break in the source is one on the screen. */
function inlineLines(tokens: readonly Token[], theme: Theme, style: Style = ''): readonly Line[] {
  const lines: Span[][] = [[]];
  for (const { text, style: own } of inlineSpans(tokens, theme, style)) {
    const [head = '', ...rest] = text.split('\n');
    if (head !== '') lines.at(-1)?.push(span(head, own));
    for (const part of rest) lines.push(part === '' ? [] : [span(part, own)]);
  }
  return lines;
}

function inlineSpans(tokens: readonly Token[], theme: Theme, style: Style): readonly Span[] {
  return tokens.flatMap((token) => inlineSpan(token, theme, style));
}

function inlineSpan(token: Token, theme: Theme, style: Style): readonly Span[] {
  const nested = (own: Style) => inlineSpans(children(token), theme, mixStyles(style, own));
  switch (token.type) {
    case 'strong':
      return nested(theme.strong);
    case 'em':
      return nested(theme.emphasis);
    case 'del':
      return nested(theme.deleted);
    case 'codespan':
      return [span(token.text, mixStyles(style, theme.code))];
    case 'br':
      return [span('\n', style)];
    case 'checkbox':
      // Drawn with the mark of the item, wherever the lexer has put it.
      return [];
    case 'link':
      return linkSpans(token as Tokens.Link, nested(theme.link), mixStyles(style, theme.muted));
    case 'image':
      return [span(`${token.text || 'image'} (${token.href})`, mixStyles(style, theme.link))];
    case 'escape':
      return [span(token.text, style)];
    case 'text':
      return children(token).length > 0 ? nested('') : [span(decodeEntities(token.text), style)];
    default:
      return [span(token.raw, style)];
  }
}

function children(token: Token): readonly Token[] {
  return 'tokens' in token && token.tokens !== undefined ? token.tokens : [];
}

/** The address of a link is always shown: a text that names one site must not hide another. */
function linkSpans(link: Tokens.Link, label: readonly Span[], style: Style): readonly Span[] {
  const text = label.map((part) => part.text).join('');
  const isPlain = text === link.href || `mailto:${text}` === link.href;
  return isPlain ? label : [...label, span(` (${link.href})`, style)];
}

/** The five entities that stand for characters of Markdown itself; no others are decoded. */
function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  const characters: Readonly<Record<string, string>> = {
    amp: '&',
    lt: '<',
    gt: '>',
    quot: '"',
    '#39': "'",
  };
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (_all, name: string) => characters[name] ?? _all);
}
