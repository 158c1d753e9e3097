/** The rule contract: what a built-in rule gets to see and what it gives back. */
import type { CodeLine } from '../code/code-lines.ts';
import type { FileKind } from '../code/file-kind.ts';
import type { Language } from '../code/languages.ts';
import type { FileDiff } from '../diff/diff.ts';
import type { Finding } from '../finding.ts';

export interface ReviewRule {
  /** Kebab-case; findings, baselines and docs name the rule by it. */
  readonly name: string;
  /** One sentence for docs/review.md and the SARIF rule list. */
  readonly summary: string;
  /** A fresh check for one review; it may remember facts across files. */
  start(): RuleCheck;
}

export interface RuleCheck {
  /** Findings of one file, or of one part of a huge file. */
  visit(subject: RuleSubject): Iterable<RuleFinding>;
  /** Findings that only the whole diff shows. */
  finish?(): Iterable<RuleFinding & { readonly path: string }>;
}

/** A file diff with what every rule asks about it. Deleted files have no new side to look at. */
export interface RuleSubject {
  readonly file: FileDiff;
  readonly kind: FileKind;
  readonly language: Language | undefined;
  /** The new side, hunk by hunk. */
  readonly hunks: readonly (readonly CodeLine[])[];
  /** Added lines that were not just moved or indented anew within the file. */
  readonly added: readonly CodeLine[];
}

/** A finding without what the registry fills in: path and rule. `endLine` defaults to the start. */
export interface RuleFinding extends Omit<Finding, 'path' | 'rule' | 'endLine'> {
  readonly endLine?: number;
}

/** A check for rules that look at one file at a time. */
export function perFile(visit: (subject: RuleSubject) => Iterable<RuleFinding>): () => RuleCheck {
  return () => ({ visit });
}

/** True for files whose code nobody here wrote by hand. */
export function isForeign({ kind }: RuleSubject): boolean {
  return kind.isGenerated || kind.isVendored;
}
