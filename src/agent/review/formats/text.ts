import { sanitizeLine, sanitizeText } from '../../../platform/terminal-text.ts';
import type { Finding } from '../finding.ts';
import { placeOf, type ReviewReport } from './report.ts';

/** For people at a terminal: a block for each finding, the summary last. */
export function formatText({ findings, summary }: ReviewReport): string {
  const blocks = findings.map(({ finding }) => formatFinding(finding));
  return `${[...blocks, sanitizeText(summary)].join('\n\n')}\n`;
}

function formatFinding(finding: Finding): string {
  const { severity, title, rule, body, patch } = finding;
  const from = rule === undefined ? '' : ` [${rule}]`;
  const head = `${sanitizeLine(placeOf(finding))}: ${severity}: ${sanitizeLine(title)}${from}`;
  const texts = [body, patch ?? ''].filter((text) => text.trim() !== '');
  return [head, ...texts.map((text) => indent(sanitizeText(text.trimEnd())))].join('\n');
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}
