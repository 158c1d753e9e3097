/**
 * Which providers there are, and the one behind a `provider/model`. A wire family's code is only
 * loaded when a provider of it is first used.
 *
 * Base URLs and the names of key variables come from the user's own settings and environment, never
 * from a repository: the config layer sees to that, and nothing here reads files.
 */
import type { Config, WireFamily } from '../platform/config/config.ts';
import type { Environment } from '../platform/env.ts';
import { ZekeError } from '../platform/errors.ts';
import { createHttpClient, type HttpClient } from '../platform/http/client.ts';
import { nearestName } from '../platform/nearest.ts';
import { ZEKE_VERSION } from '../platform/version.ts';
import { catalogueModels, defaultModelOf, describeModel } from './catalogue.ts';
import { cleanLine } from './clean-line.ts';
import type { ModelInfo, Provider } from './contract.ts';
import { describeHosts, type HostSettings } from './hosts.ts';
import { type ProviderHost, type RetryPolicy, waitOnClock } from './http.ts';

export type FindKey = (provider: {
  id: string;
  apiKeyEnv: string | undefined;
}) => Promise<string | undefined>;

export interface ProviderRegistryOptions {
  readonly config: Config;
  readonly env: Environment;
  readonly findKey: FindKey;
  /** Providers that are no network hosts: the built-in engine, local models. */
  readonly extraProviders?: readonly Provider[];
  /** No request leaves this machine. */
  readonly offline: boolean;
  /** Made (and closed) by the registry where it is not given. */
  readonly http?: HttpClient;
  /** How retries wait; the real clock by default. */
  readonly retry?: Partial<RetryPolicy>;
}

export interface ProviderSummary {
  readonly id: string;
  readonly family: WireFamily | 'builtin' | 'local';
  /** Undefined for providers that are no network hosts. */
  readonly baseUrl: string | undefined;
  readonly isLocal: boolean;
  /** True where nothing works without a key. */
  readonly needsKey: boolean;
  readonly apiKeyEnv: string | undefined;
  readonly hasKey: () => Promise<boolean>;
}

interface ResolvedProvider {
  readonly provider: Provider;
  /** The vendor's model id. */
  readonly model: string;
  /** What the catalogue knows; undefined gives safe defaults. */
  readonly info: ModelInfo | undefined;
}

export interface ProviderRegistry {
  /**
   * The provider and model behind `provider/model`, a provider's name alone (its default model),
   * or a model the catalogue knows. Rejects with a ZekeError of kind `usage` that names the
   * nearest one. Opens no connection.
   */
  resolve(modelRef: string): Promise<ResolvedProvider>;
  providers(): readonly ProviderSummary[];
  close(): void;
}

export function createProviderRegistry(options: ProviderRegistryOptions): ProviderRegistry {
  const hosts = describeHosts(options.config, options.env);
  const extras = options.extraProviders ?? [];
  const http = options.http ?? createClient(options);
  const made = new Map<string, Promise<Provider>>();
  const ids = [...extras.map((extra) => extra.id), ...hosts.map((host) => host.id)];

  const open = (id: string): Promise<Provider> => {
    const known = made.get(id);
    if (known !== undefined) return known;
    const extra = extras.find((candidate) => candidate.id === id);
    const host = hosts.find((candidate) => candidate.id === id);
    if (extra === undefined && host === undefined) throw unknownProvider(id, ids);
    const provider =
      extra === undefined && host !== undefined
        ? createProvider(toProviderHost(host, options, http), host.family)
        : Promise.resolve(extra as Provider);
    made.set(id, provider);
    return provider;
  };
  return {
    async resolve(modelRef) {
      const { id, model } = splitReference(modelRef, ids);
      return { provider: await open(id), model, info: describeModel(id, model) };
    },
    providers: () => [
      ...extras.map(summarizeExtra),
      ...hosts.map((host) => summarizeHost(host, options.findKey)),
    ],
    close() {
      if (options.http === undefined) http.close();
    },
  };
}

/** The HTTP client for model hosts, by the user's network settings. */
export function createClient(
  options: Pick<ProviderRegistryOptions, 'config' | 'env' | 'offline'>,
): HttpClient {
  const { connectTimeoutMs, firstByteTimeoutMs, idleTimeoutMs } = options.config.network;
  return createHttpClient({
    env: options.env,
    offline: options.offline,
    userAgent: `zeke/${ZEKE_VERSION}`,
    connectTimeoutMs,
    firstByteTimeoutMs,
    idleTimeoutMs,
  });
}

function toProviderHost(
  host: HostSettings,
  options: ProviderRegistryOptions,
  http: HttpClient,
): ProviderHost {
  const { id, apiKeyEnv } = host;
  return {
    ...host,
    // Offline, the client refuses the host: that is the reason to give, not a missing key.
    needsKey: host.needsKey && !options.offline,
    findKey: () => options.findKey({ id, apiKeyEnv }),
    http,
    retry: {
      maxRetries: options.config.network.maxRetries,
      wait: waitOnClock,
      random: Math.random,
      ...options.retry,
    },
  };
}

async function createProvider(host: ProviderHost, family: WireFamily): Promise<Provider> {
  switch (family) {
    case 'openai-chat':
      return (await import('./openai-chat/provider.ts')).createOpenAiChatProvider(host);
    case 'anthropic':
      return (await import('./anthropic/provider.ts')).createAnthropicProvider(host);
    case 'ollama':
      return (await import('./ollama/provider.ts')).createOllamaProvider(host);
  }
}

function summarizeExtra(provider: Provider): ProviderSummary {
  return {
    id: provider.id,
    family: provider.id === 'builtin' ? 'builtin' : 'local',
    baseUrl: undefined,
    isLocal: provider.isLocal,
    needsKey: false,
    apiKeyEnv: undefined,
    hasKey: async () => false,
  };
}

function summarizeHost(host: HostSettings, findKey: FindKey): ProviderSummary {
  const { id, family, baseUrl, isLocal, needsKey, apiKeyEnv } = host;
  const hasKey = async () => (await findKey({ id, apiKeyEnv })) !== undefined;
  return { id, family, baseUrl, isLocal, needsKey, apiKeyEnv, hasKey };
}

interface ModelReference {
  readonly id: string;
  readonly model: string;
}

/** What a provider's name alone stands for, where the catalogue has no models of it. */
const DEFAULT_MODELS: { readonly [id: string]: string } = { builtin: 'zeke', ghostllm: 'auto' };

function splitReference(modelRef: string, ids: readonly string[]): ModelReference {
  const text = modelRef.trim();
  const slash = text.indexOf('/');
  const id = slash === -1 ? text : text.slice(0, slash);
  const model = slash === -1 ? undefined : text.slice(slash + 1);
  if (/[\p{Cc}\p{Cf}\s]/u.test(text) || text === '' || model === '') {
    throw new ZekeError('usage', `${JSON.stringify(modelRef)} is no model.`, {
      hint: 'Write provider/model, for example anthropic/claude-sonnet-5.',
    });
  }
  if (model !== undefined) {
    if (ids.includes(id)) return { id, model };
    throw unknownProvider(id, ids);
  }
  if (ids.includes(id)) {
    const byDefault = DEFAULT_MODELS[id] ?? defaultModelOf(id);
    if (byDefault !== undefined) return { id, model: byDefault };
    throw new ZekeError('usage', `${id} is a provider; which of its models is meant?`, {
      hint: `"zeke models ${id}" lists them. Write ${id}/<model>.`,
    });
  }
  const entry = catalogueModels().find((known) => known.id === text && ids.includes(known.vendor));
  if (entry !== undefined) return { id: entry.vendor, model: entry.id };
  throw unknownModel(text, ids);
}

function unknownProvider(id: string, ids: readonly string[]): ZekeError {
  const nearest = nearestName(id, ids);
  const guess = nearest === undefined ? '' : `Did you mean ${nearest}? `;
  return new ZekeError('usage', `There is no provider called ${cleanLine(id)}.`, {
    hint: `${guess}Known: ${ids.join(', ')}. Add others under [providers.<id>] in the config.`,
  });
}

function unknownModel(name: string, ids: readonly string[]): ZekeError {
  const known = catalogueModels()
    .filter((entry) => ids.includes(entry.vendor))
    .map((entry) => entry.id);
  const nearest = nearestName(name, [...known, ...ids]);
  const guess = nearest === undefined ? '' : `Did you mean ${nearest}? `;
  return new ZekeError('usage', `No provider is known for the model ${cleanLine(name)}.`, {
    hint: `${guess}Write provider/model; "zeke models" lists what there is.`,
  });
}
