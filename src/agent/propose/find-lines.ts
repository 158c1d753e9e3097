/** Where lines stand in a text: exactly, or but for white space at their ends. Pure. */

/** Indexes (from 0) at which all the wanted lines follow each other. */
export function findLines(lines: readonly string[], wanted: readonly string[]): readonly number[] {
  const exact = findBy(lines, wanted, (left, right) => left === right);
  if (exact.length > 0) return exact;
  // Models drop white space at the end of lines, and nobody sees it: it may differ in all of them.
  return findBy(lines, wanted, (left, right) => left.trimEnd() === right.trimEnd());
}

function findBy(
  lines: readonly string[],
  wanted: readonly string[],
  isSame: (left: string, right: string) => boolean,
): readonly number[] {
  if (wanted.length === 0) return [];
  const found: number[] = [];
  for (let at = 0; at + wanted.length <= lines.length; at += 1) {
    if (wanted.every((line, index) => isSame(lines[at + index] ?? '', line))) found.push(at);
  }
  return found;
}

/** The first wanted lines in words, for a message. */
export function quoteLines(wanted: readonly string[]): string {
  const first = wanted.find((line) => line.trim() !== '')?.trim() ?? '';
  return first.length > 60 ? `"${first.slice(0, 60)}…"` : `"${first}"`;
}
