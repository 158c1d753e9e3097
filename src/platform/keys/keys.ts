/**
 * API keys: the environment, then the keyring of the system, then a private file. A key is only
 * ever handed to the provider that asks for it; it is in no log, message or argument.
 */
import { KNOWN_HOSTS } from '../config/known-hosts.ts';
import type { Environment } from '../env.ts';
import { ZekeError } from '../errors.ts';
import type { Paths } from '../paths.ts';
import { createKeyFile } from './key-file.ts';
import { createKeyring, createNoKeyring, type Keyring } from './keyring.ts';

type KeySource = 'environment' | 'keyring' | 'file';

/** Whose key: the provider's id and the variable that may hold it. */
export interface KeyOwner {
  readonly id: string;
  readonly apiKeyEnv: string | undefined;
}
interface FoundKey {
  readonly key: string;
  readonly source: KeySource;
}
interface ListedKey {
  readonly provider: string;
  readonly source: KeySource;
  /** The end of the key, to tell two apart; never more than a small part of it. */
  readonly ending: string;
}
export interface KeyStore {
  /** Rejects with a ZekeError when the key file is unsafe or broken and would be needed. */
  find(provider: KeyOwner): Promise<FoundKey | undefined>;
  /** Keeps a key, in the keyring where there is one. Throws a ZekeError for an impossible key. */
  add(providerId: string, key: string): Promise<Exclude<KeySource, 'environment'>>;
  /** Where it was removed from; empty when there was none. The environment is not touched. */
  remove(providerId: string): Promise<readonly KeySource[]>;
  /** The key in force for each provider that has one. */
  list(providers: readonly KeyOwner[]): Promise<readonly ListedKey[]>;
}
export interface KeyStoreInput {
  readonly paths: Paths;
  readonly env: Environment;
  /** The system's keyring unless given. `ZEKE_KEYRING=off` switches it off. */
  readonly keyring?: Keyring;
}

/** The key store of this user. Nothing is opened before the first call. */
export function createKeyStore({ paths, env, keyring: given }: KeyStoreInput): KeyStore {
  const keyring = given ?? (env.ZEKE_KEYRING === 'off' ? createNoKeyring() : createKeyring());
  const file = createKeyFile(paths.configDir);
  const find = async (provider: KeyOwner): Promise<FoundKey | undefined> => {
    const variable = provider.apiKeyEnv;
    const fromEnv = variable === undefined ? undefined : env[variable]?.trim();
    if (fromEnv !== undefined && fromEnv !== '') return { key: fromEnv, source: 'environment' };
    const kept = (await file.read()).get(provider.id);
    if (typeof kept === 'string') return { key: kept, source: 'file' };
    // The keyring costs a native package and a question to another process, so it is asked only
    // for keys that `add` put there.
    const answer = kept === null ? await keyring.find(provider.id) : undefined;
    if (answer?.ok !== true || answer.value === undefined) return undefined;
    return { key: answer.value, source: 'keyring' };
  };
  return {
    find,
    add: async (providerId, key) => {
      checkKey(key);
      const kept = await file.read();
      const stored = await keyring.store(providerId, key);
      await file.write(new Map([...kept, [providerId, stored.ok ? null : key]]));
      return stored.ok ? 'keyring' : 'file';
    },
    remove: async (providerId) => {
      const kept = new Map(await file.read());
      const isInFile = typeof kept.get(providerId) === 'string';
      const removed = await keyring.remove(providerId);
      if (kept.delete(providerId)) await file.write(kept);
      const fromKeyring = removed.ok && removed.value ? (['keyring'] as const) : [];
      return [...fromKeyring, ...(isInFile ? (['file'] as const) : [])];
    },
    list: async (providers) => {
      const found = await Promise.all(
        providers.map(async (provider) => ({ provider, found: await find(provider) })),
      );
      return found.flatMap(({ provider, found: key }) =>
        key === undefined
          ? []
          : [{ provider: provider.id, source: key.source, ending: endingOf(key.key) }],
      );
    },
  };
}

/** The variable that holds the key of a provider that is in no config: the known ones'. */
export function keyVariableOf(providerId: string): string | undefined {
  return Object.hasOwn(KNOWN_HOSTS, providerId) ? KNOWN_HOSTS[providerId]?.apiKeyEnv : undefined;
}

const MAX_KEY_CHARACTERS = 8192;

/** Keys travel in an HTTP header: visible ASCII without spaces. Anything else is a paste gone wrong. */
function checkKey(key: string): void {
  if (key === '') throw new ZekeError('usage', 'No key was given.');
  if (key.length > MAX_KEY_CHARACTERS || !/^[\x21-\x7e]+$/.test(key)) {
    throw new ZekeError('usage', 'That is not an API key: it holds spaces, line breaks or more.', {
      hint: 'Paste the key alone, on one line.',
    });
  }
}

/** Four characters of a long key; fewer of a short one, so that it is never a real part of it. */
function endingOf(key: string): string {
  const shown = Math.min(4, Math.floor(key.length / 8));
  return shown === 0 ? '' : key.slice(-shown);
}
