/** Definitions by a fuzzy name: `prsdf` and `diff` find `parseDiff`. */
import type { SymbolMatch, SymbolMatches, SymbolQuery } from '../../code-index.ts';
import type { ScanFiles } from '../scan-files.ts';
import { splitName } from '../words.ts';

/** The best definitions; ties by the shorter name, then by path and line. */
export async function findSymbols(files: ScanFiles, query: SymbolQuery): Promise<SymbolMatches> {
  query.signal?.throwIfAborted();
  const found: SymbolMatch[] = [];
  const pattern = query.pattern.replace(/\s+/g, '');
  if (pattern === '') return { results: found, isCut: false };
  await files.forEachText((scanned) => {
    for (const symbol of scanned.symbols()) {
      if (query.kinds !== undefined && !query.kinds.includes(symbol.kind)) continue;
      const score = scoreName(symbol.name, pattern);
      if (score > 0) found.push({ ...symbol, path: scanned.path, score });
    }
  }, query.signal);
  found.sort(
    (left, right) =>
      right.score - left.score ||
      left.name.length - right.name.length ||
      (left.path < right.path ? -1 : Number(left.path > right.path)) ||
      left.startLine - right.startLine,
  );
  return { results: found.slice(0, query.limit), isCut: found.length > query.limit };
}

/** Exact, prefix, initials of its parts, inside, letters in order; 0 where it does not fit. */
function scoreName(name: string, pattern: string): number {
  const [lowerName, lower] = [name.toLowerCase(), pattern.toLowerCase()];
  if (name === pattern) return 100;
  if (lowerName === lower) return 95;
  if (lowerName.startsWith(lower)) return 80;
  const initials = splitName(name).map((part) => part[0] ?? '');
  if (initials.join('').startsWith(lower)) return 70;
  if (lowerName.includes(lower)) return 60;
  let at = -1;
  for (const letter of lower) {
    at = lowerName.indexOf(letter, at + 1);
    if (at < 0) return 0;
  }
  return (40 * lower.length) / lowerName.length;
}
