/** Lines that hold a text or match a pattern, read from every file. */
import { Buffer } from 'node:buffer';
import { errorMessage, ZekeError } from '../../../platform/errors.ts';
import type { TextMatch, TextMatches, TextQuery } from '../../code-index.ts';
import type { ScanFiles } from '../scan-files.ts';

/** A longer line is data; a pattern is not tried on it. */
const MAX_LINE_CHARACTERS = 10_000;

/** The first matches by path and line. Throws a ZekeError for a pattern that is none. */
export async function findText(files: ScanFiles, query: TextQuery): Promise<TextMatches> {
  query.signal?.throwIfAborted();
  const pattern = toPattern(query);
  const found: TextMatch[] = [];
  if (query.pattern === '') return { results: found, isCut: false };
  await files.forEachText((scanned) => {
    if (!isBelow(scanned.path, query.paths)) return;
    for (const [index, line] of scanned.lines().entries()) {
      const match = line.length > MAX_LINE_CHARACTERS ? null : pattern.exec(line);
      if (match === null) continue;
      found.push({
        path: scanned.path,
        line: index + 1,
        column: Buffer.byteLength(line.slice(0, match.index)) + 1,
        length: Buffer.byteLength(match[0]),
        text: line,
      });
    }
  }, query.signal);
  found.sort((left, right) => byPath(left, right) || left.line - right.line);
  return { results: found.slice(0, query.limit), isCut: found.length > query.limit };
}

export function byPath(left: { readonly path: string }, right: { readonly path: string }): number {
  if (left.path === right.path) return 0;
  return left.path < right.path ? -1 : 1;
}

function isBelow(path: string, folders: readonly string[] | undefined): boolean {
  if (folders === undefined || folders.length === 0) return true;
  return folders.some((folder) => {
    const prefix = folder.replace(/^\.\/|\/+$/g, '');
    return prefix === '' || prefix === '.' || path === prefix || path.startsWith(`${prefix}/`);
  });
}

function toPattern({ pattern, isRegex, isWord, isCaseSensitive }: TextQuery): RegExp {
  const source = isRegex === true ? pattern : pattern.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  // The native index matches in linear time and has neither; the answer must not depend on which serves.
  if (isRegex === true && /\(\?<?[=!]|\\[1-9]|\\k</.test(pattern)) {
    throw new ZekeError('usage', 'Look-around and back-references are not supported.');
  }
  const flags = isCaseSensitive === true ? 'u' : 'iu';
  try {
    return new RegExp(isWord === true ? `(?<![\\w$])(?:${source})(?![\\w$])` : source, flags);
  } catch (error) {
    throw new ZekeError('usage', `This is no regular expression: ${errorMessage(error)}`);
  }
}
