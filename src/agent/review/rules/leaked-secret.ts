import { findSecrets } from '../../../platform/secrets/find-secrets.ts';
import type { SecretMatch } from '../../../platform/secrets/secret-match.ts';
import type { CodeLine } from '../code/code-lines.ts';
import { perFile, type ReviewRule, type RuleFinding, type RuleSubject } from './rule.ts';

/** Kinds without a vendor's mark: in tests and docs these are made up, nearly always. */
const UNMARKED = /^(?:credential|password-in-url|authorization|curl-password|jwt|.*-credential)$/;

/** Keys, tokens and passwords on added lines, by the patterns of src/platform/secrets. */
export const leakedSecret: ReviewRule = {
  name: 'leaked-secret',
  summary: 'A key, token or password is added to the repository.',
  start: perFile(function* (subject) {
    for (const lines of subject.hunks) yield* secretsOf(lines, subject);
  }),
};

function* secretsOf(lines: readonly CodeLine[], subject: RuleSubject): Generator<RuleFinding> {
  const added = lines.filter((line) => line.isAdded);
  if (added.length === 0) return;
  const text = added.map((line) => line.text).join('\n');
  let index = 0;
  let lineEnd = added[0]?.text.length ?? 0;
  for (const match of findSecrets(text)) {
    while (match.start > lineEnd && index < added.length - 1) {
      index += 1;
      lineEnd += 1 + (added[index]?.text.length ?? 0);
    }
    const line = added[index];
    const severity = severityOf(match, subject);
    if (line === undefined || severity === undefined) continue;
    const lineCount = text.slice(match.start, match.end).split('\n').length;
    yield {
      startLine: line.newLine,
      endLine: added[index + lineCount - 1]?.newLine ?? line.newLine,
      severity,
      category: 'security',
      title: `Secret in the diff: ${match.rule}`,
      // Never the secret itself: this text goes to logs and review comments.
      body:
        'What is committed once stays in the history. Revoke this secret, read it from the ' +
        'environment or a secret store, and take it out of the change.',
    };
  }
}

function severityOf(
  match: SecretMatch,
  { kind }: RuleSubject,
): RuleFinding['severity'] | undefined {
  const isUnmarked = UNMARKED.test(match.rule);
  if (kind.isGenerated || kind.isVendored) return isUnmarked ? undefined : match.severity;
  if (!kind.isTest && !kind.isDocumentation) return match.severity;
  if (isUnmarked) return undefined;
  return match.rule === 'private-key' || match.severity === 'minor' ? 'info' : match.severity;
}
