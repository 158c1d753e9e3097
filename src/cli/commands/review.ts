/** `zeke review`: findings about a diff, from rules and a model. */
import type { ReviewModel } from '../../agent/review/ask-model.ts';
import {
  type KnownFinding,
  readBaseline,
  withoutKnown,
  writeBaseline,
} from '../../agent/review/baseline.ts';
import { openDiffSource } from '../../agent/review/diff/diff-source.ts';
import { isAtLeast, type Severity } from '../../agent/review/finding.ts';
import { REPORT_FORMATS } from '../../agent/review/formats/registry.ts';
import { countBySeverity } from '../../agent/review/formats/report.ts';
import { createPathFilter } from '../../agent/review/path-filter.ts';
import { readProjectRules } from '../../agent/review/project-rules.ts';
import { type ReviewDeps, reviewDiff } from '../../agent/review/review.ts';
import { stopYoungHeapGrowth } from '../../platform/streams/flat-memory.ts';
import { sanitizeLine } from '../../platform/terminal-text.ts';
import type { ProviderFailure, Usage } from '../../providers/contract.ts';
import type { Invocation } from '../command.ts';
import { composeRuntime, type Runtime } from '../compose.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { createProgress } from '../review/review-progress.ts';
import { diffRequestOf, type ReviewSettings, reviewSettings } from '../review/review-settings.ts';

/** Runs `zeke review`. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const request = diffRequestOf(invocation);
  const runtime = await composeRuntime(invocation);
  try {
    const settings = reviewSettings(invocation, runtime.config);
    const baseline =
      settings.baseline === undefined ? undefined : await readBaseline(settings.baseline);
    const { root, env } = runtime;
    const source = await openDiffSource(request, { root, env, signal: invocation.signal });
    const model = await chooseModel(runtime);
    const projectRules = model === undefined ? undefined : await readProjectRules(root);
    const search = model === undefined ? undefined : await runtime.search();
    const result = await collect({ source, model, search, projectRules }, settings, invocation);
    if (invocation.signal.aborted) return EXIT.interrupted;
    if (result.fileCount === 0) say(invocation, 'Nothing to review: the diff is empty.');
    const known = sortFindings(result.findings);
    if (settings.writeBaseline !== undefined) {
      await writeBaseline(settings.writeBaseline, known);
      say(invocation, `Wrote ${known.length} findings to ${settings.writeBaseline}.`);
      return failureCode(result.failure);
    }
    const fresh = baseline === undefined ? known : withoutKnown(known, baseline);
    const shown = fresh.filter(({ finding }) => isAtLeast(finding.severity, settings.minSeverity));
    const summary = summarize(shown, result);
    const report = { findings: shown, summary, usage: result.usage };
    const isSilent = result.fileCount === 0 && settings.format === 'text';
    if (!isSilent) invocation.io.stdout.write(REPORT_FORMATS[settings.format](report));
    const failed = failureCode(result.failure);
    return failed === EXIT.ok ? findingsCode(fresh, settings.failOn) : failed;
  } finally {
    runtime.close();
  }
}

/** Undefined for the built-in engine: its rules run anyway. */
async function chooseModel(runtime: Runtime): Promise<ReviewModel | undefined> {
  const reference = await runtime.defaultModel();
  if (/^builtin(?:\/|$)/.test(reference)) return undefined;
  const registry = await runtime.registry();
  const { provider, model, info } = await registry.resolve(reference);
  return { provider, model, info, reasoningEffort: runtime.config.reasoningEffort };
}

/** A diff with more parts than this (at most 1 MiB) is big, and memory comes before speed. */
const BIG_DIFF_PARTS = 8;

interface ReviewResult {
  readonly findings: readonly KnownFinding[];
  readonly summaries: readonly string[];
  readonly usage: Usage;
  readonly fileCount: number;
  readonly failure: ProviderFailure | undefined;
}

async function collect(
  deps: ReviewDeps,
  settings: ReviewSettings,
  invocation: Invocation,
): Promise<ReviewResult> {
  const progress = createProgress(invocation, settings.showsProgress);
  const findings: KnownFinding[] = [];
  const summaries: string[] = [];
  let usage: Usage = {};
  let fileCount = 0;
  let partCount = 0;
  let failure: ProviderFailure | undefined;
  const accepts = createPathFilter(settings.include, settings.exclude);
  const { signal } = invocation;
  for await (const event of reviewDiff(deps, { ...settings, accepts, signal })) {
    if (event.type === 'finding') findings.push(event);
    else if (event.type === 'usage') usage = event.usage;
    else if (event.type === 'summary') summaries.push(event.text);
    else if (event.type === 'progress') {
      fileCount = event.fileCount;
      partCount += 1;
      if (partCount === BIG_DIFF_PARTS) stopYoungHeapGrowth();
      progress.show(event);
    } else {
      progress.clear();
      say(invocation, event.type === 'error' ? event.error.message : event.text);
      if (event.type === 'error') failure ??= event.error;
    }
  }
  progress.clear();
  return { findings, summaries, usage, fileCount, failure };
}

function say(invocation: Invocation, text: string): void {
  invocation.io.stderr.write(`zeke: ${sanitizeLine(text)}\n`);
}

function sortFindings(findings: readonly KnownFinding[]): readonly KnownFinding[] {
  return [...findings].sort(({ finding: left }, { finding: right }) => {
    if (left.path !== right.path) return left.path < right.path ? -1 : 1;
    return left.startLine - right.startLine || left.endLine - right.endLine;
  });
}

function summarize(shown: readonly KnownFinding[], result: ReviewResult): string {
  const files = result.fileCount === 1 ? '1 file' : `${result.fileCount} files`;
  const findings = shown.length === 1 ? '1 finding' : `${shown.length} findings`;
  const counts = shown.length === 0 ? '' : ` (${countBySeverity(shown)})`;
  return [`${findings}${counts} in ${files}.`, ...result.summaries].join('\n');
}

/** Missing keys and refused secrets are the user's to repair; everything else is the host's. */
function failureCode(failure: ProviderFailure | undefined): ExitCode {
  if (failure === undefined) return EXIT.ok;
  const isPermission = failure.kind === 'authentication' || failure.kind === 'permission';
  return isPermission ? EXIT.permission : EXIT.provider;
}

function findingsCode(findings: readonly KnownFinding[], failOn: Severity | 'never'): ExitCode {
  if (failOn === 'never') return EXIT.ok;
  const fails = findings.some(({ finding }) => isAtLeast(finding.severity, failOn));
  return fails ? EXIT.findings : EXIT.ok;
}
