/** A message that holds a diff: what it changes, and what the rules of reviews find in it. */
import { errorMessage, ZekeError } from '../../../platform/errors.ts';
import type { FileDiff } from '../../review/diff/diff.ts';
import { parseDiff } from '../../review/diff/diff-parser.ts';
import type { Finding } from '../../review/finding.ts';
import { startRules } from '../../review/rules/registry.ts';
import { code, counted } from '../markdown.ts';

/** Files and findings named in the answer. */
const MAX_FILES = 40;
const MAX_FINDINGS = 50;

interface FileChange {
  readonly path: string;
  added: number;
  removed: number;
}

/** Says which files a diff changes by how much, and reviews it by rules. */
export async function* describeDiff(diff: string): AsyncGenerator<string> {
  const rules = startRules();
  const changes = new Map<string, FileChange>();
  const findings: Finding[] = [];
  try {
    for await (const file of parseDiff([diff])) {
      count(file, changes);
      findings.push(...rules.visit(file));
    }
  } catch (error) {
    if (!(error instanceof ZekeError)) throw error;
    yield `${errorMessage(error)}\n`;
    return;
  }
  findings.push(...rules.finish());
  yield* tellChanges([...changes.values()]);
  yield* tellFindings(findings);
}

function count(file: FileDiff, changes: Map<string, FileChange>): void {
  const change = changes.get(file.path) ?? { path: file.path, added: 0, removed: 0 };
  changes.set(file.path, change);
  for (const { lines } of file.hunks) {
    for (const line of lines) {
      if (line.kind === 'added') change.added += 1;
      else if (line.kind === 'removed') change.removed += 1;
    }
  }
}

function* tellChanges(changes: readonly FileChange[]): Generator<string> {
  const added = changes.reduce((sum, change) => sum + change.added, 0);
  const removed = changes.reduce((sum, change) => sum + change.removed, 0);
  const files = counted(changes.length, 'file');
  yield `This is a diff of ${files}: ${counted(added, 'line')} added, ${removed} removed.\n\n`;
  for (const change of changes.slice(0, MAX_FILES)) {
    yield `- ${code(change.path)} +${change.added} −${change.removed}\n`;
  }
  const more = changes.length - MAX_FILES;
  if (more > 0) yield `- and ${counted(more, 'more file')}\n`;
}

function* tellFindings(findings: readonly Finding[]): Generator<string> {
  if (findings.length === 0) {
    yield '\nThe review rules find nothing in it.\n';
  } else {
    yield `\nThe review rules find ${counted(findings.length, 'thing')} in it:\n\n`;
  }
  for (const { path, startLine, severity, title, rule } of findings.slice(0, MAX_FINDINGS)) {
    yield `- ${code(`${path}:${startLine}`)} ${severity}: ${title} (rule ${code(rule ?? '')})\n`;
  }
  const more = findings.length - MAX_FINDINGS;
  if (more > 0) yield `- and ${counted(more, 'more finding')}\n`;
  yield '\nThe same review as a command: `git diff | zeke review --model builtin`.\n';
}
