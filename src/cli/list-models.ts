/** What providers offer, for `zeke models`, `zeke auth test` and `zeke doctor`. */
import type { ModelInfo } from '../providers/contract.ts';
import type { Runtime } from './compose.ts';

/** A host that says nothing for this long counts as not there. */
const TIMEOUT_MS = 15_000;

/**
 * Asks a provider for its models and adds what the catalogue knows. Rejects with a ZekeError when
 * the host cannot say.
 */
export async function listModels(
  runtime: Runtime,
  providerId: string,
  signal: AbortSignal,
): Promise<readonly ModelInfo[]> {
  const registry = await runtime.registry();
  const { describeModel } = await import('../providers/catalogue.ts');
  // The provider is wanted, not this model: a name that needs no default model for it.
  const { provider } = await registry.resolve(`${providerId}/models`);
  const limited = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const offered = await provider.listModels({ signal: limited });
  return offered.map((model) => ({ ...describeModel(providerId, model.id), ...model }));
}
