import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ZekeError } from '../../../src/platform/errors.ts';
import {
  isPresent,
  listFolder,
  makePrivateFolder,
  readSmallFile,
  removeFile,
} from '../../../src/platform/storage/private-folder.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'zeke-folder-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('makes folders for this user alone and tightens one that is open', () => {
  const path = join(folder, 'a', 'b');
  makePrivateFolder(path);
  expect(statSync(path).mode & 0o777).toBe(0o700);
  chmodSync(path, 0o755);
  makePrivateFolder(path);
  expect(statSync(path).mode & 0o777).toBe(0o700);
});

test('a file in the way is said, with what to do', () => {
  writeFileSync(join(folder, 'file'), '');
  const make = () => makePrivateFolder(join(folder, 'file', 'below'));
  expect(make).toThrow(ZekeError);
  expect(make).toThrow('a file is in the way');
});

test('what is not there is empty, not an error', () => {
  expect(listFolder(join(folder, 'none'))).toEqual([]);
  expect(readSmallFile(join(folder, 'none'))).toBeUndefined();
  expect(removeFile(join(folder, 'none'))).toBe(false);
  expect(isPresent(join(folder, 'none'))).toBe(false);
});

test('what is of another kind is an error that names it', () => {
  mkdirSync(join(folder, 'sub'));
  expect(() => readSmallFile(join(folder, 'sub'))).toThrow(join(folder, 'sub'));
  expect(() => removeFile(join(folder, 'sub'))).toThrow(join(folder, 'sub'));
});
