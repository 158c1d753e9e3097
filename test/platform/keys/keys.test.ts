import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ZekeError } from '../../../src/platform/errors.ts';
import type { Keyring } from '../../../src/platform/keys/keyring.ts';
import { createKeyStore, type KeyStore } from '../../../src/platform/keys/keys.ts';

const OPENAI = { id: 'openai', apiKeyEnv: 'OPENAI_API_KEY' };
const KEY = 'sk-test-0123456789abcdefghijkl';

let dir: string;
let configDir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'zeke-keys-'));
  configDir = join(dir, 'config');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function store(env: Record<string, string> = {}, keyring?: Keyring): KeyStore {
  const paths = { configDir, stateDir: dir, cacheDir: dir, runtimeDir: dir };
  return createKeyStore({
    paths,
    env: { ZEKE_KEYRING: 'off', ...env },
    ...(keyring === undefined ? {} : { keyring }),
  });
}

/** A keyring in memory: what the system's does, without one. */
function memoryKeyring(): Keyring & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    find: async (account) => ({ ok: true, value: kept.get(account) }),
    store: async (account, secret) => {
      kept.set(account, secret);
      return { ok: true, value: true };
    },
    remove: async (account) => ({ ok: true, value: kept.delete(account) }),
  };
}

async function refusal(action: Promise<unknown>): Promise<ZekeError> {
  const error = await action.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ZekeError);
  return error as ZekeError;
}

describe('where a key is', () => {
  test('nowhere', async () => {
    expect(await store().find(OPENAI)).toBeUndefined();
    expect(existsSync(configDir)).toBe(false);
  });

  test('the environment comes first', async () => {
    const keys = store({ OPENAI_API_KEY: ' from-environment ' });
    await keys.add('openai', KEY);
    expect(await keys.find(OPENAI)).toEqual({ key: 'from-environment', source: 'environment' });
    expect(await store().find(OPENAI)).toEqual({ key: KEY, source: 'file' });
  });

  test('the keyring keeps it where there is one, and no file holds it', async () => {
    const keyring = memoryKeyring();
    expect(await store({}, keyring).add('openai', KEY)).toBe('keyring');
    expect(await store({}, keyring).find(OPENAI)).toEqual({ key: KEY, source: 'keyring' });
    expect(readFileSync(join(configDir, 'keys.json'), 'utf8')).not.toContain(KEY);
  });

  test('a key that moves to the keyring leaves the file', async () => {
    await store().add('openai', KEY);
    const keyring = memoryKeyring();
    await store({}, keyring).add('openai', `${KEY}2`);
    expect(readFileSync(join(configDir, 'keys.json'), 'utf8')).not.toContain(KEY);
  });

  test('the keyring is not asked for keys that were never put there', async () => {
    const keyring = memoryKeyring();
    const asking = { ...keyring, find: () => Promise.reject(new Error('was asked')) };
    expect(await store({}, asking).find(OPENAI)).toBeUndefined();
  });

  test('without a keyring the file keeps it, for this user alone', async () => {
    expect(await store().add('openai', KEY)).toBe('file');
    expect(statSync(join(configDir, 'keys.json')).mode & 0o777).toBe(0o600);
    expect(statSync(configDir).mode & 0o777).toBe(0o700);
  });

  test('removing takes it out of everywhere and says where it was', async () => {
    const keyring = memoryKeyring();
    await store({}, keyring).add('openai', KEY);
    await store().add('anthropic', KEY);
    expect(await store({}, keyring).remove('openai')).toEqual(['keyring']);
    expect(keyring.kept.size).toBe(0);
    expect(await store().remove('anthropic')).toEqual(['file']);
    expect(await store().remove('anthropic')).toEqual([]);
  });
});

describe('listing', () => {
  test('shows the end of a long key, and nothing of a short one', async () => {
    await store().add('openai', KEY);
    await store().add('lab', 'short');
    const listed = await store().list([OPENAI, { id: 'lab', apiKeyEnv: undefined }]);
    expect(listed).toEqual([
      { provider: 'openai', source: 'file', ending: KEY.slice(-3) },
      { provider: 'lab', source: 'file', ending: '' },
    ]);
  });
});

describe('a key that is none', () => {
  test.each(['', 'two words', 'line\nbreak', 'ключ', 'x'.repeat(9000)])('%j', async (key) => {
    const error = await refusal(store().add('openai', key));
    expect(error.kind).toBe('usage');
    if (key !== '') expect(error.message).not.toContain(key);
  });
});

describe('an unsafe key file', () => {
  const path = (): string => join(configDir, 'keys.json');
  beforeEach(() => mkdirSync(configDir, { mode: 0o700 }));

  test.each([0o644, 0o640, 0o604])('mode %o is refused and not used', async (mode) => {
    writeFileSync(path(), JSON.stringify({ openai: KEY }));
    chmodSync(path(), mode);
    const error = await refusal(store().find(OPENAI));
    expect(error.kind).toBe('permission');
    expect(error.hint).toContain('chmod 600');
    expect(error.message + error.hint).not.toContain(KEY);
    await refusal(store().add('openai', KEY));
    expect(statSync(path()).mode & 0o777).toBe(mode);
  });

  test('a symlink is refused, and what it points to is left alone', async () => {
    const target = join(dir, 'target.json');
    writeFileSync(target, '{}', { mode: 0o600 });
    symlinkSync(target, path());
    expect((await refusal(store().find(OPENAI))).message).toContain('not a plain file');
    await refusal(store().add('openai', KEY));
    expect(readFileSync(target, 'utf8')).toBe('{}');
  });

  test.each(['', 'not json', '[]', '{"openai": 3}'])('content %j is refused', async (text) => {
    writeFileSync(path(), text, { mode: 0o600 });
    expect((await refusal(store().find(OPENAI))).kind).toBe('config');
  });

  test('the environment still works', async () => {
    writeFileSync(path(), '{}', { mode: 0o644 });
    const found = await store({ OPENAI_API_KEY: KEY }).find(OPENAI);
    expect(found?.source).toBe('environment');
  });

  test('a folder that cannot be made is a clear error', async () => {
    rmSync(configDir, { recursive: true });
    writeFileSync(configDir, 'a file');
    const error = await refusal(store().add('openai', KEY));
    expect(error.message).toContain(configDir);
  });
});
