/** Where a name is used: every whole occurrence in code, with the definition it stands in. */
import { Buffer } from 'node:buffer';
import type { NameQuery, Reference, References } from '../../code-index.ts';
import type { CodeSymbol } from '../../search.ts';
import type { ScanFiles } from '../scan-files.ts';
import type { ScannedFile } from '../text-cache.ts';
import { codeOf } from './code-text.ts';
import { byPath } from './find-text.ts';

/** The first uses by path and line. Comments and strings do not count. */
export async function findReferences(files: ScanFiles, query: NameQuery): Promise<References> {
  query.signal?.throwIfAborted();
  const found: Reference[] = [];
  if (!/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(query.name)) return { results: found, isCut: false };
  await files.forEachText((scanned) => {
    if (scanned.text.includes(query.name)) found.push(...inFile(scanned, query.name));
  }, query.signal);
  found.sort((left, right) => byPath(left, right) || left.line - right.line);
  return { results: found.slice(0, query.limit), isCut: found.length > query.limit };
}

function inFile(scanned: ScannedFile, name: string): readonly Reference[] {
  const escaped = name.replace(/\$/g, '\\$');
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}_$])${escaped}(?![\\p{L}\\p{N}_$])`, 'gu');
  const lines = scanned.lines();
  const code = codeOf(scanned.path, scanned.text).split('\n');
  return code.flatMap((line, index) =>
    [...line.matchAll(pattern)].map((match) => {
      const number = index + 1;
      const symbol = symbolAt(scanned.symbols(), number);
      return {
        path: scanned.path,
        line: number,
        column: Buffer.byteLength((lines[index] ?? '').slice(0, match.index)) + 1,
        text: lines[index] ?? '',
        ...(symbol === undefined ? {} : { symbol: symbol.name }),
        isDefinition: scanned
          .symbols()
          .some((other) => other.startLine === number && other.name === name),
      };
    }),
  );
}

/** The innermost definition around a line. */
export function symbolAt(symbols: readonly CodeSymbol[], line: number): CodeSymbol | undefined {
  return symbols.findLast(({ startLine, endLine }) => startLine <= line && line <= endLine);
}
