/** What a review found, as data. Every output format and baseline is made from this. */
import { createHash } from 'node:crypto';
import { type ReviewFinding, SEVERITIES, type Severity } from '../../session/review.ts';

export type Finding = ReviewFinding;

/** True when `severity` is `threshold` or worse. */
export function isAtLeast(severity: Severity, threshold: Severity): boolean {
  return SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(threshold);
}

/** What an editor trims from a line as well; no more, or its digest would be another one. */
const BLANKS = ' \t\n\v\f\r';
const BYTE_ORDER_MARK = '\ufeff';
const REPLACEMENT = '\ufffd';
const HASH_CHARACTERS = 16;
/** A longer one may have been cut on its way here. */
const MAX_LINE_CHARACTERS = 10_000;

/**
 * The `lineHash` of a line with this text; undefined for a blank line, which is like every other, and
 * for one that is very long or not UTF-8, whose bytes are not all known here.
 */
export function lineHashOf(text: string): string | undefined {
  if (text.length > MAX_LINE_CHARACTERS) return undefined;
  let start = text.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
  let end = text.length;
  while (start < end && BLANKS.includes(text.charAt(start))) start += 1;
  while (end > start && BLANKS.includes(text.charAt(end - 1))) end -= 1;
  const said = text.slice(start, end);
  if (said === '' || said.includes(REPLACEMENT)) return undefined;
  return createHash('sha256').update(said).digest('hex').slice(0, HASH_CHARACTERS);
}
