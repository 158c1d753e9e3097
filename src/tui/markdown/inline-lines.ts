/** Draws the text of a paragraph, a heading or a cell: emphasis, code, links. */
import { Lexer, type Token, type Tokens } from 'marked';
import { type Line, mixStyles, plainLine, type Span, type Style, span } from '../styled-text.ts';
import type { Theme } from '../theme/theme.ts';

export type InlineLexer = (source: string) => readonly Token[];

/**
 * Definitions of link targets are never read: a later one would change what is on the screen, and
 * the reader should see the address anyway.
 */
export const lexInline: InlineLexer = (source) => Lexer.lexInline(source, { gfm: true });

export interface InlineLook {
  readonly theme: Theme;
  readonly style: Style;
  readonly lexInline: InlineLexer;
}

/** A longer text is plain: the lexer looks for the end of some marks from every place. */
const MAX_CHARACTERS = 4000;

/** The text as lines: a line break in the source is one on the screen. */
export function inlineLines(source: string, look: InlineLook): readonly Line[] {
  if (source.length > MAX_CHARACTERS) {
    return source.split('\n').map((line) => plainLine(line, look.style));
  }
  const lines: Span[][] = [[]];
  for (const { text, style } of spansOf(look.lexInline(source), look.theme, look.style)) {
    const [head = '', ...rest] = text.split('\n');
    if (head !== '') lines.at(-1)?.push(span(head, style));
    for (const part of rest) lines.push(part === '' ? [] : [span(part, style)]);
  }
  return lines;
}

function spansOf(tokens: readonly Token[], theme: Theme, style: Style): readonly Span[] {
  return tokens.flatMap((token) => tokenSpans(token, theme, style));
}

function tokenSpans(token: Token, theme: Theme, style: Style): readonly Span[] {
  const nested = (own: Style) => spansOf(children(token), theme, mixStyles(style, own));
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
