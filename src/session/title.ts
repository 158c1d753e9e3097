/** Titles of sessions: short lines for lists. */
import { sanitizeLine } from '../platform/terminal-text.ts';
import type { UserInput } from './ops.ts';
import type { Review } from './review.ts';

/** A title made from the first message is cut here. */
const MADE_TITLE_MAX_CHARACTERS = 60;
/** One that somebody chose may be longer, but it stays a line. */
const CHOSEN_TITLE_MAX_CHARACTERS = 200;

/** The title that a session has from its first message. */
export function titleFrom({ kind, text }: UserInput): string {
  if (kind === 'compact' || kind === 'continue') return '';
  return cut(text.trim().split('\n', 1)[0] ?? '', MADE_TITLE_MAX_CHARACTERS);
}

/** A title as somebody typed it, as one harmless line. */
export function cleanTitle(text: string): string {
  return cut(sanitizeLine(text).trim(), CHOSEN_TITLE_MAX_CHARACTERS);
}

/** What a session is called in lists in which there is nothing but a review. */
export function reviewTitle({ base }: Review): string {
  return cleanTitle(`Review since ${base ?? 'the last commit'}`);
}

/** The title of a session that goes on from another one. */
export function forkTitle(title: string): string {
  return title === '' ? '' : `${title} (fork)`;
}

function cut(line: string, maxCharacters: number): string {
  // Half a pair of surrogates cannot be cut off by characters; a huge text is not spread for it.
  const characters = [...line.slice(0, 2 * maxCharacters + 2)];
  if (characters.length <= maxCharacters) return line;
  return `${characters.slice(0, maxCharacters - 1).join('')}…`;
}
