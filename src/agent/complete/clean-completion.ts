/**
 * What a model answered as the text to insert at the cursor: without what models write around it, and
 * without what already stands before or after the cursor.
 */
import { INSERTION_END, INSERTION_START } from '../prompts/complete.ts';

/** The text around a cursor. */
export interface CursorPlace {
  readonly prefix: string;
  readonly suffix: string;
}

/** An answer may repeat so many lines before the cursor. */
const MAX_REPEATED_LINES = 12;
/** An end that equals what follows is looked for within so many characters. */
const MAX_OVERLAP = 2000;
/** A line of one character is no line that was repeated. */
const MIN_REPEATED = 2;

/** The insertions of a chat answer, best first; one that was cut, or is in a fence, is found too. */
export function readInsertions(answer: string): readonly string[] {
  const pieces = answer.split(INSERTION_START).slice(1);
  if (pieces.length > 0) return pieces.map((piece) => piece.split(INSERTION_END)[0] ?? '');
  const fence = /```[^\n]*\n([\s\S]*?)(?:\n[ \t]*```|$)/.exec(answer);
  return [fence?.[1] ?? answer];
}

/** The text to insert; empty where nothing is left of it. */
export function cleanCompletion(answer: string, { prefix, suffix }: CursorPlace): string {
  // Control characters would be obeyed by a terminal, and are never wanted in code.
  const plain = answer.replaceAll(/\r\n?/g, '\n').replaceAll(/[\x00-\x08\x0b-\x1f\x7f]/g, '');
  const own = isRestOfLine(suffix) ? (plain.split('\n')[0] ?? '') : plain;
  const fresh = withoutRepeatedPrefix(own, prefix);
  // An answer that is all there behind the cursor adds nothing.
  if (fresh.trim() === '' || suffix.trimStart().startsWith(fresh.trim())) return '';
  const kept = withoutRepeatedSuffix(fresh, suffix);
  return kept.trim() === '' ? '' : kept.trimEnd();
}

/** True where more than closing signs stand behind the cursor: only a piece of the line fits there. */
export function isRestOfLine(suffix: string): boolean {
  const rest = suffix.split('\n', 1)[0] ?? '';
  return /[^\s)\]}>'"`;,:]/.test(rest);
}

/** The text up to its last whole line, for an answer that ended at the limit of tokens. */
export function wholeLines(text: string): string {
  const end = text.lastIndexOf('\n');
  return end === -1 ? text : text.slice(0, end);
}

/** Takes off the line, or the lines, before the cursor that the answer begins with. */
function withoutRepeatedPrefix(text: string, prefix: string): string {
  const lines = prefix.split('\n');
  const most = Math.min(lines.length, MAX_REPEATED_LINES);
  for (let count = most; count >= 1; count -= 1) {
    const tail = lines.slice(-count).join('\n');
    // Models often leave out the indentation of the first line they repeat.
    for (const repeated of [tail, tail.trimStart()]) {
      if (repeated.trim().length >= MIN_REPEATED && text.startsWith(repeated)) {
        return text.slice(repeated.length);
      }
    }
  }
  return text;
}

/** Takes off the end that the text after the cursor begins with. */
function withoutRepeatedSuffix(text: string, suffix: string): string {
  for (let length = Math.min(text.length, suffix.length, MAX_OVERLAP); length > 0; length -= 1) {
    const start = text.length - length;
    if (!suffix.startsWith(text.slice(start)) || isWithinWord(text, start)) continue;
    if (needsItsClosers(text, start)) continue;
    return text.slice(0, start);
  }
  return text;
}

function isWithinWord(text: string, position: number): boolean {
  const isWord = (character: string | undefined) => /[\p{L}\p{N}_]/u.test(character ?? '');
  return isWord(text[position - 1]) && isWord(text[position]);
}

const OPENER_OF: { readonly [closer: string]: string } = { ')': '(', ']': '[', '}': '{' };

/** True where the end holds nothing but signs of which one closes what the text itself opened. */
function needsItsClosers(text: string, start: number): boolean {
  const end = text.slice(start);
  if (!/^[\s)\]};,]+$/.test(end)) return false;
  return Object.entries(OPENER_OF).some(
    ([closer, opener]) => end.includes(closer) && count(text, opener) - count(text, closer) >= 0,
  );
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}
