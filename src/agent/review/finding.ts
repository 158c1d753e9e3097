/** What a review found, as data. Every output format and baseline is made from this. */

export const SEVERITIES = ['info', 'minor', 'major', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

export interface Finding {
  /** Path on the new side of the diff, relative to the repository's root. */
  readonly path: string;
  /** Lines on the new side, from 1, both ends in. */
  readonly startLine: number;
  readonly endLine: number;
  readonly severity: Severity;
  /** `security`, `bug`, `performance`, `tests`, `maintainability`, `dependencies` … */
  readonly category: string;
  /** The built-in rule that found it; absent for a model's finding. */
  readonly rule?: string;
  readonly title: string;
  readonly body: string;
  /** A suggested replacement as a unified diff. */
  readonly patch?: string;
}

/** True when `severity` is `threshold` or worse. */
export function isAtLeast(severity: Severity, threshold: Severity): boolean {
  return SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(threshold);
}
