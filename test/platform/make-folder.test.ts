import {
  chmodSync,
  existsSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeFolder } from '../../src/platform/make-folder.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'zeke-make-folder-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

test('makes what is missing, with the mode', () => {
  const path = join(root, 'a', 'b', 'c');
  makeFolder(path, 0o700);
  for (const made of [join(root, 'a'), join(root, 'a', 'b'), path]) {
    expect(statSync(made).mode & 0o777).toBe(0o700);
  }
});

test('leaves what is there, a link to a folder as well', () => {
  chmodSync(root, 0o755);
  makeFolder(root, 0o700);
  expect(statSync(root).mode & 0o777).toBe(0o755);
  symlinkSync(root, join(root, 'link'));
  makeFolder(join(root, 'link', 'a'));
  expect(statSync(join(root, 'a')).isDirectory()).toBe(true);
});

test('a file in the way is said', () => {
  writeFileSync(join(root, 'file'), '');
  expect(() => makeFolder(join(root, 'file'))).toThrow(/EEXIST/);
  expect(() => makeFolder(join(root, 'file', 'below'))).toThrow(/ENOTDIR/);
});

test.runIf(existsSync('/proc/self'))(
  'a file system that takes no folders is said, not asked for ever',
  () => {
    expect(() => makeFolder('/proc/nothing/here')).toThrow(/ENOENT/);
  },
);
