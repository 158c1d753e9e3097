/** What every provider that can be used right now offers. For `zeke models` and the model picker. */
import type { ModelInfo } from '../providers/contract.ts';
import type { ProviderSummary } from '../providers/registry.ts';
import type { Runtime } from './compose.ts';

export interface AvailableModel {
  /** `provider/model`. */
  readonly ref: string;
  readonly provider: string;
  readonly info: ModelInfo;
}
export interface AvailableModels {
  readonly models: readonly AvailableModel[];
  /** Providers that could not be asked, with the reason. */
  readonly failures: readonly { readonly provider: string; readonly message: string }[];
}

/** A host that does not say what it has within this time is left out of the list. */
const LIST_TIMEOUT_MS = 5000;

/** Asks the usable providers, all at the same time. Never rejects for a host that fails. */
export async function listAvailableModels(
  runtime: Runtime,
  signal: AbortSignal,
): Promise<AvailableModels> {
  const registry = await runtime.registry();
  const usable = await Promise.all(registry.providers().map((one) => isUsable(one, runtime)));
  const chosen = registry.providers().filter((_, index) => usable[index]);
  const limit = AbortSignal.any([signal, AbortSignal.timeout(LIST_TIMEOUT_MS)]);
  const answers = await Promise.allSettled(
    chosen.map(async ({ id }) => {
      const { provider } = await registry.resolve(`${id}/any`);
      return provider.listModels({ signal: limit });
    }),
  );
  const models: AvailableModel[] = [];
  const failures: { provider: string; message: string }[] = [];
  answers.forEach((answer, index) => {
    const provider = chosen[index]?.id ?? '';
    if (answer.status === 'fulfilled') {
      models.push(
        ...answer.value.map((info) => ({ ref: `${provider}/${info.id}`, provider, info })),
      );
    } else {
      const reason: unknown = answer.reason;
      failures.push({
        provider,
        message: reason instanceof Error ? reason.message : String(reason),
      });
    }
  });
  return { models, failures };
}

/** Local ones always; others only with their key, and never when nothing may leave the machine. */
async function isUsable(provider: ProviderSummary, runtime: Runtime): Promise<boolean> {
  if (provider.isLocal) return true;
  if (runtime.config.offline) return false;
  return provider.hasKey();
}
