/**
 * Loads the settings: the table's defaults, the user's own config.toml, the harmless keys of the
 * project's `.zeke/config.toml`, the environment, then the command line. Later ones win.
 */
import { join } from 'node:path';
import type { Environment } from '../env.ts';
import { ZekeError } from '../errors.ts';
import { type Paths, resolveHome } from '../paths.ts';
import { checkValue, parseValue } from './check-value.ts';
import type { Config, FillRoute, LocalModelConfig, ProviderConfig, WireFamily } from './config.ts';
import { KNOWN_HOSTS } from './known-hosts.ts';
import { type FileSetting, formatPath, parseSettings, readConfigText } from './read-settings.ts';
import { CONFIG_KEYS, type ConfigValue, findConfigKey } from './schema.ts';

export interface LoadConfigInput {
  readonly paths: Paths;
  readonly env: Environment;
  /** Real path of the project's root. */
  readonly root: string;
  readonly flags?: ConfigFlags;
}
/** What the command line may set. */
export interface ConfigFlags {
  readonly model?: string | undefined;
  readonly offline?: boolean | undefined;
  readonly maxCostUsd?: number | undefined;
  readonly reasoningEffort?: string | undefined;
}

export interface LoadedConfig {
  /** Deeply frozen. */
  readonly config: Config;
  /** Every value in force, in the order of the table, and where it came from. */
  readonly settings: readonly Setting[];
  /** Sentences for standard error; nothing that stops Zeke. */
  readonly warnings: readonly string[];
  readonly files: ConfigFiles;
}
export interface ConfigFiles {
  /** Where the user's own file is, or would be. */
  readonly user: string;
  readonly project: string;
}
export interface Setting {
  readonly path: readonly string[];
  /** The path as TOML writes it. */
  readonly key: string;
  readonly value: ConfigValue;
  readonly source: SettingSource;
  /** The file, variable or option that set it. */
  readonly where: string;
}
type SettingSource = 'default' | 'user' | 'project' | 'environment' | 'flag';

/** Where settings are read from. */
export function configFiles(paths: Paths, root: string): ConfigFiles {
  return {
    user: join(paths.configDir, 'config.toml'),
    project: join(root, '.zeke', 'config.toml'),
  };
}

/**
 * The settings in force. Rejects with a ZekeError (kind `config`, or `permission` for a file that
 * may not be read) at the first mistake in a file, a variable or an option. A file that is not
 * there costs nothing: no TOML parser is loaded.
 */
export async function loadConfig(input: LoadConfigInput): Promise<LoadedConfig> {
  const files = configFiles(input.paths, input.root);
  const settings = new Map<string, Setting>();
  const add = (setting: Setting): void => void settings.set(setting.key, setting);
  defaultSettings().forEach(add);
  (await fileSettings(files.user, 'user')).forEach(add);
  (await fileSettings(files.project, 'project')).forEach(add);
  environmentSettings(input.env).forEach(add);
  flagSettings(input.flags ?? {}).forEach(add);
  const ordered = [...settings.values()].sort(
    (left, right) => tableOrder(left) - tableOrder(right),
  );
  const config = deepFreeze(toConfig(ordered, input.env));
  return { config, settings: ordered, warnings: warningsFor(config), files };
}

/**
 * Checks a text as the user's config file, settings that only make sense together included. Rejects
 * as `loadConfig` does.
 */
export async function checkSettingsText(
  file: string,
  text: string,
): Promise<readonly FileSetting[]> {
  const settings = await parseSettings(file, text, 'user');
  const placed = settings.map((setting) => placedIn(file, 'user', setting));
  toConfig([...defaultSettings(), ...placed], {});
  return settings;
}

function defaultSettings(): readonly Setting[] {
  return CONFIG_KEYS.flatMap((entry) => {
    if (entry.defaultValue === undefined) return [];
    const path = entry.key.split('.');
    return [
      { path, key: entry.key, value: entry.defaultValue, source: 'default', where: 'default' },
    ];
  });
}

async function fileSettings(file: string, owner: 'user' | 'project'): Promise<readonly Setting[]> {
  const text = await readConfigText(file);
  if (text === undefined) return [];
  const settings = await parseSettings(file, text, owner);
  return settings.map((setting) => placedIn(file, owner, setting));
}

function placedIn(where: string, source: SettingSource, { path, value }: FileSetting): Setting {
  return { path, key: formatPath(path), value, source, where };
}

/** The variables of hosts (OPENAI_BASE_URL and the like) are read where hosts are described. */
function environmentSettings(env: Environment): readonly Setting[] {
  return CONFIG_KEYS.flatMap(({ key, variable }) => {
    const text = variable === undefined ? undefined : env[variable];
    if (variable === undefined || text === undefined) return [];
    return [checkedSetting(key.split('.'), text, variable)];
  });
}

function checkedSetting(path: readonly string[], text: string, variable: string): Setting {
  const key = formatPath(path);
  const entry = findConfigKey(path);
  const checked = entry === undefined ? undefined : parseValue(entry, [text]);
  if (checked?.ok !== true) {
    throw new ZekeError('config', `The environment variable ${variable} ${checked?.problem}.`);
  }
  return { path, key, value: checked.value, source: 'environment', where: variable };
}

function flagSettings(flags: ConfigFlags): readonly Setting[] {
  const values: readonly (readonly [string, ConfigValue | undefined])[] = [
    ['model', flags.model],
    ['offline', flags.offline],
    ['max_cost_usd', flags.maxCostUsd],
    ['reasoning_effort', flags.reasoningEffort],
  ];
  return values.flatMap(([key, value]) => {
    const entry = findConfigKey([key]);
    if (value === undefined || entry === undefined) return [];
    const checked = checkValue(entry, value);
    const where = entry.flag ?? key;
    if (!checked.ok) throw new ZekeError('usage', `${where} ${checked.problem}.`);
    return [{ path: [key], key, value: checked.value, source: 'flag' as const, where }];
  });
}

function tableOrder({ path }: Setting): number {
  const entry = findConfigKey(path);
  return entry === undefined ? CONFIG_KEYS.length : CONFIG_KEYS.indexOf(entry);
}

function toConfig(settings: readonly Setting[], env: Environment): Config {
  const value = (key: string): ConfigValue | undefined =>
    settings.findLast((setting) => setting.key === key)?.value;
  // The table's entries guarantee the types: every value was checked against its entry.
  const text = <T extends string>(key: string): T => value(key) as T;
  const count = (key: string): number => value(key) as number;
  return {
    model: value('model') as string | undefined,
    offline: value('offline') === true,
    maxCostUsd: value('max_cost_usd') as number | undefined,
    reasoningEffort: value('reasoning_effort') as Config['reasoningEffort'],
    providers: readProviders(settings),
    local: readLocalModels(settings, env),
    network: {
      connectTimeoutMs: count('network.connect_timeout_ms'),
      firstByteTimeoutMs: count('network.first_byte_timeout_ms'),
      idleTimeoutMs: count('network.idle_timeout_ms'),
      maxRetries: count('network.max_retries'),
    },
    secrets: { onSecret: text('secrets.on_secret') },
    review: {
      failOn: text('review.fail_on'),
      minSeverity: text('review.min_severity'),
      concurrency: count('review.concurrency'),
      exclude: value('review.exclude') as readonly string[],
    },
    context: { budgetTokens: count('context.budget_tokens') },
    approvals: {
      edit: text('approvals.edit'),
      command: text('approvals.command'),
      allowedCommands: value('approvals.allowed_commands') as readonly string[],
    },
    compact: { auto: value('compact.auto') === true },
  };
}

function readProviders(settings: readonly Setting[]): Record<string, ProviderConfig> {
  const groups = groupByName(settings, 'providers');
  return Object.fromEntries(
    [...groups].map(([id, group]): [string, ProviderConfig] => {
      const known = Object.hasOwn(KNOWN_HOSTS, id) ? KNOWN_HOSTS[id] : undefined;
      const baseUrl = group.get('base_url')?.value ?? known?.baseUrl;
      if (baseUrl === undefined) {
        throw missing(group, `providers.${formatPath([id])}.base_url`, 'where should requests go?');
      }
      const family = (group.get('family')?.value ?? known?.family ?? 'openai-chat') as WireFamily;
      const apiKeyEnv = (group.get('api_key_env')?.value ?? known?.apiKeyEnv) as string | undefined;
      const allowPlainHttp = group.get('allow_plain_http')?.value === true;
      const fill = group.get('fill')?.value as FillRoute | undefined;
      return [id, { family, baseUrl: String(baseUrl), apiKeyEnv, allowPlainHttp, fill }];
    }),
  );
}

function readLocalModels(
  settings: readonly Setting[],
  env: Environment,
): Record<string, LocalModelConfig> {
  const groups = groupByName(settings, 'local');
  return Object.fromEntries(
    [...groups].map(([name, group]): [string, LocalModelConfig] => {
      const path = group.get('path')?.value;
      if (path === undefined) {
        throw missing(group, `local.${formatPath([name])}.path`, 'which GGUF file is it?');
      }
      const contextTokens = group.get('context_tokens')?.value as number | undefined;
      return [name, { path: resolveHome(String(path), env), contextTokens }];
    }),
  );
}

function groupByName(
  settings: readonly Setting[],
  table: string,
): Map<string, Map<string, Setting>> {
  const groups = new Map<string, Map<string, Setting>>();
  for (const setting of settings) {
    const [first, name, last] = setting.path;
    if (first !== table || name === undefined || last === undefined) continue;
    const group = groups.get(name) ?? new Map<string, Setting>();
    groups.set(name, group.set(last, setting));
  }
  return groups;
}

function missing(group: ReadonlyMap<string, Setting>, key: string, question: string): ZekeError {
  const [setting] = group.values();
  const where = setting === undefined ? '' : `${setting.where}: `;
  return new ZekeError('config', `${where}${key} is missing: ${question}`);
}

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\]|.*\.localhost)$/;

function warningsFor(config: Config): readonly string[] {
  return Object.entries(config.providers).flatMap(([id, { baseUrl }]) => {
    const url = new URL(baseUrl);
    if (url.protocol === 'https:' || LOOPBACK.test(url.hostname)) return [];
    return [`Requests to ${id} go to ${url.host} without encryption (http).`];
  });
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
