import { sanitizeLine, sanitizeText } from '../../../platform/terminal-text.ts';
import type { ReviewReport } from './report.ts';

/** A tab is part of a name, and stands on a line; a line feed cannot. */
function lineOf(path: string): string {
  return sanitizeText(path).replaceAll('\n', ' ');
}

/** For editors: `path:line:col: severity: text`, one finding on a line (Vim's `:cfile`). */
export function formatQuickfix({ findings }: ReviewReport): string {
  return findings
    .map(({ finding: { path, startLine, severity, title, rule } }) => {
      const from = rule === undefined ? '' : ` [${rule}]`;
      return `${lineOf(path)}:${startLine}:1: ${severity}: ${sanitizeLine(title)}${from}\n`;
    })
    .join('');
}
