/** A review of the working tree with the settings of the config: for the conversation and for editors. */
import { openDiffSource } from '../../agent/review/diff/diff-source.ts';
import { isAtLeast } from '../../agent/review/finding.ts';
import { readProjectRules } from '../../agent/review/project-rules.ts';
import type { Runtime } from '../compose.ts';
import {
  chooseModel,
  collectFindings,
  type ReviewListener,
  type ReviewResult,
  reviewCostUsd,
} from './collect-findings.ts';
import type { ReviewSettings } from './review-settings.ts';

export interface ReviewTask {
  /** A branch or commit to compare with; the last commit without it. */
  readonly base: string | undefined;
  /** `provider/model` that reviews. */
  readonly model: string;
  readonly signal: AbortSignal;
}

/** Findings less severe than `review.min_severity` are left out. Rejects with a ZekeError. */
export async function reviewAsConfigured(
  runtime: Runtime,
  task: ReviewTask,
  listener: ReviewListener,
): Promise<ReviewResult & { readonly costUsd: number | null }> {
  const { root, env, config, paths } = runtime;
  const { base, signal } = task;
  const request =
    base === undefined ? { kind: 'working-tree' as const } : { kind: 'base' as const, base };
  const source = await openDiffSource(request, { root, env, signal });
  const model = await chooseModel(runtime, task.model);
  const deps = {
    paths,
    source,
    model,
    search: model === undefined ? undefined : await runtime.search(),
    projectRules: model === undefined ? undefined : await readProjectRules(root),
  };
  const { minSeverity } = config.review;
  const result = await collectFindings(
    deps,
    { ...settingsOf(runtime), signal },
    {
      ...listener,
      onFinding: (finding) => {
        if (isAtLeast(finding.severity, minSeverity)) listener.onFinding?.(finding);
      },
    },
  );
  const findings = result.findings.filter(({ finding }) =>
    isAtLeast(finding.severity, minSeverity),
  );
  return { ...result, findings, costUsd: reviewCostUsd(model, result.usage) };
}

function settingsOf({ config }: Runtime): ReviewSettings {
  return {
    format: 'text',
    failOn: 'never',
    minSeverity: config.review.minSeverity,
    include: [],
    exclude: config.review.exclude,
    baseline: undefined,
    writeBaseline: undefined,
    concurrency: config.review.concurrency,
    maxCostUsd: config.maxCostUsd,
    onSecret: config.secrets.onSecret,
    showsProgress: false,
  };
}
