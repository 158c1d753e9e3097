/** What could be completed at the cursor: a file after `@`, a command after `/`, what it is given. */
import { fuzzyScore } from '../picker/fuzzy.ts';
import { lineStart } from './borders.ts';

export interface CompletionTarget {
  readonly kind: 'file' | 'command' | 'argument';
  /** What was typed of it, without `@` or `/`. */
  readonly query: string;
  /** The command that the argument is for. */
  readonly command?: string;
  /** The part of the text that a choice replaces. */
  readonly start: number;
  readonly end: number;
}
export interface CompletionItem {
  readonly label: string;
  readonly detail?: string;
  /** What is put into the text. */
  readonly replacement: string;
  /** Nothing has to follow: Enter takes it and sends. */
  readonly isWhole?: boolean;
}

/** Names are shorter, and the text before them may be huge. */
const MAX_NAME_UNITS = 300;
const MAX_FOLDERS = 3;

/** The unfinished mention, command or argument that the cursor stands at the end of. */
export function completionAt(text: string, cursor: number): CompletionTarget | undefined {
  const slash = text.startsWith('/') && cursor <= MAX_NAME_UNITS ? text.slice(0, cursor) : '';
  const command = /^\/([a-z-]*)$/.exec(slash);
  if (command !== null && (text.length === cursor || text[cursor] === ' ')) {
    return { kind: 'command', query: command[1] ?? '', start: 0, end: cursor };
  }
  const argument = text.length === cursor ? /^\/([a-z-]+) +(\S[^\n]*)?$/.exec(slash) : null;
  if (argument !== null) {
    const [, name = '', query = ''] = argument;
    return { kind: 'argument', command: name, query, start: cursor - query.length, end: cursor };
  }
  const from = Math.max(lineStart(text, cursor), cursor - MAX_NAME_UNITS);
  const mention = /(?:^|\s)@(?:"([^"]*)|([^\s@"]*))$/.exec(text.slice(from, cursor));
  if (mention === null) return undefined;
  const [, quoted, bare = ''] = mention;
  const query = quoted ?? bare;
  const sign = quoted === undefined ? 1 : 2;
  return { kind: 'file', query, start: cursor - query.length - sign, end: cursor };
}

/**
 * Paths named with `@` in a message, in order, each once. Quotes allow spaces; lines may stand
 * behind a path (`@src/app.ts:10-40`) and stay with it.
 */
export function mentionsIn(text: string): readonly string[] {
  const found = [...text.matchAll(/(?:^|\s)@(?:"([^"\n]+)"(:\d+(?:-\d+)?)?|([^\s"@]+))/g)].map(
    ([, quoted, lines = '', bare]) =>
      quoted === undefined ? (bare ?? '').replace(/[.,;:!?)\]}]+$/, '') : quoted + lines,
  );
  return [...new Set(found.filter((path) => path !== ''))];
}

/** How a path is written in a message. A folder stays open for what is in it. */
export function mentionOf(path: string): string {
  const isFolder = path.endsWith('/');
  if (/[\s"]/.test(path)) return isFolder ? `@"${path}` : `@"${path}" `;
  return isFolder ? `@${path}` : `@${path} `;
}

/** Folders that the query means, by the files that were found for it: best first, with a slash. */
export function foldersIn(paths: readonly string[], query: string): readonly string[] {
  const folders = new Set(
    paths.flatMap((path) => {
      const parts = path.split('/').slice(0, -1);
      return parts.map((_, index) => `${parts.slice(0, index + 1).join('/')}/`);
    }),
  );
  const asked = query.replace(/^\.\//, '');
  const scored = [...folders]
    .filter((folder) => folder !== asked)
    .map((folder) => ({ folder, score: folderScore(asked, folder) }))
    .filter(({ score }) => score > 0);
  return scored
    .sort((left, right) => right.score - left.score || left.folder.length - right.folder.length)
    .slice(0, MAX_FOLDERS)
    .map(({ folder }) => folder);
}

/** The name of the folder itself must be meant, not one above it. */
function folderScore(query: string, folder: string): number {
  const name = folder.split('/').at(-2) ?? '';
  const asked = query.split('/').filter(Boolean).at(-1) ?? '';
  if (query.endsWith('/')) {
    const isInside = folder.startsWith(query) && folder.slice(query.length).split('/').length === 2;
    return isInside ? 1 : 0;
  }
  return fuzzyScore(asked, name) === 0 ? 0 : fuzzyScore(query, folder);
}
