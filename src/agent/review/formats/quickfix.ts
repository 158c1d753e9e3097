import { sanitizeLine } from '../../../platform/terminal-text.ts';
import type { ReviewReport } from './report.ts';

/** For editors: `path:line:col: severity: text`, one finding on a line (Vim's `:cfile`). */
export function formatQuickfix({ findings }: ReviewReport): string {
  return findings
    .map(({ finding: { path, startLine, severity, title, rule } }) => {
      const from = rule === undefined ? '' : ` [${rule}]`;
      return `${sanitizeLine(path)}:${startLine}:1: ${severity}: ${sanitizeLine(title)}${from}\n`;
    })
    .join('');
}
