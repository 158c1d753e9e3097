/** How the parts of a Markdown document begin, line by line, as CommonMark says it. */
import type { Fence } from './code-block.ts';

/** Tab stops of Markdown. */
const TAB_COLUMNS = 4;

/** Columns of white space at the beginning. */
export function indentOf(text: string): number {
  let columns = 0;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (character === ' ') columns += 1;
    else if (character === '\t') columns += TAB_COLUMNS - (columns % TAB_COLUMNS);
    else break;
  }
  return columns;
}

/** The text without so many columns of white space, or with what is left of a tab. */
export function dropColumns(text: string, count: number): string {
  let columns = 0;
  let index = 0;
  while (columns < count && (text[index] === ' ' || text[index] === '\t')) {
    columns += text[index] === ' ' ? 1 : TAB_COLUMNS - (columns % TAB_COLUMNS);
    index += 1;
  }
  return ' '.repeat(Math.max(0, columns - count)) + text.slice(index);
}

export function isBlank(text: string): boolean {
  return !/[^ \t]/.test(text);
}

/** What follows the mark of a quote; undefined when the line is none. */
export function quoteRest(text: string): string | undefined {
  const mark = /^ {0,3}> ?/.exec(text);
  return mark === null ? undefined : text.slice(mark[0].length);
}

/** The text of a heading with its hashes taken off. */
export function headingText(text: string): string | undefined {
  const mark = /^ {0,3}#{1,6}(?:[ \t]+|$)/.exec(text);
  if (mark === null) return undefined;
  const rest = text.slice(mark[0].length).trimEnd();
  const bare = rest.replace(/#+$/, '');
  return bare === '' || /[ \t]$/.test(bare) ? bare.trimEnd() : rest;
}

export function isUnderline(text: string): boolean {
  return /^ {0,3}(?:=+|-+)[ \t]*$/.test(text);
}

export function isRule(text: string): boolean {
  return /^ {0,3}([-_*])[ \t]*(?:\1[ \t]*){2,}$/.test(text);
}

export function readFence(text: string): Fence | undefined {
  const match = /^( {0,3})(`{3,}|~{3,})(.*)$/.exec(text);
  if (match === null) return undefined;
  const [, indent = '', mark = '', info = ''] = match;
  if (mark.startsWith('`') && info.includes('`')) return undefined;
  const language = /[^\s{]+/.exec(info)?.[0] ?? '';
  return { mark, indent: indent.length, opener: text.trim(), language };
}

export function isFenceCloser(text: string, fence: Fence): boolean {
  const mark = /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(text)?.[1];
  return mark !== undefined && mark[0] === fence.mark[0] && mark.length >= fence.mark.length;
}

export interface ItemStart {
  /** The bullet, or the number with what follows it. */
  readonly mark: string;
  /** Items with the same sign make one list. */
  readonly sign: string;
  /** Undefined for a bullet. */
  readonly number: number | undefined;
  /** `[x] ` or `[ ] ` of a task. */
  readonly checkbox: string;
  /** Columns that what belongs to the item is indented by. */
  readonly indent: number;
  readonly rest: string;
}

export function readItem(text: string): ItemStart | undefined {
  const match = /^( {0,3})([-+*]|\d{1,9}[.)])(?=[ \t]|$)/.exec(text);
  if (match === null) return undefined;
  const [all, indent = '', mark = ''] = match;
  const after = text.slice(all.length);
  const gap = indentOf(after);
  const isFar = gap > TAB_COLUMNS || isBlank(after);
  const columns = isFar ? 1 : gap;
  const content = isBlank(after) ? '' : dropColumns(after, columns);
  const box = /^\[([ xX])\][ \t]+(?=\S)/.exec(content);
  return {
    mark,
    sign: mark.at(-1) ?? '',
    number: mark.length > 1 ? Number.parseInt(mark, 10) : undefined,
    checkbox: box === null ? '' : `[${box[1] === ' ' ? ' ' : 'x'}] `,
    indent: indent.length + mark.length + columns,
    rest: box === null ? content : content.slice(box[0].length),
  };
}

const HTML_BLOCK =
  /^ {0,3}<\/?(?:address|article|aside|blockquote|body|center|dd|details|dialog|div|dl|dt|fieldset|figure|footer|form|h[1-6]|head|header|hr|html|iframe|li|link|main|menu|nav|ol|option|p|section|summary|table|tbody|td|tfoot|th|thead|title|tr|ul)(?:[\s/>]|$)/i;

/** HTML that begins here: what ends it, or `blank` for a blank line. */
export function readHtml(text: string): { readonly end: RegExp | undefined } | undefined {
  if (/^ {0,3}<!--/.test(text)) return { end: /-->/ };
  if (/^ {0,3}<(?:script|pre|style|textarea)(?:[\s>]|$)/i.test(text)) {
    return { end: /<\/(?:script|pre|style|textarea)>/i };
  }
  return HTML_BLOCK.test(text) ? { end: undefined } : undefined;
}
