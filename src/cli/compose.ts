/**
 * Where everything is wired together: the only file that knows all the parts. Each part is made
 * when it is first asked for, so that a command pays only for what it uses.
 */
import { basename } from 'node:path';
import type { CodeIndex, IndexingListener } from '../context/code-index.ts';
import type { CodeSearch } from '../context/search.ts';
import type { Config } from '../platform/config/config.ts';
import type { LoadedConfig } from '../platform/config/load.ts';
import type { Environment } from '../platform/env.ts';
import type { KeyStore } from '../platform/keys/keys.ts';
import { findProjectRoot, type Paths, resolvePaths } from '../platform/paths.ts';
import type { Provider } from '../providers/contract.ts';
import type { Discovery } from '../providers/discover.ts';
import type { ProviderRegistry } from '../providers/registry.ts';
import type { Invocation } from './command.ts';
import { configFlags } from './config-flags.ts';
import { once } from './once.ts';

/** What a command works with. Everything behind a function is made on the first call. */
export interface Runtime {
  readonly env: Environment;
  readonly paths: Paths;
  readonly config: Config;
  readonly loadedConfig: LoadedConfig;
  /** Real path of the project's root. */
  readonly root: string;
  readonly projectName: string;
  readonly cwd: string;
  /** The code index of the project. */
  search(): Promise<CodeIndex>;
  keys(): Promise<KeyStore>;
  registry(): Promise<ProviderRegistry>;
  /** The model that was asked for, else what was found on this machine and what was tried. */
  discovery(): Promise<Discovery>;
  /** `provider/model` of the discovery. */
  defaultModel(): Promise<string>;
  /** Ends connections and stores what the code index learned. */
  close(): Promise<void>;
}

export interface RuntimeOptions {
  /** Hears how far the code index is while a question waits for it. */
  readonly onIndexing?: IndexingListener;
}

/** Reads the configuration and prepares the rest. Throws a ZekeError when the config is wrong. */
export async function composeRuntime(
  invocation: Invocation,
  { onIndexing }: RuntimeOptions = {},
): Promise<Runtime> {
  const { env, cwd } = invocation;
  const paths = resolvePaths(env, process.platform);
  const root = findProjectRoot(cwd);
  const { loadConfig } = await import('../platform/config/load.ts');
  const loadedConfig = await loadConfig({ paths, env, root, flags: configFlags(invocation) });
  const { config } = loadedConfig;
  const opened: { close(): void | Promise<void> }[] = [];

  const search = once(async () => {
    const { openIndex } = await import('../context/open-index.ts');
    const index = openIndex({ root, env, cacheDir: paths.cacheDir, onIndexing });
    opened.push(index);
    return index;
  });
  const keys = once(async () => {
    const { createKeyStore } = await import('../platform/keys/keys.ts');
    return createKeyStore({ paths, env });
  });
  const findKey = async (provider: { id: string; apiKeyEnv: string | undefined }) =>
    (await (await keys()).find(provider))?.key;
  const registry = once(async () => {
    const { createProviderRegistry } = await import('../providers/registry.ts');
    const extraProviders = await ownProviders({ config, env, root, search });
    const made = createProviderRegistry({
      config,
      env,
      findKey,
      extraProviders,
      offline: config.offline,
    });
    opened.push(made);
    return made;
  });
  const discovery = once(async () => {
    if (config.model !== undefined) return { model: config.model, tried: [] };
    const { discoverDefaultModel } = await import('../providers/discover.ts');
    return discoverDefaultModel({ config, env, findKey, signal: invocation.signal });
  });

  return {
    env,
    paths,
    config,
    loadedConfig,
    root,
    projectName: basename(root),
    cwd,
    search,
    keys,
    registry,
    discovery,
    defaultModel: async () => (await discovery()).model,
    close: async () => {
      // What could not be stored is made again next time: no reason for a command to fail.
      await Promise.allSettled(opened.map((part) => part.close()));
    },
  };
}

interface OwnProviderInput {
  readonly config: Config;
  readonly env: Environment;
  readonly root: string;
  readonly search: () => Promise<CodeSearch>;
}

/** The providers that are no network hosts: the built-in engine and local models. */
async function ownProviders(input: OwnProviderInput): Promise<readonly Provider[]> {
  const { config, env, root } = input;
  const { createBuiltinProvider } = await import('../agent/builtin/provider.ts');
  const builtin = createBuiltinProvider({ search: await input.search(), root, env });
  if (Object.keys(config.local).length === 0) return [builtin];
  const { createLocalProvider } = await import('../providers/local/provider.ts');
  return [builtin, createLocalProvider({ models: config.local, env })];
}
