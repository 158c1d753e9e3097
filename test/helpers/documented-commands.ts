/** The shell lines that the documents show, so that tests can hold the program to them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listFiles } from '../../tools/source-code.mjs';
import { PROJECT_ROOT } from './zeke.ts';

export interface DocumentedLine {
  /** The document, relative to the project's root. */
  readonly path: string;
  /** The line without its comment; continued lines are one. */
  readonly line: string;
}

const SHELL_BLOCK = /^```(?:sh|bash|shell|console|zsh|fish)\n([\s\S]*?)^```/gm;

/** Every line of every shell block, in the order of the documents. */
export function documentedLines(): readonly DocumentedLine[] {
  const documents = [
    'README.md',
    'CONTRIBUTING.md',
    'AGENTS.md',
    ...listFiles(PROJECT_ROOT, 'docs', ['.md']),
  ];
  return documents.flatMap((path) => {
    const text = readFileSync(join(PROJECT_ROOT, path), 'utf8');
    return [...text.matchAll(SHELL_BLOCK)].flatMap(([, block = '']) =>
      block
        .replace(/\\\n\s*/g, ' ')
        .split('\n')
        .map((line) =>
          line
            .replace(/^\$ /, '')
            .replace(/(?:^|\s+)#.*$/, '')
            .trim(),
        )
        .filter((line) => line !== '')
        .map((line) => ({ path, line })),
    );
  });
}
