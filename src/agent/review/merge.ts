/** Keeps one finding of several that say the same: from rules and model, or from two requests. */
import type { Finding } from './finding.ts';

export interface FindingMerger {
  /** True when nothing like it was added before; what was there first stays. */
  add(finding: Finding): boolean;
}

/** Models count lines loosely; the same remark is at most this far off. */
const NEAR_LINES = 2;
/** The share of words that two titles must have in common to say the same. */
const SAME_TITLE_SHARE = 0.5;

/** A merger for one review. Add rule findings first: they are certain of their lines. */
export function createFindingMerger(): FindingMerger {
  const byPath = new Map<string, Finding[]>();
  return {
    add(finding) {
      const known = byPath.get(finding.path) ?? [];
      if (known.some((other) => isSame(other, finding))) return false;
      known.push(finding);
      byPath.set(finding.path, known);
      return true;
    },
  };
}

function isSame(left: Finding, right: Finding): boolean {
  if (left.rule !== undefined && right.rule !== undefined) {
    return (
      left.rule === right.rule && left.startLine === right.startLine && left.title === right.title
    );
  }
  const isNear =
    left.startLine <= right.endLine + NEAR_LINES && right.startLine <= left.endLine + NEAR_LINES;
  if (!isNear) return false;
  const overlaps = left.startLine <= right.endLine && right.startLine <= left.endLine;
  const isRuleAndModel = (left.rule === undefined) !== (right.rule === undefined);
  if (isRuleAndModel && overlaps && left.category === right.category) return true;
  return titleShare(left.title, right.title) >= SAME_TITLE_SHARE;
}

function titleShare(left: string, right: string): number {
  const [leftWords, rightWords] = [words(left), words(right)];
  if (leftWords.size === 0 || rightWords.size === 0) return 0;
  const common = [...leftWords].filter((word) => rightWords.has(word)).length;
  return common / Math.max(leftWords.size, rightWords.size);
}

function words(title: string): ReadonlySet<string> {
  return new Set(title.toLowerCase().match(/[\p{L}\p{N}_]{3,}/gu) ?? []);
}
