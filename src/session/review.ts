/**
 * What a review found, as every front end of the conversation is told it. It comes over a socket and
 * stays in the journal and the state: `boundReview` keeps it to what somebody reads.
 */

export const SEVERITIES = ['info', 'minor', 'major', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

export interface ReviewFinding {
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
  /**
   * Names the text of the first line as it was reviewed: the first 16 hex digits of the SHA-256 of
   * the line without the blanks at both ends. By it an editor sees that the line is another one
   * now. Absent where there is no such text.
   */
  readonly lineHash?: string;
}

export interface Review {
  /** By path and line. */
  readonly findings: readonly ReviewFinding[];
  /** How much was found, and what the model said of the whole. */
  readonly summary: string;
  /** What else the user should know: a model that could not be asked, a part left out. */
  readonly notices: readonly string[];
  /** The branch or commit that was compared with; the last commit without it. */
  readonly base?: string;
  /** `provider/model` that reviewed. */
  readonly model: string;
  /** US dollars; null where the price is not known. */
  readonly costUsd: number | null;
}

/** A review as it stands in a conversation. */
export interface SharedReview extends Review {
  /** The op that shared it: whoever asked for the review knows its own by this. */
  readonly opId: string;
  /** What the front end is called that asked for it. */
  readonly by: string;
  /** How many turns had begun before it. */
  readonly turnCount: number;
}

const MAX_FINDINGS = 1000;
const MAX_NOTICES = 20;
const MAX_NAME_CHARACTERS = 300;
const MAX_BODY_CHARACTERS = 4000;
const MAX_SUMMARY_CHARACTERS = 10_000;
const MAX_PATCH_CHARACTERS = 20_000;
/** Of all findings together: a state that holds a review travels whole to everybody who joins. */
const MAX_FINDINGS_CHARACTERS = 500_000;
/** What a finding takes beside its texts, as JSON. */
const FINDING_OVERHEAD_CHARACTERS = 200;

/**
 * The review within bounds. Long texts end with `…`; findings beyond the bounds are left out, and a
 * patch that is too long too, since half a patch is none. A notice says what is missing.
 */
export function boundReview(review: Review): Review {
  const { base, model, costUsd } = review;
  const findings: ReviewFinding[] = [];
  let patchesLeftOut = 0;
  let room = MAX_FINDINGS_CHARACTERS;
  for (const finding of review.findings) {
    const bounded = boundFinding(finding);
    room -= sizeOf(bounded);
    if (room < 0 || findings.length === MAX_FINDINGS) break;
    if (finding.patch !== bounded.patch) patchesLeftOut += 1;
    findings.push(bounded);
  }
  const missing = [
    leftOut(review.findings.length - findings.length, 'finding'),
    leftOut(patchesLeftOut, 'patch', 'patches'),
    leftOut(review.notices.length - MAX_NOTICES, 'remark'),
  ];
  const notices = review.notices
    .slice(0, MAX_NOTICES)
    .map((text) => cut(text, MAX_BODY_CHARACTERS));
  return {
    findings,
    summary: cut(review.summary, MAX_SUMMARY_CHARACTERS),
    notices: [...notices, ...missing.filter((text) => text !== '')],
    ...(base === undefined ? {} : { base: cut(base, MAX_NAME_CHARACTERS) }),
    model: cut(model, MAX_NAME_CHARACTERS),
    costUsd,
  };
}

function boundFinding(finding: ReviewFinding): ReviewFinding {
  const { path, startLine, endLine, severity, category, rule, title, body, patch, lineHash } =
    finding;
  return {
    path,
    startLine,
    endLine,
    severity,
    category: cut(category, MAX_NAME_CHARACTERS),
    ...(rule === undefined ? {} : { rule: cut(rule, MAX_NAME_CHARACTERS) }),
    title: cut(title, MAX_NAME_CHARACTERS),
    body: cut(body, MAX_BODY_CHARACTERS),
    ...(patch === undefined || patch.length > MAX_PATCH_CHARACTERS ? {} : { patch }),
    ...(lineHash === undefined ? {} : { lineHash }),
  };
}

function sizeOf({ path, category, title, body, patch = '' }: ReviewFinding): number {
  const texts = [path, category, title, body, patch];
  return texts.reduce((sum, text) => sum + text.length, FINDING_OVERHEAD_CHARACTERS);
}

function leftOut(count: number, one: string, several = `${one}s`): string {
  if (count <= 0) return '';
  const what = count === 1 ? `1 ${one} is` : `${count} ${several} are`;
  return `${what} left out here: it is more than a conversation keeps.`;
}

/** Never ends within a character. */
function cut(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  return `${text.slice(0, maxCharacters - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
