/**
 * The file that says where each key is, and holds it where there is no keyring: `keys.json`, mode
 * 0600, in a folder of mode 0700. It is refused, never silently repaired, when somebody else could
 * have read it.
 */
import { constants } from 'node:fs';
import { type FileHandle, lstat, open } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoCode, ZekeError } from '../errors.ts';
import { ensurePrivateDir, writeError, writeFileAtomic } from '../files.ts';

/** By provider id: the key, or null when it is in the keyring. */
type KeptKeys = ReadonlyMap<string, string | null>;

export interface KeyFile {
  readonly path: string;
  /** Empty when there is no file. */
  read(): Promise<KeptKeys>;
  /** Replaces the whole content. */
  write(keys: KeptKeys): Promise<void>;
}

const MAX_BYTES = 256 * 1024;

/** The key file in the user's config folder. Its methods reject with a ZekeError. */
export function createKeyFile(configDir: string): KeyFile {
  const path = join(configDir, 'keys.json');
  return {
    path,
    read: async () => {
      const text = await readPrivate(path);
      return text === undefined ? new Map() : parseKeys(path, text);
    },
    write: async (keys) => {
      try {
        await ensurePrivateDir(configDir);
      } catch (error) {
        throw writeError(configDir, error);
      }
      await refuseUnsafe(path);
      await writeFileAtomic(path, `${JSON.stringify(Object.fromEntries(keys), null, 2)}\n`, 0o600);
    },
  };
}

async function readPrivate(path: string): Promise<string | undefined> {
  await refuseUnsafe(path);
  let handle: FileHandle | undefined;
  try {
    const noFollow = constants.O_NOFOLLOW ?? 0;
    handle = await open(path, constants.O_RDONLY | noFollow);
    const info = await handle.stat();
    if (info.size > MAX_BYTES) throw new ZekeError('permission', `${path} is no key file.`);
    return await handle.readFile('utf8');
  } catch (error) {
    if (errnoCode(error) === 'ENOENT' || errnoCode(error) === 'ENOTDIR') return undefined;
    if (error instanceof ZekeError || errnoCode(error) === undefined) throw error;
    throw new ZekeError('permission', `${path} could not be read (${errnoCode(error)}).`);
  } finally {
    await handle?.close();
  }
}

/** Windows has no such modes; there the folder of the user's profile protects the file. */
async function refuseUnsafe(path: string): Promise<void> {
  const info = await lstat(path).catch((error) => {
    if (errnoCode(error) !== undefined) return undefined;
    throw error;
  });
  if (info === undefined) return;
  if (!info.isFile()) {
    throw new ZekeError('permission', `${path} is not a plain file, so no key is read from it.`, {
      hint: 'Remove it (it may be a symlink that somebody put there), then run "zeke auth add".',
    });
  }
  if (process.platform !== 'win32' && (info.mode & 0o077) !== 0) {
    throw new ZekeError('permission', `${path} can be read by other users of this machine.`, {
      hint: `Run: chmod 600 ${path}   If others could have read it, replace the keys.`,
    });
  }
}

function parseKeys(path: string, text: string): KeptKeys {
  const broken = () =>
    new ZekeError('config', `${path} is not what "zeke auth" wrote.`, {
      hint: 'Remove the file and add your keys again with "zeke auth add <provider>".',
    });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw broken();
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw broken();
  const entries = Object.entries(value);
  if (entries.some(([, key]) => typeof key !== 'string' && key !== null)) throw broken();
  return new Map(entries as [string, string | null][]);
}
