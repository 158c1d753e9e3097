import type { CodeLine } from '../code/code-lines.ts';
import type { LanguageId } from '../code/languages.ts';
import { isForeign, perFile, type ReviewRule } from './rule.ts';

const BRACES = /\bcatch\s*(?:\([^()]*(?:\([^()]*\))?[^()]*\)\s*)?\{\s*\}/g;
/** An error handler without a statement, over line ends. */
const EMPTY: { readonly [Id in LanguageId]?: RegExp } = {
  javascript:
    /\bcatch\s*(?:\([^()]*\)\s*)?\{\s*\}|\.catch\(\s*(?:\(\w*\)|\w+|function\s*\(\w*\))\s*(?:=>\s*)?\{\s*\}\s*\)/g,
  java: BRACES,
  kotlin: BRACES,
  csharp: BRACES,
  php: BRACES,
  scala: BRACES,
  swift: BRACES,
  c: BRACES,
  python: /^[ \t]*except\b[^\n:]*(?:\([^)]*\))?[^\n:]*:\s*(?:pass|\.\.\.)[ \t]*$/gm,
  ruby: /^[ \t]*rescue\b[^\n]*\n\s*end\b/gm,
  go: /\bif\s+(?:[^\n{;]*;\s*)?err\s*!=\s*nil\s*\{\s*\}/g,
};

/** Errors that are caught and forgotten. A comment inside says why, and is enough. */
export const emptyCatch: ReviewRule = {
  name: 'empty-catch',
  summary: 'An error is caught and dropped without a word why.',
  start: perFile(function* (subject) {
    const { language, hunks, kind } = subject;
    const pattern = language === undefined ? undefined : EMPTY[language.id];
    if (pattern === undefined || isForeign(subject) || kind.isTest || kind.isDocumentation) return;
    for (const lines of hunks) {
      const starts = lineStarts(lines);
      for (const match of lines
        .map((line) => line.code)
        .join('\n')
        .matchAll(pattern)) {
        const first = lineAt(starts, match.index + match[0].search(/\S/));
        const covered = lines.slice(first, lineAt(starts, match.index + match[0].length - 1) + 1);
        const [start, end] = [covered.at(0), covered.at(-1)];
        if (start === undefined || end === undefined) continue;
        if (!covered.some((line) => line.isAdded) || covered.some((line) => line.comment.trim())) {
          continue;
        }
        yield {
          startLine: start.newLine,
          endLine: end.newLine,
          severity: 'minor',
          category: 'bug',
          title: 'Empty error handler',
          body:
            'The error disappears here. Handle it, pass it on, or say in a comment why it ' +
            'may be ignored.',
        };
      }
    }
  }),
};

function lineStarts(lines: readonly CodeLine[]): readonly number[] {
  let position = 0;
  return lines.map((line) => {
    const start = position;
    position += line.code.length + 1;
    return start;
  });
}

function lineAt(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
