/**
 * A review: the rules over every file, the model over what is worth asking about, both merged. Reads
 * the diff once, from front to back, and holds one file and the requests under way.
 */
import type { CodeSearch } from '../../context/search.ts';
import type { ProviderFailure, Usage } from '../../providers/contract.ts';
import type { ReviewModel } from './ask-model.ts';
import { fingerprintOf, type KnownFinding } from './baseline.ts';
import type { FileDiff } from './diff/diff.ts';
import { parseDiff } from './diff/diff-parser.ts';
import type { DiffSource } from './diff/diff-source.ts';
import { type Finding, lineHashOf } from './finding.ts';
import { createFindingMerger } from './merge.ts';
import { type ModelEvent, startModelReview } from './model-review.ts';
import type { PathFilter } from './path-filter.ts';
import type { ProjectRules } from './project-rules.ts';
import { startRules } from './rules/registry.ts';

export interface ReviewDeps {
  readonly source: DiffSource;
  /** Undefined for a review by rules alone. */
  readonly model: ReviewModel | undefined;
  /** Finds related definitions for the model; undefined does without. */
  readonly search: CodeSearch | undefined;
  readonly projectRules: ProjectRules | undefined;
}
export interface ReviewOptions {
  readonly accepts: PathFilter;
  /** Requests to the model at the same time. */
  readonly concurrency: number;
  readonly maxCostUsd: number | undefined;
  readonly onSecret: 'redact' | 'refuse';
  readonly signal: AbortSignal;
}

export type ReviewEvent =
  | ({ readonly type: 'finding' } & KnownFinding)
  | ReviewProgress
  /** Tokens and cost of the whole review so far. */
  | { readonly type: 'usage'; readonly usage: Usage }
  /** What the model says about the change, or a part of it. */
  | { readonly type: 'summary'; readonly text: string }
  /** Something the user should know; the review goes on. */
  | { readonly type: 'notice'; readonly text: string }
  /** The model could not be asked; rule findings go on. */
  | { readonly type: 'error'; readonly error: ProviderFailure };

export interface ReviewProgress {
  readonly type: 'progress';
  readonly fileCount: number;
  /** The file being read. */
  readonly path: string;
  readonly requestsDone: number;
  readonly requestsStarted: number;
}

/** More findings of one rule are counted, not listed: nobody reads them. */
const MAX_FINDINGS_PER_RULE = 500;

/**
 * Reviews a diff. Yields nothing for an empty one. Throws a ZekeError of kind `usage` for input
 * that is no diff; failures of the model host are events. Ends early when the signal aborts.
 */
export async function* reviewDiff(
  deps: ReviewDeps,
  options: ReviewOptions,
): AsyncGenerator<ReviewEvent> {
  const rules = startRules();
  const findings = createFindingFlow();
  const modelReview =
    deps.model === undefined
      ? undefined
      : startModelReview({ ...deps, model: deps.model }, options);
  let fileCount = 0;
  for (const text of deps.source.notes ?? []) yield { type: 'notice', text };
  for await (const file of parseDiff(deps.source.diff)) {
    if (options.signal.aborted) return;
    if (!options.accepts(file.path)) continue;
    if (file.part === 0) fileCount += 1;
    yield { type: 'progress', fileCount, path: file.path, ...requestCounts(modelReview) };
    yield* notesOf(file);
    yield* findings.take(rules.visit(file), file);
    if (modelReview !== undefined) yield* relay(modelReview.add(file), findings);
  }
  yield* findings.take(rules.finish(), undefined);
  if (modelReview !== undefined) yield* relay(modelReview.finish(), findings);
  yield* findings.finish();
}

function requestCounts(modelReview: ReturnType<typeof startModelReview> | undefined) {
  return modelReview?.counts() ?? { requestsDone: 0, requestsStarted: 0 };
}

function* notesOf(file: FileDiff): Generator<ReviewEvent> {
  for (const note of file.notes) yield { type: 'notice', text: `${file.path}: ${note}.` };
}

type FindingFlow = ReturnType<typeof createFindingFlow>;

/** Merges findings from both sides and gives each its fingerprint. */
function createFindingFlow() {
  const merger = createFindingMerger();
  const counts = new Map<string, number>();
  return {
    *take(found: readonly Finding[], file: FileDiff | undefined): Generator<ReviewEvent> {
      for (const finding of found) {
        const name = finding.rule ?? '';
        const count = (counts.get(name) ?? 0) + 1;
        counts.set(name, count);
        if (name !== '' && count > MAX_FINDINGS_PER_RULE) continue;
        if (!merger.add(finding)) continue;
        const lineText = lineTextOf(finding, file);
        const fingerprint = fingerprintOf(finding, lineText);
        const lineHash = lineHashOf(lineText);
        const placed = lineHash === undefined ? finding : { ...finding, lineHash };
        yield { type: 'finding', finding: placed, fingerprint };
      }
    },
    *finish(): Generator<ReviewEvent> {
      for (const [rule, count] of counts) {
        const left = count - MAX_FINDINGS_PER_RULE;
        if (rule === '' || left <= 0) continue;
        yield { type: 'notice', text: `${left} more findings of ${rule} are not listed.` };
      }
    },
  };
}

function lineTextOf(finding: Finding, file: FileDiff | undefined): string {
  for (const hunk of file?.hunks ?? []) {
    for (const line of hunk.lines) {
      if (line.kind !== 'removed' && line.newLine === finding.startLine) return line.text;
    }
  }
  return '';
}

async function* relay(
  events: AsyncIterable<ModelEvent>,
  findings: FindingFlow,
): AsyncGenerator<ReviewEvent> {
  for await (const event of events) {
    if (event.type !== 'model-findings') yield event;
    else for (const { finding, file } of event.findings) yield* findings.take([finding], file);
  }
}
