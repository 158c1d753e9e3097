/**
 * Which model to use when the user named none: what is there on this machine, else the built-in
 * engine. Only this machine and hosts that the user set are asked; a key alone needs no asking.
 */
import type { Config } from '../platform/config/config.ts';
import type { Environment } from '../platform/env.ts';
import type { HttpClient } from '../platform/http/client.ts';
import { defaultModelOf } from './catalogue.ts';
import { cleanLine } from './clean-line.ts';
import { ProviderError } from './errors.ts';
import { describeHosts, type HostSettings } from './hosts.ts';
import { fetchJson, type ProviderHost, waitOnClock } from './http.ts';
import { readList, readRecord, readText } from './json.ts';
import { createClient, type FindKey } from './registry.ts';

export interface DiscoverOptions {
  readonly config: Config;
  readonly env: Environment;
  readonly findKey: FindKey;
  /** Made and closed here where it is not given. */
  readonly http?: HttpClient;
  readonly signal: AbortSignal;
}

export interface Discovery {
  /** `provider/model`. */
  readonly model: string;
  /** What was looked at, in order; the last one is the one taken. */
  readonly tried: readonly DiscoveryStep[];
}
interface DiscoveryStep {
  readonly what: string;
  readonly found: boolean;
  /** For a person: why, or which model. */
  readonly detail: string;
}

/** Something on this machine answers at once or is not there. */
const LOOPBACK_TIMEOUT_MS = 500;
/** A host that the user set may be in the next room. */
const NETWORK_TIMEOUT_MS = 2000;
const SLICE_MS = 50;

/** Never rejects: with nothing found the answer is the built-in engine. */
export async function discoverDefaultModel(options: DiscoverOptions): Promise<Discovery> {
  const { config, env } = options;
  const chosen = config.model ?? env.ZEKE_MODEL;
  if (chosen !== undefined) {
    const step = { what: 'settings', found: true, detail: `${chosen} is set` };
    return { model: chosen, tried: [step] };
  }
  const http = options.http ?? createClient({ config, env, offline: config.offline });
  const tried: DiscoveryStep[] = [];
  try {
    for (const look of lookouts(options, http)) {
      const { model, ...step } = await look();
      tried.push({ ...step, found: model !== undefined });
      if (model !== undefined) return { model, tried };
    }
  } finally {
    if (options.http === undefined) http.close();
  }
  const step = { what: 'built-in engine', found: true, detail: 'always there' };
  return { model: 'builtin/zeke', tried: [...tried, step] };
}

interface Finding {
  readonly what: string;
  readonly model: string | undefined;
  readonly detail: string;
}
type Lookout = () => Promise<Finding>;

function lookouts(options: DiscoverOptions, http: HttpClient): readonly Lookout[] {
  const hosts = new Map(
    describeHosts(options.config, options.env).map((host) => [host.id, host] as const),
  );
  return ['ghostllm', 'openai', 'anthropic', 'ollama'].flatMap((id) => {
    const settings = hosts.get(id);
    if (settings === undefined) return [];
    if (id === 'openai' || id === 'anthropic') {
      return [() => lookForKey(settings, options, http)];
    }
    return [() => askHost(settings, options, http)];
  });
}

/** A key for a vendor, or a compatible host that the user set and that may need none. */
async function lookForKey(
  settings: HostSettings,
  options: DiscoverOptions,
  http: HttpClient,
): Promise<Finding> {
  const { id, apiKeyEnv } = settings;
  const what = `${id} key`;
  if (options.config.offline && !settings.isLocal) {
    return { what, model: undefined, detail: 'not used: Zeke is offline' };
  }
  const key = await options.findKey({ id, apiKeyEnv }).catch(() => undefined);
  const isVendor = /^https:\/\/api\.(?:openai|anthropic)\.com(?:\/|$)/.test(settings.baseUrl);
  if (!isVendor) return askHost(settings, options, http);
  if (key === undefined) return { what, model: undefined, detail: `${apiKeyEnv} is not set` };
  const model = defaultModelOf(id);
  const name = model === undefined ? undefined : `${id}/${model}`;
  return { what, model: name, detail: `a key was found; ${name}` };
}

async function askHost(
  settings: HostSettings,
  options: DiscoverOptions,
  http: HttpClient,
): Promise<Finding> {
  const { id, baseUrl } = settings;
  const what = `${id} at ${baseUrl}`;
  if (options.config.offline && !settings.isLocal) {
    return { what, model: undefined, detail: 'not asked: Zeke is offline' };
  }
  const limitMs = settings.isLocal ? LOOPBACK_TIMEOUT_MS : NETWORK_TIMEOUT_MS;
  const patience = startPatience(limitMs);
  const signal = AbortSignal.any([options.signal, patience.signal]);
  try {
    const answer = await fetchJson(toHost(settings, options, http), signal, (key) => ({
      path: modelsPath(settings),
      headers: key === undefined ? {} : keyHeaders(settings, key),
    }));
    const model = firstModel(settings, answer);
    if (model === undefined) return { what, model, detail: 'answers, but has no model' };
    return { what, model: `${id}/${model}`, detail: `answers; ${id}/${cleanLine(model)}` };
  } catch (error) {
    if (signal.aborted) return { what, model: undefined, detail: `no answer in ${limitMs} ms` };
    const why = error instanceof ProviderError ? error.failure.message : 'no answer';
    return { what, model: undefined, detail: why };
  } finally {
    patience.end();
  }
}

/**
 * Aborts after the limit. Time in which this program was too busy to listen counts as one slice,
 * however long it was: at the start there is much to do, and the answer may have come meanwhile.
 */
function startPatience(limitMs: number): { readonly signal: AbortSignal; end(): void } {
  const controller = new AbortController();
  let leftMs = limitMs;
  const timer = setInterval(() => {
    leftMs -= SLICE_MS;
    if (leftMs <= 0) controller.abort();
  }, SLICE_MS);
  return { signal: controller.signal, end: () => clearInterval(timer) };
}

function modelsPath(settings: HostSettings): string {
  if (settings.family === 'ollama') return '/api/tags';
  if (settings.family === 'openai-chat' || settings.baseUrl.endsWith('/v1')) return '/models';
  return '/v1/models';
}

function keyHeaders(settings: HostSettings, key: string): { readonly [name: string]: string } {
  if (settings.family !== 'anthropic') return { authorization: `Bearer ${key}` };
  return { 'x-api-key': key, 'anthropic-version': '2023-06-01' };
}

/** GhostLLM chooses by itself with `auto`; its own field `provider` tells it from other servers. */
function firstModel(settings: HostSettings, answer: unknown): string | undefined {
  const record = readRecord(answer);
  const items = readList(record?.data ?? record?.models).map((item) => readRecord(item) ?? {});
  const ids = items.flatMap(
    (item) => readText(item.id) ?? readText(item.model) ?? readText(item.name) ?? [],
  );
  const isGhost = items.some((item) => item.provider !== undefined) || ids.includes('auto');
  if (settings.id === 'ghostllm' && isGhost) return 'auto';
  const usual = defaultModelOf(settings.id);
  return usual !== undefined && ids.includes(usual) ? usual : ids.find((id) => isModelId(id));
}

/** A model id becomes part of a command line and of what the user reads. */
function isModelId(id: string): boolean {
  return id.length <= 200 && !/[\p{Cc}\p{Cf}\s]/u.test(id);
}

function toHost(settings: HostSettings, options: DiscoverOptions, http: HttpClient): ProviderHost {
  const { id, apiKeyEnv } = settings;
  return {
    ...settings,
    // An unknown key is the host's to refuse: that, too, says that it is there.
    needsKey: false,
    findKey: () => options.findKey({ id, apiKeyEnv }),
    http,
    retry: { maxRetries: 0, wait: waitOnClock, random: Math.random },
  };
}
