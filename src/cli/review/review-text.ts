/** A review of the working tree's changes as text, for the conversation. */
import { REPORT_FORMATS } from '../../agent/review/formats/registry.ts';
import type { Runtime } from '../compose.ts';
import { summarize } from './collect-findings.ts';
import { type ReviewTask, reviewAsConfigured } from './configured-review.ts';

/** Reviews as `zeke review` does with the settings of the config. Rejects with a ZekeError. */
export async function reviewText(runtime: Runtime, task: ReviewTask): Promise<string> {
  const said: string[] = [];
  const result = await reviewAsConfigured(runtime, task, { onSaid: (text) => said.push(text) });
  if (result.fileCount === 0) return 'Nothing to review: nothing has changed.';
  const { findings, usage } = result;
  const report = REPORT_FORMATS.text({ findings, summary: summarize(findings, result), usage });
  return [...said, report].join('\n');
}
