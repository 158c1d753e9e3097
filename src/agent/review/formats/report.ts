/** What a finished review hands to a format. */
import type { Usage } from '../../../providers/contract.ts';
import { SEVERITIES, type Severity } from '../../../session/review.ts';
import type { KnownFinding } from '../baseline.ts';
import type { Finding } from '../finding.ts';

export interface ReviewReport {
  /** Sorted by path and line. */
  readonly findings: readonly KnownFinding[];
  /** One or two sentences about the whole. */
  readonly summary: string;
  readonly usage: Usage;
}

/** Writes a report. The result ends with a line feed, or is empty. */
export type ReportFormat = (report: ReviewReport) => string;

/** `src/a.ts:12` or `src/a.ts:12-15`. */
export function placeOf({ path, startLine, endLine }: Finding): string {
  return startLine === endLine ? `${path}:${startLine}` : `${path}:${startLine}-${endLine}`;
}

/** `2 major, 1 info`, worst first; empty for none. */
export function countBySeverity(findings: readonly KnownFinding[]): string {
  return [...SEVERITIES]
    .reverse()
    .map((severity) => [severity, countOf(findings, severity)] as const)
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => `${count} ${severity}`)
    .join(', ');
}

function countOf(findings: readonly KnownFinding[], severity: Severity): number {
  return findings.filter(({ finding }) => finding.severity === severity).length;
}
