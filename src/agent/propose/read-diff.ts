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
/** `diff --git …`, `index …` and the like, between two files. */
const BETWEEN_FILES =
  /^(?:diff --git |index |new file |deleted file |old mode |new mode |similarity |rename )/;

/** A hunk header, and at least one line that comes or goes. */
export function isDiff(lines: readonly string[]): boolean {
  return lines.some((line) => HEADER.test(line)) && lines.some((line) => /^[-+]/.test(line));
}

/** A code block is a diff where it says so, or begins as one: a text may well hold a diff. */
export function isDiffFence(language: string, lines: readonly string[]): boolean {
  if (/^(?:diff|patch|udiff)$/.test(language)) return true;
  return isDiff(lines) && isDiffStart(lines.slice(lines.findIndex((line) => line.trim() !== '')));
}

/** True where these lines are the beginning of a diff. */
export function isDiffStart(lines: readonly string[]): boolean {
  const first = lines[0] ?? '';
  return HEADER.test(first) || BETWEEN_FILES.test(first) || isFileHeader(lines, 0);
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
  const hasHeaders = lines.some((line) => HEADER.test(line));
  let isInHunk = false;
  // Models leave the header of a hunk out where there is one hunk only.
  let mayBegin = !hasHeaders;
  const begin = (statedLine: number | undefined) => {
    hunks.push({ statedLine, lines: [] });
    isInHunk = true;
  };
  for (const [at, line] of lines.entries()) {
    if (isFileHeader(lines, at)) {
      const name = fileOf(line, lines[at + 1] ?? '');
      if (name !== undefined) files.add(name);
      isInHunk = false;
      mayBegin = true;
      continue;
    }
    const header = HEADER.exec(line);
    if (header !== null) {
      begin(header[1] === undefined ? undefined : Number(header[1]));
      continue;
    }
    if (!isInHunk && /^[-+ ]/.test(line)) {
      if (mayBegin) begin(undefined);
      else if (line[0] !== ' ') {
        return refuse(`Line ${at + 1} of the diff stands before the first "@@".`);
      }
    }
    const hunk = isInHunk ? hunks.at(-1) : undefined;
    if (hunk === undefined) continue;
    // Without any sign it is context that lost its space, or only space between two hunks: the latter
    // where it is at the end, so that it decides nothing there.
    if (line === '' && isLastSigned(lines, at)) continue;
    const parsed = readLine(line);
    if (parsed === 'broken') {
      return refuse(`Line ${at + 1} of the diff begins with none of " ", "-" and "+".`);
    }
    if (parsed === undefined) continue;
    hunk.lines.push(parsed);
  }
  return checkDiff(hunks, files, path);
}

/** True where nothing of the hunk comes after this line. */
function isLastSigned(lines: readonly string[], at: number): boolean {
  let next = at + 1;
  while (lines[next] === '') next += 1;
  return !/^[-+ \\]/.test(lines[next] ?? '') || isFileHeader(lines, next);
}

function checkDiff(
  hunks: readonly DiffHunk[],
  files: ReadonlySet<string>,
  path: string | undefined,
): ReturnType<typeof readDiff> {
  const others = [...files].filter((name) => path !== undefined && !isSameFile(name, path));
  if (others.length > 0 && path !== undefined) {
    return refuse(`The diff is of ${others.join(', ')}, not of ${path}.`);
  }
  // A text without a name cannot say which of several files it is.
  if (path === undefined && files.size > 1)
    return refuse(`The diff is of several files: ${[...files].join(', ')}.`);
  const changing = hunks.filter((hunk) => hunk.lines.some(({ kind }) => kind !== 'context'));
  if (changing.length === 0) return refuse('The diff of the answer changes no line.');
  return { ok: true, hunks: changing };
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

function readLine(line: string): DiffLine | 'broken' | undefined {
  if (line === '') return { kind: 'context', text: '' };
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
      return BETWEEN_FILES.test(line) ? undefined : 'broken';
  }
}
