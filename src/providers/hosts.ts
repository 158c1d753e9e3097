/** The model hosts that the user's settings and environment describe. */
import type { Config, FillRoute, ProviderConfig, WireFamily } from '../platform/config/config.ts';
import type { Environment } from '../platform/env.ts';
import { isLoopbackUrl } from '../platform/http/check.ts';
import { checkBaseUrl, ghostLlmUrl, ollamaUrl } from './addresses.ts';

export interface HostSettings {
  readonly id: string;
  readonly family: WireFamily;
  readonly baseUrl: string;
  readonly apiKeyEnv: string | undefined;
  readonly needsKey: boolean;
  readonly isLocal: boolean;
  readonly allowPlainHttp: boolean;
  readonly fill: FillRoute | undefined;
}

/**
 * The built-in hosts and the user's own. An environment variable wins over the config file, the
 * config file over the built-in address. Throws a ZekeError of kind `config` for a bad URL.
 */
export function describeHosts(config: Config, env: Environment): readonly HostSettings[] {
  const own = config.providers;
  const openai = env.OPENAI_BASE_URL ?? own.openai?.baseUrl ?? 'https://api.openai.com/v1';
  const anthropic = env.ANTHROPIC_BASE_URL ?? own.anthropic?.baseUrl ?? 'https://api.anthropic.com';
  const builtIn = [
    host('openai', own.openai, {
      family: 'openai-chat',
      baseUrl: checkBaseUrl(openai, settingName('OPENAI_BASE_URL', 'openai', env)),
      apiKeyEnv: 'OPENAI_API_KEY',
      isKeyOptional: false,
    }),
    host('anthropic', own.anthropic, {
      family: 'anthropic',
      baseUrl: checkBaseUrl(anthropic, settingName('ANTHROPIC_BASE_URL', 'anthropic', env)),
      apiKeyEnv: 'ANTHROPIC_API_KEY',
      isKeyOptional: false,
    }),
    host('ollama', own.ollama, {
      family: 'ollama',
      baseUrl: ollamaUrl(env.OLLAMA_HOST ?? own.ollama?.baseUrl),
      apiKeyEnv: 'OLLAMA_API_KEY',
      isKeyOptional: true,
    }),
    host('ghostllm', own.ghostllm, {
      family: 'openai-chat',
      baseUrl: ghostLlmUrl(env.GHOSTLLM_URL ?? own.ghostllm?.baseUrl),
      apiKeyEnv: 'GHOSTLLM_API_KEY',
      isKeyOptional: true,
    }),
  ];
  const names = new Set(builtIn.map((known) => known.id));
  const others = Object.entries(own)
    .filter(([id]) => !names.has(id))
    .map(([id, settings]) =>
      host(id, settings, {
        family: settings.family,
        baseUrl: checkBaseUrl(settings.baseUrl, `providers.${id}.base_url`),
        apiKeyEnv: settings.apiKeyEnv,
        isKeyOptional: settings.apiKeyEnv === undefined,
      }),
    );
  return [...builtIn, ...others];
}

interface HostDefaults {
  readonly family: WireFamily;
  readonly baseUrl: string;
  readonly apiKeyEnv: string | undefined;
  readonly isKeyOptional: boolean;
}

function host(
  id: string,
  settings: ProviderConfig | undefined,
  defaults: HostDefaults,
): HostSettings {
  const isLocal = isLoopbackUrl(defaults.baseUrl);
  return {
    id,
    family: settings?.family ?? defaults.family,
    baseUrl: defaults.baseUrl,
    apiKeyEnv: settings?.apiKeyEnv ?? defaults.apiKeyEnv,
    needsKey: !defaults.isKeyOptional && !isLocal,
    isLocal,
    allowPlainHttp: settings?.allowPlainHttp ?? false,
    fill: settings?.fill,
  };
}

function settingName(variable: string, id: string, env: Environment): string {
  return env[variable] === undefined ? `providers.${id}.base_url` : variable;
}
