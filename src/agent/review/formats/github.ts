import { sanitizeLine, sanitizeText } from '../../../platform/terminal-text.ts';
import type { Severity } from '../../../session/review.ts';
import type { ReviewReport } from './report.ts';

const LEVELS: { readonly [S in Severity]: string } = {
  info: 'notice',
  minor: 'warning',
  major: 'error',
  critical: 'error',
};

/** Workflow commands that GitHub Actions shows as annotations on the changed lines. */
export function formatGithub({ findings }: ReviewReport): string {
  return findings
    .map(({ finding: { path, startLine, endLine, severity, title, body, rule } }) => {
      const name = rule === undefined ? title : `${title} [${rule}]`;
      const properties = [
        `file=${escapeProperty(sanitizeLine(path))}`,
        `line=${startLine}`,
        `endLine=${endLine}`,
        `title=${escapeProperty(`${severity}: ${sanitizeLine(name)}`)}`,
      ];
      const message = escapeData(sanitizeText(body) || sanitizeLine(title));
      return `::${LEVELS[severity]} ${properties.join(',')}::${message}\n`;
    })
    .join('');
}

/** An unescaped line end would start a command of the text's own choice. */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
