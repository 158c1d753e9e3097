/** A review of the working tree's changes as the front ends of a conversation share it. */
import type { Review } from '../../session/review.ts';
import type { Runtime } from '../compose.ts';
import { type ReviewListener, summarize } from './collect-findings.ts';
import { type ReviewTask, reviewAsConfigured } from './configured-review.ts';

export interface ConversationReview {
  readonly review: Review;
  /** 0 where nothing has changed: there is nothing to share then. */
  readonly fileCount: number;
}

/** Reviews as `zeke review` does with the settings of the config. Rejects with a ZekeError. */
export async function reviewForConversation(
  runtime: Runtime,
  task: ReviewTask,
  listener: Omit<ReviewListener, 'onSaid'> = {},
): Promise<ConversationReview> {
  const notices: string[] = [];
  const result = await reviewAsConfigured(runtime, task, {
    ...listener,
    onSaid: (text) => notices.push(text),
  });
  const { base, model } = task;
  const { costUsd, fileCount } = result;
  const review: Review = {
    findings: result.findings.map(({ finding }) => finding),
    summary: fileCount === 0 ? '' : summarize(result.findings, result),
    notices,
    ...(base === undefined ? {} : { base }),
    model,
    costUsd,
  };
  return { review, fileCount };
}
