/** Carriage returns of a text whose lines end in CR LF while its editor ends them in LF. Pure. */

/**
 * New lines with the returns that the lines have whose place they take: models write none. Where some
 * of these have one and some do not, a line that is among them gets what it has there.
 */
export function keepReturns(fresh: readonly string[], old: readonly string[]): readonly string[] {
  if (!old.some((line) => line.endsWith('\r'))) return fresh;
  const known = new Set(old);
  // The last line of a text without an end of line has no return either.
  const isAll = old.slice(0, -1).every((line) => line.endsWith('\r')) && old.length > 1;
  const lastHasReturn = old.at(-1)?.endsWith('\r') ?? false;
  return fresh.map((line, at) => {
    if (line.endsWith('\r') || known.has(line)) return line;
    const isLast = at === fresh.length - 1;
    const isMeant = isLast ? lastHasReturn : isAll || (old.length === 1 && lastHasReturn);
    return isMeant || known.has(`${line}\r`) ? `${line}\r` : line;
  });
}
