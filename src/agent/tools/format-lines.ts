/** Single lines of the project, as a model gets them. */
import { MAX_OUTPUT_CHARACTERS } from './tool.ts';

const MAX_LINE_CHARACTERS = 300;

export interface FoundLine {
  readonly path: string;
  readonly line: number;
  readonly text: string;
  /** The definition it stands in. */
  readonly symbol?: string;
}

/** `path:line: text`, one line each; what is left out is said at the end. */
export function formatLines(found: readonly FoundLine[], isCut: boolean): string {
  if (found.length === 0) return 'Nothing found.';
  const shown: string[] = [];
  let characters = 0;
  for (const { path, line, text, symbol } of found) {
    const within = symbol === undefined ? '' : ` (in ${symbol})`;
    const row = `${path}:${line}: ${text.trim().slice(0, MAX_LINE_CHARACTERS)}${within}`;
    characters += row.length;
    if (characters > MAX_OUTPUT_CHARACTERS) break;
    shown.push(row);
  }
  const isWhole = !isCut && shown.length === found.length;
  return [...shown, ...(isWhole ? [] : ['[More are left out; narrow the search.]'])].join('\n');
}
