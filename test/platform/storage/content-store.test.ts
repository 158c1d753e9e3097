import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ZekeError } from '../../../src/platform/errors.ts';
import { createContentStore, hashOf } from '../../../src/platform/storage/content-store.ts';

let top = '';
let folder = '';
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'zeke-contents-'));
  folder = join(top, 'project', 'contents');
});
afterEach(() => {
  chmodSync(top, 0o700);
  rmSync(top, { recursive: true, force: true });
});

test('gives back the very bytes, by their SHA-256', () => {
  const bytes = Buffer.from([0, 255, 10, 13, 0xfe, 0x80]);
  const store = createContentStore(folder);
  expect(createContentStore(folder).get(store.put(bytes))).toEqual(bytes);
  expect(store.get(store.put(Buffer.alloc(0)))).toEqual(Buffer.alloc(0));
  // The example of FIPS 180-2.
  expect(store.put(Buffer.from('abc'))).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
});

test('is for this user alone, and the same content is kept once', () => {
  const store = createContentStore(folder);
  expect(existsSync(folder)).toBe(false);
  const hash = store.put(Buffer.from('text'));
  expect(store.put(Buffer.from('text'))).toBe(hash);
  expect(readdirSync(folder)).toEqual([hash]);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, hash)).mode & 0o777).toBe(0o600);
});

test('a content that is not what it was is not given, and can be put again', () => {
  const store = createContentStore(folder);
  const hash = store.put(Buffer.from('what it was'));
  truncateSync(join(folder, hash), 3);
  expect(store.get(hash)).toBeUndefined();
  store.put(Buffer.from('what it was'));
  expect(store.get(hash)?.toString()).toBe('what it was');
});

test.each(['', '../secret', '/etc/passwd', 'A'.repeat(64), `${'a'.repeat(64)}\n`, '..', 'x\0y'])(
  'a name that is no hash gives nothing: %j',
  (name) => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, '..', 'secret'), 'a secret');
    expect(createContentStore(folder).get(name)).toBeUndefined();
  },
);

test('what is not there, or no plain file, gives nothing and does not wait', () => {
  const store = createContentStore(folder);
  const bytes = Buffer.from('linked');
  const hash = hashOf(bytes);
  expect(store.get(hash)).toBeUndefined();
  mkdirSync(folder, { recursive: true });
  const elsewhere = join(top, 'elsewhere');
  writeFileSync(elsewhere, bytes);
  symlinkSync(elsewhere, join(folder, hash));
  expect(store.get(hash)).toBeUndefined();
  rmSync(join(folder, hash));
  spawnSync('mkfifo', [join(folder, hash)]);
  expect(store.get(hash)).toBeUndefined();
  rmSync(join(folder, hash));
  mkdirSync(join(folder, hash));
  expect(store.get(hash)).toBeUndefined();
});

test('a folder that cannot be made or written is said by its name', () => {
  writeFileSync(join(top, 'project'), 'in the way');
  const error = catchError(() => createContentStore(folder).put(Buffer.from('text')));
  expect(error).toBeInstanceOf(ZekeError);
  expect(String(error)).toContain(folder);
});

test('nothing is left of a content that could not be written', () => {
  const store = createContentStore(folder);
  const hash = hashOf(Buffer.from('text'));
  mkdirSync(join(folder, hash), { recursive: true });
  expect(catchError(() => store.put(Buffer.from('text')))).toBeInstanceOf(ZekeError);
  expect(readdirSync(folder)).toEqual([hash]);
});

function catchError(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}
