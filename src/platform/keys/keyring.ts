/** The keyring of the operating system, where there is one. */
import { errorMessage } from '../errors.ts';

/** The name under which all our entries are kept. */
const SERVICE = 'zeke';
/** Time to type the password that unlocks it; a window nobody sees must not hold up a command. */
const TIMEOUT_MS = 30_000;

export type KeyringAnswer<T> =
  | { readonly ok: true; readonly value: T }
  /** No keyring here (no desktop session, no package, locked): not an error, only a fact. */
  | { readonly ok: false; readonly reason: string };

export interface Keyring {
  find(account: string): Promise<KeyringAnswer<string | undefined>>;
  store(account: string, secret: string): Promise<KeyringAnswer<true>>;
  /** The value is false when there was nothing to remove. */
  remove(account: string): Promise<KeyringAnswer<boolean>>;
}

/**
 * The system's keyring: Secret Service on Linux, Keychain on macOS, Credential Manager on Windows.
 * On Linux the kernel's own keyring is refused, because it forgets at the next reboot. The native
 * package is loaded on the first call; without it, or without a keyring, every answer is `ok: false`.
 */
export function createKeyring(): Keyring {
  return {
    find: (account) =>
      attempt(account, async (entry, signal) => (await entry.getPassword(signal)) ?? undefined),
    store: (account, secret) =>
      attempt(account, async (entry, signal) => {
        await entry.setPassword(secret, signal);
        return true as const;
      }),
    remove: (account) => attempt(account, async (entry, signal) => entry.deleteCredential(signal)),
  };
}

/** A keyring that holds nothing and takes nothing, for `ZEKE_KEYRING=off`. */
export function createNoKeyring(): Keyring {
  const answer = async () => ({ ok: false as const, reason: 'switched off by ZEKE_KEYRING' });
  return { find: answer, store: answer, remove: answer };
}

type Entry = InstanceType<typeof import('@napi-rs/keyring')['AsyncEntry']>;

async function attempt<T>(
  account: string,
  action: (entry: Entry, signal: AbortSignal) => Promise<T>,
): Promise<KeyringAnswer<T>> {
  const timeout = Promise.withResolvers<never>();
  const timer = setTimeout(() => timeout.reject(new Error('no answer in time')), TIMEOUT_MS);
  try {
    const { AsyncEntry } = await import('@napi-rs/keyring');
    const entry = new AsyncEntry(SERVICE, account, { linux: { store: 'secret-service' } });
    const work = action(entry, AbortSignal.timeout(TIMEOUT_MS));
    return { ok: true, value: await Promise.race([work, timeout.promise]) };
  } catch (error) {
    return { ok: false, reason: errorMessage(error) };
  } finally {
    clearTimeout(timer);
  }
}
