/** Splits the new side of a hunk into code, strings and comments, line by line. */
import type { DiffLine, Hunk } from '../diff/diff.ts';
import type { Language } from './languages.ts';

/** A line of the new side. `code` has the columns of `text`, so that offsets fit both. */
export interface CodeLine {
  readonly newLine: number;
  readonly isAdded: boolean;
  readonly text: string;
  /** The line with the insides of strings and all comments turned into blanks. */
  readonly code: string;
  /** The words of its comments. */
  readonly comment: string;
}

/** What is open at a line's end: the mark that would close it, or nothing. */
interface OpenSpan {
  readonly close: string;
  readonly isComment: boolean;
}

/** The new side of a hunk. A comment that began above the hunk is known by its leading `*`. */
export function codeLinesOf(hunk: Hunk, language: Language | undefined): readonly CodeLine[] {
  const scanner = language === undefined ? undefined : { language, marks: marksOf(language) };
  let open: OpenSpan | undefined;
  const lines: CodeLine[] = [];
  for (const line of hunk.lines) {
    if (line.kind === 'removed') continue;
    const masked = maskLine(line, scanner, open);
    open = masked.open;
    lines.push(masked.line);
  }
  return lines;
}

interface Scanner {
  readonly language: Language;
  /** Whatever may begin a comment or a string: what is between is skipped at once. */
  readonly marks: RegExp;
}

function marksOf({ lineComments, blockComment, longStrings, quotes }: Language): RegExp {
  const marks = [...(blockComment?.slice(0, 1) ?? []), ...lineComments, ...longStrings, ...quotes];
  return new RegExp(marks.map((mark) => mark.replace(/[*[\]/]/g, '\\$&')).join('|'), 'g');
}

type NewSideLine = Exclude<DiffLine, { kind: 'removed' }>;

/** Longer lines are no hand-written code; they count as one string. */
const LONGEST_CODE_LINE = 2000;

function maskLine(
  line: NewSideLine,
  scanner: Scanner | undefined,
  open: OpenSpan | undefined,
): { line: CodeLine; open: OpenSpan | undefined } {
  const { newLine, text } = line;
  const isAdded = line.kind === 'added';
  if (scanner === undefined) {
    return { line: { newLine, isAdded, text, code: text, comment: '' }, open: undefined };
  }
  if (text.length > LONGEST_CODE_LINE) {
    return { line: { newLine, isAdded, text, code: '', comment: '' }, open };
  }
  const hasBlocks = scanner.language.blockComment?.[0] === '/*';
  if (open === undefined && hasBlocks && /^\s*\*(?:[\s/]|$)/.test(text)) {
    return { line: { newLine, isAdded, text, code: '', comment: text }, open: undefined };
  }
  const scan = scanLine(text, scanner, open);
  return {
    line: { newLine, isAdded, text, code: scan.code, comment: scan.comment },
    open: scan.open,
  };
}

function scanLine(
  text: string,
  { language, marks }: Scanner,
  openAtStart: OpenSpan | undefined,
): { code: string; comment: string; open: OpenSpan | undefined } {
  let open = openAtStart;
  let code = '';
  let comment = '';
  let position = 0;
  while (position < text.length) {
    if (open !== undefined) {
      const end = findClose(text, position, open);
      const inside = text.slice(position, end.insideEnd);
      if (open.isComment) comment += `${inside} `;
      code +=
        ' '.repeat(inside.length) + text.slice(end.insideEnd, end.next).replace(/[*/\]-]/g, ' ');
      position = end.next;
      if (end.isClosed) open = undefined;
      continue;
    }
    marks.lastIndex = position;
    const at = marks.exec(text)?.index ?? text.length;
    code += text.slice(position, at);
    position = at;
    if (at === text.length) break;
    const mark = markAt(text, position, language);
    if (mark === undefined) {
      code += text.charAt(position);
      position += 1;
      continue;
    }
    if (mark.close === undefined) {
      comment += text.slice(position + mark.open.length);
      return { code: code.padEnd(text.length), comment, open: undefined };
    }
    code += mark.isComment ? ' '.repeat(mark.open.length) : mark.open;
    position += mark.open.length;
    open = { close: mark.close, isComment: mark.isComment };
  }
  // A plain string ends with its line, whatever the quote count says.
  const goesOn =
    open !== undefined && (open.isComment || language.longStrings.includes(open.close));
  return { code, comment, open: goesOn ? open : undefined };
}

interface Mark {
  readonly open: string;
  /** Undefined for a comment up to the line's end. */
  readonly close: string | undefined;
  readonly isComment: boolean;
}

function markAt(text: string, position: number, language: Language): Mark | undefined {
  const [blockOpen, blockClose] = language.blockComment ?? [];
  if (blockOpen !== undefined && text.startsWith(blockOpen, position)) {
    return { open: blockOpen, close: blockClose, isComment: true };
  }
  for (const open of language.lineComments) {
    // In shell and YAML a # inside a word is no comment.
    const isWordMark = open === '#' && position > 0 && /\S/.test(text.charAt(position - 1));
    if (!isWordMark && text.startsWith(open, position)) {
      return { open, close: undefined, isComment: true };
    }
  }
  for (const open of language.longStrings) {
    if (text.startsWith(open, position)) return { open, close: open, isComment: false };
  }
  const character = text.charAt(position);
  if (!language.quotes.includes(character)) return undefined;
  return { open: character, close: character, isComment: false };
}

/** Where the open span ends on this line; a backslash keeps a string's quote from closing it. */
function findClose(
  text: string,
  from: number,
  open: OpenSpan,
): { insideEnd: number; next: number; isClosed: boolean } {
  for (let at = text.indexOf(open.close, from); at !== -1; at = text.indexOf(open.close, at + 1)) {
    if (open.isComment || !isEscaped(text, at, from)) {
      return { insideEnd: at, next: at + open.close.length, isClosed: true };
    }
  }
  return { insideEnd: text.length, next: text.length, isClosed: false };
}

function isEscaped(text: string, at: number, from: number): boolean {
  let backslashes = 0;
  while (at - 1 - backslashes >= from && text[at - 1 - backslashes] === '\\') backslashes += 1;
  return backslashes % 2 === 1;
}
