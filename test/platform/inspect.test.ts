import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { inspectPath, readFirstBytes, realPathOf, systemName } from '../../src/platform/inspect.ts';

let dir: string;
beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'zeke-inspect-')));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('what is at a path', async () => {
  writeFileSync(join(dir, 'a'), 'four', { mode: 0o640 });
  expect(await inspectPath(join(dir, 'a'))).toEqual({
    exists: true,
    isFolder: false,
    mode: 0o640,
    isWritable: true,
    sizeBytes: 4,
  });
  expect(await inspectPath(dir)).toMatchObject({ exists: true, isFolder: true, mode: 0o700 });
  expect(await inspectPath(join(dir, 'b'))).toMatchObject({ exists: false, isWritable: false });
  expect(await inspectPath(join(dir, 'a', 'below'))).toMatchObject({ exists: false });
});

test('the first bytes of a file, and nothing of what is none', async () => {
  writeFileSync(join(dir, 'a'), 'GGUF and more');
  expect((await readFirstBytes(join(dir, 'a'), 4))?.toString()).toBe('GGUF');
  expect((await readFirstBytes(join(dir, 'a'), 400))?.toString()).toBe('GGUF and more');
  expect(await readFirstBytes(dir, 4)).toBeUndefined();
  expect(await readFirstBytes(join(dir, 'b'), 4)).toBeUndefined();
});

test('a real path leads through symlinks', async () => {
  writeFileSync(join(dir, 'a'), '');
  symlinkSync(join(dir, 'a'), join(dir, 'link'));
  expect(await realPathOf(join(dir, 'link'))).toBe(join(dir, 'a'));
  expect(await realPathOf(join(dir, 'b'))).toBeUndefined();
});

test('the system has a name', () => {
  expect(systemName()).toContain(process.platform);
});
