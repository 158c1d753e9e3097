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
  return `${escapeInvisible(JSON.stringify(report, null, 2))}\n`;
}

/** JSON escapes C0 controls alone; C1, bidi and invisible characters act on a terminal, too. */
function escapeInvisible(json: string): string {
  return json.replace(
    /[\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
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
