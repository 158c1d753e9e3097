/** What the conversation may ask about providers and their models. */
import { describeModel } from '../../providers/catalogue.ts';
import type { ModelInfo, ModelPrice } from '../../providers/contract.ts';
import type { ProviderSummary } from '../../providers/registry.ts';
import type { ModelChoice, ProviderChoice, TuiServices } from '../../tui/services.ts';
import type { Runtime } from '../compose.ts';
import { listModels } from '../list-models.ts';

type ModelServices = Pick<TuiServices, 'listModels' | 'listProviders' | 'contextTokens'>;

export function modelServices(runtime: Runtime): ModelServices {
  /** Sizes that hosts told: of models that the catalogue does not know. */
  const toldTokens = new Map<string, number>();
  return {
    async listModels(signal, onSome) {
      const usable = await usableProviders(runtime);
      const lists = await Promise.allSettled(
        usable.map(async ({ id }) => {
          const models = await listModels(runtime, id, signal);
          const choices = models.map((model) => choiceOf(id, model));
          for (const { ref, contextTokens } of choices) {
            if (contextTokens !== undefined) toldTokens.set(ref, contextTokens);
          }
          onSome?.(choices);
          return choices;
        }),
      );
      // A host that cannot say what it has is left out; "zeke models" tells why.
      return lists.flatMap((list) => (list.status === 'fulfilled' ? list.value : []));
    },
    async listProviders() {
      const providers = (await runtime.registry()).providers();
      return await Promise.all(providers.map((one) => providerChoice(one, runtime)));
    },
    contextTokens(modelRef) {
      const slash = modelRef.indexOf('/');
      const known = describeModel(modelRef.slice(0, slash), modelRef.slice(slash + 1));
      return known?.contextTokens ?? toldTokens.get(modelRef);
    },
  };
}

/** Local ones always; others only with their key, and never when nothing may leave the machine. */
async function usableProviders(runtime: Runtime): Promise<readonly ProviderSummary[]> {
  const providers = (await runtime.registry()).providers();
  const usable = await Promise.all(
    providers.map((one) => one.isLocal || (!runtime.config.offline && one.hasKey())),
  );
  return providers.filter((_, index) => usable[index]);
}

async function providerChoice(one: ProviderSummary, runtime: Runtime): Promise<ProviderChoice> {
  const { id, baseUrl, isLocal } = one;
  if (baseUrl === undefined) return { id, isUsable: true, detail: 'runs inside Zeke' };
  if (isLocal) return { id, isUsable: true, detail: `on this machine at ${baseUrl}` };
  if (runtime.config.offline) return { id, isUsable: false, detail: 'offline: nothing may leave' };
  if (await one.hasKey()) return { id, isUsable: true, detail: `has a key · ${baseUrl}` };
  return { id, isUsable: false, detail: `zeke auth add ${id}` };
}

function choiceOf(providerId: string, model: ModelInfo): ModelChoice {
  const { id, name, contextTokens, price, capabilities = {} } = model;
  const abilities = Object.entries(capabilities).flatMap(([what, can]) => (can ? [what] : []));
  return {
    ref: `${providerId}/${id}`,
    label: name ?? id,
    capabilities: abilities,
    ...(contextTokens === undefined ? {} : { contextTokens }),
    ...(price === undefined ? {} : { price: describePrice(price) }),
  };
}

function describePrice(price: ModelPrice): string {
  if (price.input === 0 && price.output === 0) return 'free';
  return `$${price.input}/$${price.output} per 1M`;
}
