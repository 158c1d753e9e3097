/** A review of the working tree's changes as text, for the conversation. */
import { openDiffSource } from '../../agent/review/diff/diff-source.ts';
import { isAtLeast } from '../../agent/review/finding.ts';
import { REPORT_FORMATS } from '../../agent/review/formats/registry.ts';
import { readProjectRules } from '../../agent/review/project-rules.ts';
import type { Runtime } from '../compose.ts';
import { chooseModel, collectFindings, summarize } from './collect-findings.ts';
import type { ReviewSettings } from './review-settings.ts';

export interface ReviewTask {
  /** A branch or commit to compare with; the last commit without it. */
  readonly base: string | undefined;
  /** `provider/model` of the conversation. */
  readonly model: string;
  readonly signal: AbortSignal;
}

/** Reviews as `zeke review` does with the settings of the config. Rejects with a ZekeError. */
export async function reviewText(runtime: Runtime, task: ReviewTask): Promise<string> {
  const { root, env, config } = runtime;
  const { base, signal } = task;
  const request =
    base === undefined ? { kind: 'working-tree' as const } : { kind: 'base' as const, base };
  const source = await openDiffSource(request, { root, env, signal });
  const model = await chooseModel(runtime, task.model);
  const deps = {
    source,
    model,
    search: model === undefined ? undefined : await runtime.search(),
    projectRules: model === undefined ? undefined : await readProjectRules(root),
  };
  const said: string[] = [];
  const result = await collectFindings(
    deps,
    { ...settingsOf(runtime), signal },
    { onSaid: (text) => said.push(text) },
  );
  if (result.fileCount === 0) return 'Nothing to review: nothing has changed.';
  const findings = result.findings.filter(({ finding }) =>
    isAtLeast(finding.severity, config.review.minSeverity),
  );
  const summary = summarize(findings, result);
  const report = REPORT_FORMATS.text({ findings, summary, usage: result.usage });
  return [...said, report].join('\n');
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
