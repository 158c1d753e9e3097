/** A message that holds a diff: what it changes, and where a review is to be had. */
import { code, counted } from '../markdown.ts';

/** Files named in the answer. */
const MAX_FILES = 40;

interface FileChange {
  readonly path: string;
  readonly added: number;
  readonly removed: number;
}

/** Says which files a diff changes by how much, and points to `zeke review`. */
export function* describeDiff(diff: string): Generator<string> {
  const changes = readChanges(diff);
  const added = changes.reduce((sum, change) => sum + change.added, 0);
  const removed = changes.reduce((sum, change) => sum + change.removed, 0);
  yield `This is a diff of ${counted(changes.length, 'file')}: ${counted(added, 'line')} added, ${removed} removed.\n\n`;
  for (const change of changes.slice(0, MAX_FILES)) {
    yield `- ${code(change.path)} +${change.added} −${change.removed}\n`;
  }
  const more = changes.length - MAX_FILES;
  if (more > 0) yield `- and ${counted(more, 'more file')}\n`;
  yield '\nTo have it reviewed by rules, without a model: `git diff | zeke review --model builtin`.\n';
}

/** Counts by file. Lines inside of hunks that look like headers are not taken for headers. */
function readChanges(diff: string): readonly FileChange[] {
  const changes: { path: string; added: number; removed: number }[] = [];
  let [oldLeft, newLeft] = [0, 0];
  let oldPath = '';
  for (const line of diff.split('\n')) {
    const current = changes.at(-1);
    if (current !== undefined && (oldLeft > 0 || newLeft > 0) && !line.startsWith('\\')) {
      if (line.startsWith('+')) current.added++;
      if (line.startsWith('-')) current.removed++;
      if (!line.startsWith('+')) oldLeft--;
      if (!line.startsWith('-')) newLeft--;
      continue;
    }
    const hunk = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line);
    if (hunk !== null) [oldLeft, newLeft] = [Number(hunk[1] ?? 1), Number(hunk[2] ?? 1)];
    else if (line.startsWith('--- ')) oldPath = headerPath(line);
    else if (line.startsWith('+++ ')) {
      const path = headerPath(line);
      changes.push({ path: path === '/dev/null' ? oldPath : path, added: 0, removed: 0 });
    }
  }
  return changes;
}

function headerPath(line: string): string {
  return (line.slice(4).split('\t')[0] ?? '').trim().replace(/^[ab]\//, '');
}
