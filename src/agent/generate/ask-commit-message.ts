/** Asks a model for a commit message, beside the conversation. */
import { ZekeError } from '../../platform/errors.ts';
import type { Redactor } from '../../platform/secrets/redactor.ts';
import { COMMIT_REQUEST, COMMIT_SYSTEM_PROMPT } from '../prompts/commit.ts';
import { createPlaceholders } from '../propose/placeholders.ts';
import { createBlockWriter, type Material, refuseSecrets } from '../side-question.ts';
import { askBeside, type SideLimits, type SideModel, type SideRun } from '../side-request.ts';
import { cleanCommitMessage } from './commit-message.ts';

export interface CommitMessageDeps extends SideLimits {
  readonly model: SideModel;
  readonly redactor: Redactor;
  readonly onSecret: 'redact' | 'refuse';
}

/** The message, clean. Rejects with a ZekeError. A secret in the diff stays a placeholder. */
export async function askCommitMessage(
  deps: CommitMessageDeps,
  material: readonly Material[],
  run: SideRun,
): Promise<string> {
  const placeholders = createPlaceholders(deps.redactor);
  const blocks = material.map(createBlockWriter(placeholders));
  refuseSecrets(deps, placeholders);
  const request = {
    intent: 'commit',
    system: COMMIT_SYSTEM_PROMPT,
    text: [...blocks, COMMIT_REQUEST].join('\n\n'),
  };
  const { maxCostUsd } = deps;
  const answer = await askBeside(deps.model, request, { ...run, maxCostUsd });
  const message = cleanCommitMessage(answer.text);
  if (message !== '' && !answer.isCut) return message;
  throw new ZekeError('provider', 'The model gave no complete commit message.', {
    hint: 'Ask again, or ask another model.',
  });
}
