/**
 * Finding secrets before they leave: in what is sent to a model, shown, logged or reviewed.
 * Precision comes first, because a false alarm teaches people to ignore the true one.
 */
import { findAssigned } from './find-assigned.ts';
import { findStructured } from './find-structured.ts';
import { findTokens } from './find-tokens.ts';
import type { SecretMatch } from './secret-match.ts';

/** No secret is shorter than this together with the name or prefix that gives it away. */
const SHORTEST_TEXT = 12;

/**
 * Every secret in `text`, in order, without overlaps. Time grows with the length of the text only,
 * whatever it holds.
 */
export function findSecrets(text: string): readonly SecretMatch[] {
  if (text.length < SHORTEST_TEXT) return [];
  const found: SecretMatch[] = [];
  // The order is the preference among matches of the same place: the vendor's name says most.
  findTokens(text, found);
  findStructured(text, found);
  findAssigned(text, found);
  return withoutOverlaps(found);
}

function withoutOverlaps(found: readonly SecretMatch[]): readonly SecretMatch[] {
  const kept: SecretMatch[] = [];
  const sorted = found.map((match, rank) => ({ match, rank }));
  sorted.sort((a, b) => a.match.start - b.match.start || a.rank - b.rank);
  for (const { match } of sorted) {
    const last = kept.at(-1);
    if (last === undefined || match.start >= last.end) kept.push(match);
    // Longer is safer: a part of a secret that stays in the text is a leak.
    else if (match.end > last.end) kept[kept.length - 1] = { ...last, end: match.end };
  }
  return kept;
}
