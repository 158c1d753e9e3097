/** How well a text fits what was typed, as people type it: parts of words, letters left out. */

const START = 8;
const WORD_START = 6;
const INSIDE = 4;
const SCATTERED = 1;
/** More letters between the typed ones than this many for each are no abbreviation any more. */
const MAX_GAP_PER_LETTER = 4;

/**
 * A number above 0 when every word of the query is found in the text, higher for a better place;
 * 0 when one is not. An empty query fits everything.
 */
export function fuzzyScore(query: string, text: string): number {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const target = text.toLowerCase();
  let score = 1;
  for (const word of words) {
    const found = wordScore(word, target);
    if (found === 0) return 0;
    score += found;
  }
  return score;
}

function wordScore(word: string, text: string): number {
  const index = text.indexOf(word);
  if (index === 0) return START;
  if (index > 0) return /[\p{L}\p{N}]/u.test(text[index - 1] ?? '') ? INSIDE : WORD_START;
  return isScattered(word, text) ? SCATTERED : 0;
}

/** True when the letters come in this order, none too far from the one before. */
function isScattered(word: string, text: string): boolean {
  if (word.length < 3) return false;
  const first = text.indexOf(word[0] ?? '');
  let at = first;
  for (const letter of word.slice(1)) {
    if (at < 0) return false;
    at = text.indexOf(letter, at + 1);
  }
  return at >= 0 && at - first <= word.length * MAX_GAP_PER_LETTER;
}
