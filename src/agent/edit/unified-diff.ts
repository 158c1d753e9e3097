/** What a change would do to a file, as a unified diff for the person who decides. */
import { structuredPatch } from 'diff';
import { sanitizeText } from '../../platform/terminal-text.ts';

/** Past this many differences the shortest diff is not looked for: it would take seconds. */
const MAX_DIFFERENCES = 4_000;
const CONTEXT_LINES = 3;

/** `undefined` before: the file is new. Characters that would not be seen are written out. */
export function unifiedDiff(path: string, before: string | undefined, after: string): string {
  const from = toLines(before ?? '');
  const to = toLines(after);
  const head = `--- ${before === undefined ? '/dev/null' : `a/${path}`}\n+++ b/${path}\n`;
  const patch = structuredPatch('a', 'b', from, to, undefined, undefined, {
    context: CONTEXT_LINES,
    maxEditLength: MAX_DIFFERENCES,
  });
  const hunks = patch?.hunks ?? [wholeHunk(from, to)];
  const body = hunks.map(({ oldStart, oldLines, newStart, newLines, lines }) => {
    const place = `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`;
    return [place, ...lines].join('\n');
  });
  return showHidden(`${head}${body.join('\n')}\n`);
}

/** Both sides keep the line ends of the file, so that they say nothing here. */
function toLines(text: string): string {
  return text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
}

interface Hunk {
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
  readonly lines: readonly string[];
}

/** Everything goes and everything comes, but for what is the same at both ends. */
function wholeHunk(before: string, after: string): Hunk {
  const old = before.split('\n');
  const fresh = after.split('\n');
  let same = 0;
  while (same < old.length && same < fresh.length && old[same] === fresh[same]) same += 1;
  let end = 0;
  const most = Math.min(old.length, fresh.length) - same;
  while (end < most && old.at(-1 - end) === fresh.at(-1 - end)) end += 1;
  const gone = old.slice(same, old.length - end);
  const come = fresh.slice(same, fresh.length - end);
  return {
    oldStart: same + 1,
    oldLines: gone.length,
    newStart: same + 1,
    newLines: come.length,
    lines: [...gone.map((line) => `-${line}`), ...come.map((line) => `+${line}`)],
  };
}

/**
 * Text that a terminal would act on, or that nobody would see, as `\u{…}`: what is agreed to must be
 * what is written. Lines without any stay as they are.
 */
function showHidden(text: string): string {
  if (sanitizeText(text) === text) return text;
  return text
    .split('\n')
    .map((line) => (sanitizeText(line) === line ? line : [...line].map(showCharacter).join('')))
    .join('\n');
}

function showCharacter(character: string): string {
  if (sanitizeText(character) === character) return character;
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
