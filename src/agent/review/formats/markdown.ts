import { sanitizeLine, sanitizeText } from '../../../platform/terminal-text.ts';
import type { Finding } from '../finding.ts';
import { placeOf, type ReviewReport } from './report.ts';

/** For a comment on a merge request. */
export function formatMarkdown({ findings, summary }: ReviewReport): string {
  const blocks = findings.map(({ finding }) => formatFinding(finding));
  return `${['## Review', sanitizeText(summary), ...blocks].join('\n\n')}\n`;
}

function formatFinding(finding: Finding): string {
  const { severity, title, rule, category, body, patch } = finding;
  const from = rule === undefined ? category : `${category}, ${rule}`;
  const place = codeSpan(sanitizeLine(placeOf(finding)));
  const head = `### ${severity}: ${escapeMarkdown(sanitizeLine(title))}`;
  const parts = [
    head,
    `${place} (${escapeMarkdown(sanitizeLine(from))})`,
    quoteHtml(sanitizeText(body.trim())),
  ];
  if (patch !== undefined) parts.push(fence(sanitizeText(patch.trimEnd()), 'diff'));
  return parts.filter((part) => part !== '').join('\n\n');
}

/** One line of plain words: nothing in it may become a heading, a link or an image. */
function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_[\]<>!#|~]/g, '\\$&');
}

/** The body may hold Markdown of its own, but no HTML and no images that load from elsewhere. */
function quoteHtml(text: string): string {
  return text.replaceAll('<', '&lt;').replace(/!\[/g, '\\![');
}

function codeSpan(text: string): string {
  const ticks = '`'.repeat(longestRun(text) + 1);
  const space = text.includes('`') ? ' ' : '';
  return `${ticks}${space}${text}${space}${ticks}`;
}

function fence(text: string, language: string): string {
  const ticks = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${ticks}${language}\n${text}\n${ticks}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
