/** "Did you mean": the candidate that takes the fewest typing slips to reach. */

/**
 * The candidate nearest to `word`, or undefined when there is none. Differences in case are free;
 * a missing, added, wrong or swapped letter costs one, except that a candidate which `word` begins
 * (`mod` for `models`) comes first.
 */
export function nearestName(word: string, candidates: Iterable<string>): string | undefined {
  let best: { readonly name: string; readonly slips: number } | undefined;
  for (const name of candidates) {
    const slips = slipsBetween(word, name);
    if (best === undefined || slips < best.slips) best = { name, slips };
  }
  return best?.name;
}

/** A word this long at most is compared letter by letter; longer ones are nobody's slip. */
const MAX_COMPARED_LETTERS = 64;

/** How many typing slips lie between two names (optimal string alignment distance). */
export function slipsBetween(typed: string, meant: string): number {
  const left = typed.toLowerCase().slice(0, MAX_COMPARED_LETTERS);
  const right = meant.toLowerCase().slice(0, MAX_COMPARED_LETTERS);
  if (left.length >= 3 && right.startsWith(left)) return left === right ? 0 : 0.5;
  let beforeLast: readonly number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const isSame = left[row - 1] === right[column - 1];
      const isSwap = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      const swap = isSwap ? (beforeLast[column - 2] ?? Infinity) + 1 : Infinity;
      const replace = (last[column - 1] ?? 0) + (isSame ? 0 : 1);
      const change = Math.min((last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1);
      current.push(Math.min(replace, change, swap));
    }
    [beforeLast, last] = [last, current];
  }
  return last[right.length] ?? 0;
}
