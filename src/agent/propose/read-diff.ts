/** Reads a unified diff as models write them: the lines count, their numbers are only a hint. Pure. */
import { refuse } from './outcome.ts';

export interface DiffHunk {
  /** Where the header says the old lines begin, from 1; undefined where it says nothing. */
  readonly statedLine: number | undefined;
  readonly lines: readonly DiffLine[];
}
export interface DiffLine {
  readonly kind: 'context' | 'removed' | 'added';
  readonly text: string;
}

const HEADER = /^@@(?: -(\d+)(?:,\d+)? \+\d+(?:,\d+)? @@.*|.*)$/;
const OLD_FILE = /^--- (?:a\/)?(.+?)(?:\t.*)?$/;
const NEW_FILE = /^\+\+\+ (?:b\/)?(.+?)(?:\t.*)?$/;
const NO_FILE = '/dev/null';

/** A hunk header, and at least one line that comes or goes. */
export function isDiff(lines: readonly string[]): boolean {
  return lines.some((line) => HEADER.test(line)) && lines.some((line) => /^[-+]/.test(line));
}

/** The hunks for one file; a diff of other files is refused. */
export function readDiff(
  lines: readonly string[],
  path: string | undefined,
):
  | { readonly ok: true; readonly hunks: readonly DiffHunk[] }
  | { readonly ok: false; readonly problem: string } {
  const hunks: { statedLine: number | undefined; lines: DiffLine[] }[] = [];
  const files = new Set<string>();
  let isInHunk = false;
  for (const [at, line] of lines.entries()) {
    if (isFileHeader(lines, at)) {
      const name = fileOf(line, lines[at + 1] ?? '');
      if (name !== undefined) files.add(name);
      isInHunk = false;
      continue;
    }
    const header = HEADER.exec(line);
    if (header !== null) {
      const stated = header[1] === undefined ? undefined : Number(header[1]);
      hunks.push({ statedLine: stated, lines: [] });
      isInHunk = true;
      continue;
    }
    const parsed = isInHunk ? readLine(line, at === lines.length - 1) : undefined;
    if (parsed === 'broken') {
      return refuse(`Line ${at + 1} of the diff begins with none of " ", "-" and "+".`);
    }
    if (parsed !== undefined) hunks.at(-1)?.lines.push(parsed);
  }
  const others = [...files].filter((name) => path !== undefined && !isSameFile(name, path));
  if (others.length > 0 && path !== undefined) {
    return refuse(`The diff is of ${others.join(', ')}, not of ${path}.`);
  }
  return {
    ok: true,
    hunks: hunks.filter((hunk) => hunk.lines.some(({ kind }) => kind !== 'context')),
  };
}

/** `--- a` is a header only right before `+++ b`: a removed line may begin with `-- `. */
function isFileHeader(lines: readonly string[], at: number): boolean {
  const line = lines[at] ?? '';
  if (OLD_FILE.test(line) && NEW_FILE.test(lines[at + 1] ?? '')) return true;
  return NEW_FILE.test(line) && OLD_FILE.test(lines[at - 1] ?? '');
}

function fileOf(line: string, next: string): string | undefined {
  const name = OLD_FILE.exec(line)?.[1];
  return name === NO_FILE ? NEW_FILE.exec(next)?.[1] : name;
}

/** Models write `src/a.ts`, `./src/a.ts`, `a.ts`: the end of the path has to be the same. */
function isSameFile(name: string, path: string): boolean {
  const plain = name.replace(/^\.\//, '');
  return plain === path || path.endsWith(`/${plain}`) || plain.endsWith(`/${path}`);
}

function readLine(line: string, isLast: boolean): DiffLine | 'broken' | undefined {
  if (line === '') return isLast ? undefined : { kind: 'context', text: '' };
  const text = line.slice(1);
  switch (line[0]) {
    case ' ':
      return { kind: 'context', text };
    case '-':
      return { kind: 'removed', text };
    case '+':
      return { kind: 'added', text };
    case '\\':
      return undefined;
    default:
      // `diff --git …` and `index …` between two files.
      return /^(?:diff --git |index |new file |deleted file |similarity |rename )/.test(line)
        ? undefined
        : 'broken';
  }
}
