import type { CodeLine } from '../code/code-lines.ts';
import { perFile, type ReviewRule, type RuleFinding } from './rule.ts';

/** What git writes into a file that it could not merge. */
export const conflictMarker: ReviewRule = {
  name: 'conflict-marker',
  summary: 'A merge conflict was committed with its markers.',
  start: perFile(function* ({ hunks, kind }) {
    const severity = kind.isTest || kind.isDocumentation ? 'minor' : 'critical';
    for (const lines of hunks) {
      for (const [index, line] of lines.entries()) {
        if (!line.isAdded || !/^(?:<{7}|>{7})(?: |$)/.test(line.text)) continue;
        // A conflict is told once, by its first marker that this diff adds.
        const isEnd = line.text.startsWith('>');
        if (isEnd && hasAddedStart(lines, index)) continue;
        yield finding(line, isEnd ? line.newLine : endOf(lines, index), severity);
      }
    }
  }),
};

function hasAddedStart(lines: readonly CodeLine[], end: number): boolean {
  const start = lines.slice(0, end).findLastIndex((line) => line.text.startsWith('<<<<<<<'));
  return start !== -1 && lines[start]?.isAdded === true;
}

function endOf(lines: readonly CodeLine[], start: number): number {
  const end = lines.slice(start).find((line) => line.text.startsWith('>>>>>>>'));
  return end?.newLine ?? lines[start]?.newLine ?? 0;
}

function finding(
  { newLine }: CodeLine,
  endLine: number,
  severity: RuleFinding['severity'],
): RuleFinding {
  return {
    startLine: newLine,
    endLine,
    severity,
    category: 'bug',
    title: 'Unresolved merge conflict',
    body:
      'The markers of a merge conflict are part of this change. Choose a side, or join ' +
      'both, and remove them.',
  };
}
