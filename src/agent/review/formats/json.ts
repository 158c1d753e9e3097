import { sanitizeLine, sanitizeText } from '../../../platform/terminal-text.ts';
import type { Finding } from '../finding.ts';
import type { ReviewReport } from './report.ts';

/** For programs: `{findings, summary, usage}`. */
export function formatJson({ findings, summary, usage }: ReviewReport): string {
  const report = {
    findings: findings.map(({ finding }) => toPlain(finding)),
    summary: sanitizeText(summary),
    usage: {
      inputTokens: usage.inputTokens ?? 0,
      outputTokens: usage.outputTokens ?? 0,
      cachedTokens: usage.cachedTokens ?? 0,
      reasoningTokens: usage.reasoningTokens ?? 0,
      costUsd: usage.costUsd ?? 0,
    },
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** A path stays as it is, so that it still names its file; JSON escapes what is odd in it. */
function toPlain({
  path,
  startLine,
  endLine,
  severity,
  category,
  rule,
  title,
  body,
  patch,
}: Finding) {
  return {
    path,
    startLine,
    endLine,
    severity,
    category: sanitizeLine(category),
    ...(rule === undefined ? {} : { rule }),
    title: sanitizeLine(title),
    body: sanitizeText(body),
    ...(patch === undefined ? {} : { patch: sanitizeText(patch) }),
  };
}
