/** All built-in rules, and the run of them over a diff. They cost nothing and need no model. */
import { type CodeLine, codeLinesOf } from '../code/code-lines.ts';
import { fileKindOf } from '../code/file-kind.ts';
import { languageOf } from '../code/languages.ts';
import type { FileDiff } from '../diff/diff.ts';
import type { Finding } from '../finding.ts';
import { conflictMarker } from './conflict-marker.ts';
import { debuggingLeftover } from './debugging-leftover.ts';
import { dependencyAdded } from './dependency-added.ts';
import { disabledTest } from './disabled-test.ts';
import { emptyCatch } from './empty-catch.ts';
import { leakedSecret } from './leaked-secret.ts';
import { longFunction } from './long-function.ts';
import { newTodo } from './new-todo.ts';
import { publicChangeWithoutTest } from './public-change-without-test.ts';
import type { ReviewRule, RuleFinding, RuleSubject } from './rule.ts';
import { shellFromString } from './shell-from-string.ts';
import { sqlFromString } from './sql-from-string.ts';
import { unwantedFile } from './unwanted-file.ts';

/** In the order of docs/review.md: what hurts most first. */
export const RULES: readonly ReviewRule[] = [
  leakedSecret,
  conflictMarker,
  shellFromString,
  sqlFromString,
  unwantedFile,
  disabledTest,
  debuggingLeftover,
  emptyCatch,
  dependencyAdded,
  publicChangeWithoutTest,
  newTodo,
  longFunction,
];

export interface RuleRun {
  /** Findings of one file, or of one part of a huge file. */
  visit(file: FileDiff): readonly Finding[];
  /** What only the whole diff shows. Call it once, after the last file. */
  finish(): readonly Finding[];
}

/** Starts all rules for one review. */
export function startRules(): RuleRun {
  const checks = RULES.map((rule) => ({ rule, check: rule.start() }));
  return {
    visit(file) {
      if (file.change === 'deleted') return [];
      const subject = subjectOf(file);
      return checks.flatMap(({ rule, check }) =>
        [...check.visit(subject)].map((found) => complete(found, file.path, rule)),
      );
    },
    finish() {
      return checks.flatMap(({ rule, check }) =>
        [...(check.finish?.() ?? [])].map((found) => complete(found, found.path, rule)),
      );
    },
  };
}

function complete(found: RuleFinding, path: string, rule: ReviewRule): Finding {
  const { startLine, endLine = startLine, severity, category, title, body } = found;
  return { path, startLine, endLine, severity, category, rule: rule.name, title, body };
}

function subjectOf(file: FileDiff): RuleSubject {
  const language = languageOf(file.path);
  const hunks = file.hunks.map((hunk) => codeLinesOf(hunk, language));
  const moved = removedTexts(file);
  const added: CodeLine[] = [];
  for (const lines of hunks) {
    for (const line of lines) {
      if (line.isAdded && !moved.has(line.text.trim())) added.push(line);
    }
  }
  return { file, kind: fileKindOf(file.path), language, hunks, added };
}

/** Without indentation: code that was moved into a block is not new. */
function removedTexts(file: FileDiff): ReadonlySet<string> {
  const texts = new Set<string>();
  for (const hunk of file.hunks) {
    for (const line of hunk.lines) if (line.kind === 'removed') texts.add(line.text.trim());
  }
  return texts;
}
