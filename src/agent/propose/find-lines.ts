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

/** More comparisons are not worth a better message. */
const MAX_COMPARISONS = 2_000_000;

/** Where a text that begins at `firstLine` comes nearest to lines it has not, in words; '' where nothing is near. */
export function describeMissing(
  lines: readonly string[],
  wanted: readonly string[],
  firstLine: number,
): string {
  if (lines.length * wanted.length > MAX_COMPARISONS) return '';
  const said = wanted.filter((line) => line.trim() !== '').length;
  let best = { at: 0, count: 0 };
  for (let at = 0; at < lines.length; at += 1) {
    const count = wanted.filter(
      (line, index) => line.trim() !== '' && line.trim() === lines[at + index]?.trim(),
    ).length;
    if (count > best.count) best = { at, count };
  }
  if (best.count === 0 || best.count < said / 2) return '';
  const index = wanted.findIndex(
    (line, offset) => line.trimEnd() !== lines[best.at + offset]?.trimEnd(),
  );
  const number = best.at + index + firstLine;
  const there = lines[best.at + index];
  const line = wanted[index] ?? '';
  if (there === undefined)
    return ` They are nearest at line ${best.at + firstLine}, where the text ends.`;
  if (there.trim() === line.trim()) return ` Line ${number} begins with other white space.`;
  return ` Line ${number} is ${quoteLine(there)}, not ${quoteLine(line)}.`;
}

function quoteLine(line: string): string {
  return line.trim() === '' ? 'empty' : quoteLines([line]);
}
