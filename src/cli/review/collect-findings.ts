/** Runs a review to its end and gathers what it found: for the command, and for front ends. */
import type { ReviewModel } from '../../agent/review/ask-model.ts';
import type { KnownFinding } from '../../agent/review/baseline.ts';
import type { Finding } from '../../agent/review/finding.ts';
import { countBySeverity } from '../../agent/review/formats/report.ts';
import { createPathFilter } from '../../agent/review/path-filter.ts';
import { type ReviewDeps, type ReviewProgress, reviewDiff } from '../../agent/review/review.ts';
import type { ProviderFailure, Usage } from '../../providers/contract.ts';
import type { Runtime } from '../compose.ts';
import { spendingRecorder } from '../nvim/side-model.ts';
import type { ReviewSettings } from './review-settings.ts';

/** The model that reviews; undefined for the built-in engine, whose rules run anyway. */
export async function chooseModel(
  runtime: Runtime,
  reference: string,
): Promise<ReviewModel | undefined> {
  if (/^builtin(?:\/|$)/.test(reference)) return undefined;
  const registry = await runtime.registry();
  const { provider, model, info } = await registry.resolve(reference);
  return { provider, model, info, reasoningEffort: runtime.config.reasoningEffort };
}

/** US dollars that a review cost; null where no price is known. By rules alone it costs nothing. */
export function reviewCostUsd(model: ReviewModel | undefined, usage: Usage): number | null {
  if (model === undefined || model.provider.isFree === true) return 0;
  return usage.costUsd ?? (hasUsage(usage) ? null : 0);
}

function hasUsage({ inputTokens = 0, outputTokens = 0 }: Usage): boolean {
  return inputTokens + outputTokens > 0;
}

export interface ReviewResult {
  readonly findings: readonly KnownFinding[];
  readonly summaries: readonly string[];
  readonly usage: Usage;
  readonly fileCount: number;
  readonly failure: ProviderFailure | undefined;
}

/** What hears of a review while it runs. */
export interface ReviewListener {
  readonly onProgress?: (progress: ReviewProgress) => void;
  readonly onFinding?: (finding: Finding) => void;
  /** Something to know that is no finding: a part that failed, a limit that was reached. */
  readonly onSaid: (text: string) => void;
}

/** Everything that the review said, once it is through. What it cost goes into the spending log. */
export async function collectFindings(
  deps: ReviewDeps & Pick<Runtime, 'paths'>,
  settings: ReviewSettings & { readonly signal: AbortSignal },
  { onProgress, onFinding, onSaid }: ReviewListener,
): Promise<ReviewResult> {
  const findings: KnownFinding[] = [];
  const summaries: string[] = [];
  let usage: Usage = {};
  let fileCount = 0;
  let failure: ProviderFailure | undefined;
  const accepts = createPathFilter(settings.include, settings.exclude);
  for await (const event of reviewDiff(deps, { ...settings, accepts })) {
    if (event.type === 'finding') {
      findings.push(event);
      onFinding?.(event.finding);
    } else if (event.type === 'usage') usage = event.usage;
    else if (event.type === 'summary') summaries.push(event.text);
    else if (event.type === 'progress') {
      fileCount = event.fileCount;
      onProgress?.(event);
    } else {
      onSaid(event.type === 'error' ? event.error.message : event.text);
      if (event.type === 'error') failure ??= event.error;
    }
  }
  if (deps.model !== undefined) await recordReview(deps, deps.model, usage);
  return { findings: sortFindings(findings), summaries, usage, fileCount, failure };
}

/** What was answered before somebody stopped the review is paid for as well. */
async function recordReview(
  runtime: Pick<Runtime, 'paths'>,
  model: ReviewModel,
  usage: Usage,
): Promise<void> {
  if (!hasUsage(usage)) return;
  const ref = `${model.provider.id}/${model.model}`;
  const record = await spendingRecorder(runtime, { model: ref, purpose: 'review' });
  record({ usage, costUsd: reviewCostUsd(model, usage) });
}

function sortFindings(findings: readonly KnownFinding[]): readonly KnownFinding[] {
  return [...findings].sort(({ finding: left }, { finding: right }) => {
    if (left.path !== right.path) return left.path < right.path ? -1 : 1;
    return left.startLine - right.startLine || left.endLine - right.endLine;
  });
}

/** How much was found in how many files, and what the model said of the whole. */
export function summarize(shown: readonly KnownFinding[], result: ReviewResult): string {
  const files = result.fileCount === 1 ? '1 file' : `${result.fileCount} files`;
  const findings = shown.length === 1 ? '1 finding' : `${shown.length} findings`;
  const counts = shown.length === 0 ? '' : ` (${countBySeverity(shown)})`;
  return [`${findings}${counts} in ${files}.`, ...result.summaries].join('\n');
}
