/** `zeke review`: findings about a diff, from rules and a model. */
import {
  type KnownFinding,
  readBaseline,
  withoutKnown,
  writeBaseline,
} from '../../agent/review/baseline.ts';
import { openDiffSource } from '../../agent/review/diff/diff-source.ts';
import { isAtLeast } from '../../agent/review/finding.ts';
import { REPORT_FORMATS } from '../../agent/review/formats/registry.ts';
import { readProjectRules } from '../../agent/review/project-rules.ts';
import type { ReviewDeps } from '../../agent/review/review.ts';
import { stopYoungHeapGrowth } from '../../platform/streams/flat-memory.ts';
import { sanitizeLine } from '../../platform/terminal-text.ts';
import type { ProviderFailure } from '../../providers/contract.ts';
import type { Severity } from '../../session/review.ts';
import type { Invocation } from '../command.ts';
import { composeRuntime, type Runtime } from '../compose.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import {
  chooseModel,
  collectFindings,
  type ReviewResult,
  summarize,
} from '../review/collect-findings.ts';
import { withPathsFrom } from '../review/paths-from-here.ts';
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
    const model = await chooseModel(runtime, await runtime.defaultModel());
    const projectRules = model === undefined ? undefined : await readProjectRules(root);
    const search = model === undefined ? undefined : await runtime.search();
    const deps = { paths: runtime.paths, source, model, search, projectRules };
    const result = await collect(deps, settings, invocation);
    if (invocation.signal.aborted) return EXIT.interrupted;
    if (result.fileCount === 0) say(invocation, 'Nothing to review: the diff is empty.');
    const known = result.findings;
    if (settings.writeBaseline !== undefined) {
      await writeBaseline(settings.writeBaseline, known);
      say(invocation, `Wrote ${known.length} findings to ${settings.writeBaseline}.`);
      return failureCode(result.failure);
    }
    const fresh = baseline === undefined ? known : withoutKnown(known, baseline);
    const shown = fresh.filter(({ finding }) => isAtLeast(finding.severity, settings.minSeverity));
    const summary = summarize(shown, result);
    const isForEditor = settings.format === 'quickfix';
    const told = isForEditor ? withPathsFrom(invocation.cwd, root, shown) : shown;
    const report = { findings: told, summary, usage: result.usage };
    const isSilent = result.fileCount === 0 && settings.format === 'text';
    if (!isSilent) invocation.io.stdout.write(REPORT_FORMATS[settings.format](report));
    const failed = failureCode(result.failure);
    return failed === EXIT.ok ? findingsCode(fresh, settings.failOn) : failed;
  } finally {
    await runtime.close();
  }
}

/** A diff with more parts than this (at most 1 MiB) is big, and memory comes before speed. */
const BIG_DIFF_PARTS = 8;

async function collect(
  deps: ReviewDeps & Pick<Runtime, 'paths'>,
  settings: ReviewSettings,
  invocation: Invocation,
): Promise<ReviewResult> {
  const progress = createProgress(invocation, settings.showsProgress);
  let partCount = 0;
  const result = await collectFindings(
    deps,
    { ...settings, signal: invocation.signal },
    {
      onProgress(event) {
        partCount += 1;
        if (partCount === BIG_DIFF_PARTS) stopYoungHeapGrowth();
        progress.show(event);
      },
      onSaid(text) {
        progress.clear();
        say(invocation, text);
      },
    },
  );
  progress.clear();
  return result;
}

function say(invocation: Invocation, text: string): void {
  invocation.io.stderr.write(`zeke: ${sanitizeLine(text)}\n`);
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
