/** Draws what a review found: a line for each finding with what is said of it, the summary last. */
import { sanitizeLine, sanitizeText } from '../../platform/terminal-text.ts';
import type { Review, ReviewFinding, Severity } from '../../session/review.ts';
import { diffLines } from '../highlight/diff-lines.ts';
import { type Line, plainLine, span } from '../styled-text.ts';
import type { Theme } from '../theme/theme.ts';
import { nameOf } from './event-lines.ts';

const INDENT = '  ';

/** `by` is the other front end that asked; undefined for the one at hand. */
export function reviewLines(review: Review, by: string | undefined, theme: Theme): readonly Line[] {
  const { findings, notices, summary } = review;
  return [
    plainLine(heading(review, by), theme.muted),
    ...notices.map((text) => plainLine(sanitizeLine(text), theme.warning)),
    ...findings.flatMap((finding) => [...findingLines(finding, theme), []]),
    ...textLines(summary, ''),
  ];
}

function heading({ base, costUsd }: Review, by: string | undefined): string {
  const since = base === undefined ? 'the last commit' : sanitizeLine(base);
  const who = by === undefined ? '' : `, asked for by ${nameOf(by)}`;
  const cost = costUsd === null || costUsd === 0 ? '' : ` ($${costUsd.toFixed(4)})`;
  return `Review of what changed since ${since}${who}${cost}:`;
}

function findingLines(finding: ReviewFinding, theme: Theme): readonly Line[] {
  const { path, startLine, endLine, severity, title, rule, body, patch } = finding;
  const lines = startLine === endLine ? `${startLine}` : `${startLine}-${endLine}`;
  const from = rule === undefined ? '' : ` [${sanitizeLine(rule)}]`;
  const head: Line = [
    span(`${sanitizeLine(path)}:${lines}: `),
    span(severity, severityStyle(severity, theme)),
    span(`: ${sanitizeLine(title)}${from}`),
  ];
  const indent = (line: Line): Line => [span(INDENT), ...line];
  return [head, ...textLines(body, INDENT), ...diffLines(patch ?? '', theme).map(indent)];
}

function severityStyle(severity: Severity, theme: Theme) {
  if (severity === 'critical') return theme.error;
  return severity === 'major' ? theme.warning : theme.muted;
}

function textLines(text: string, indent: string): readonly Line[] {
  const clean = sanitizeText(text).trim();
  return clean === '' ? [] : clean.split('\n').map((line) => plainLine(indent + line));
}
