/** The model of a request beside the conversation, with what the user allows it. */
import type { SideAnswer, SideModel } from '../../agent/side-request.ts';
import { ZekeError } from '../../platform/errors.ts';
import type { Spent } from '../../session/spending-log.ts';
import type { Runtime } from '../compose.ts';

/** Rejects with a ZekeError for a model that is not there, and for the built-in engine. */
export async function resolveSideModel(
  runtime: Runtime,
  modelRef: string,
): Promise<SideModel & { readonly ref: string }> {
  const { provider, model, info } = await (await runtime.registry()).resolve(modelRef);
  if (provider.id === 'builtin') {
    throw new ZekeError('usage', 'The built-in engine is no language model and writes no code.', {
      hint: 'Choose a model with :ZekeModel; where none is listed, run "zeke auth add anthropic" (or another of "zeke auth list") in a terminal.',
    });
  }
  const { reasoningEffort } = runtime.config;
  return { provider, model, info, reasoningEffort, ref: `${provider.id}/${model}` };
}

/** What every such request needs: the user's limits, and somebody who finds secrets. */
export async function sideDeps({ config }: Runtime) {
  const { createRedactor } = await import('../../platform/secrets/redactor.ts');
  const { maxCostUsd, secrets } = config;
  return { redactor: createRedactor(), maxCostUsd, onSecret: secrets.onSecret };
}

/** What an answer cost, and how it came to be one. */
type Cost = Pick<SideAnswer, 'usage' | 'costUsd' | 'isCancelled'> & Pick<Spent, 'isCached'>;

/** Of an answer that was paid for before. */
export const CACHED: Cost = { usage: {}, costUsd: 0, isCached: true };

/** Writes what an answer cost into the spending log. */
export async function spendingRecorder(
  { paths }: Pick<Runtime, 'paths'>,
  { model, purpose }: { readonly model: string; readonly purpose: string },
): Promise<(cost: Cost) => void> {
  const { createSpendingLog } = await import('../../session/spending-log.ts');
  const log = createSpendingLog(paths.stateDir);
  return ({ usage, costUsd, isCancelled, isCached }) =>
    log.record({
      at: Date.now(),
      model,
      purpose,
      inputTokens: usage.inputTokens ?? 0,
      outputTokens: usage.outputTokens ?? 0,
      costUsd,
      ...(isCancelled === undefined ? {} : { isCancelled }),
      ...(isCached === undefined ? {} : { isCached }),
    });
}
