/** Fuzzy search of paths: `ctxsrch` finds `src/context/search.ts`. */

/** Paths that contain the pattern's letters in order, best first; ties by length, then by name. */
export function findPaths(
  paths: readonly string[],
  pattern: string,
  limit: number,
): readonly string[] {
  const wanted = pattern.trim().replace(/\s+/g, '');
  if (wanted === '') return paths.slice(0, limit);
  const scored = paths.flatMap((path) => {
    const score = scorePath(path, wanted);
    return score === undefined ? [] : [{ path, score }];
  });
  scored.sort(
    (left, right) =>
      right.score - left.score ||
      left.path.length - right.path.length ||
      (left.path < right.path ? -1 : 1),
  );
  return scored.slice(0, limit).map(({ path }) => path);
}

/**
 * How well a pattern fits a path; undefined where it does not. The pattern as it stands beats
 * letters with gaps, the file's name beats its folders, starts of words beat the middle of them.
 */
function scorePath(path: string, pattern: string): number | undefined {
  const lowerPath = path.toLowerCase();
  const lowerPattern = pattern.toLowerCase();
  const nameStart = path.lastIndexOf('/') + 1;
  const lengthCost = path.length / 500;
  const inName = lowerPath.indexOf(lowerPattern, nameStart);
  if (inName === nameStart) {
    const isWhole =
      lowerPath.length === inName + lowerPattern.length ||
      lowerPath[inName + lowerPattern.length] === '.';
    return (isWhole ? 100 : 90) - lengthCost;
  }
  if (inName > nameStart) return (isWordStart(path, inName) ? 80 : 70) - lengthCost;
  const anywhere = lowerPath.indexOf(lowerPattern);
  if (anywhere >= 0) return (isWordStart(path, anywhere) ? 65 : 55) - lengthCost;
  // Letters with gaps: tried in the name first, because that is what people type.
  const ofName = scoreLetters(path.slice(nameStart), lowerPattern);
  if (ofName !== undefined) return 40 * ofName + 10 - lengthCost;
  const ofPath = scoreLetters(path, lowerPattern);
  return ofPath === undefined ? undefined : 40 * ofPath - lengthCost;
}

/** From 0 to 1: the share of letters that follow the one before or start a word. */
function scoreLetters(text: string, lowerPattern: string): number | undefined {
  const lower = text.toLowerCase();
  let at = -1;
  let good = 0;
  for (const letter of lowerPattern) {
    const next = lower.indexOf(letter, at + 1);
    if (next < 0) return undefined;
    if (next === at + 1 || isWordStart(text, next)) good++;
    at = next;
  }
  return good / lowerPattern.length;
}

function isWordStart(text: string, at: number): boolean {
  if (at === 0) return true;
  const before = text[at - 1] ?? '';
  if (/[^\p{L}\p{N}]/u.test(before)) return true;
  return /\p{Lu}/u.test(text[at] ?? '') && /\p{Ll}/u.test(before);
}
