import { rmSync, symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createTextCache } from '../../../src/context/scan/text-cache.ts';
import { walkWorkspace } from '../../../src/platform/walk/walk-workspace.ts';
import { bareEnvironment, makeWorkspace, writeFiles } from '../../helpers/workspace.ts';

async function listed(root: string, path: string) {
  const { files } = await walkWorkspace({ root, env: bareEnvironment(root) });
  const file = files.find((one) => one.path === path);
  if (file === undefined) throw new Error(`${path} is not listed`);
  return file;
}

it('gives the same file again while it did not change, and the new text after', async () => {
  const root = makeWorkspace({ 'a.ts': 'function old() {}\r\n' });
  const cache = createTextCache(root);
  const first = await cache.read(await listed(root, 'a.ts'));
  expect(first?.lines()).toEqual(['function old() {}', '']);
  expect(await cache.read(await listed(root, 'a.ts'))).toBe(first);
  writeFiles(root, { 'a.ts': 'function renamed() {}\n' });
  const second = await cache.read(await listed(root, 'a.ts'));
  expect(second?.symbols().map(({ name }) => name)).toEqual(['renamed']);
});

it('gives nothing for a file that vanished after it was listed', async () => {
  const root = makeWorkspace({ 'a.ts': 'x', 'folder/b.ts': 'x' });
  const files = [await listed(root, 'a.ts'), await listed(root, 'folder/b.ts')];
  const cache = createTextCache(root);
  rmSync(join(root, 'a.ts'));
  rmSync(join(root, 'folder'), { recursive: true });
  for (const file of files) expect(await cache.read(file)).toBeUndefined();
});

it('gives nothing for a file that became a symlink out of the root after it was listed', async () => {
  const root = makeWorkspace({ 'a.ts': 'x' });
  const file = await listed(root, 'a.ts');
  rmSync(join(root, 'a.ts'));
  symlinkSync('/etc/hostname', join(root, 'a.ts'));
  expect(await createTextCache(root).read(file)).toBeUndefined();
});

it('does not read a huge file, not even a part of it', async () => {
  const root = makeWorkspace({ 'huge.ts': 'x' });
  truncateSync(join(root, 'huge.ts'), 1024 ** 3);
  expect(await createTextCache(root).read(await listed(root, 'huge.ts'))).toBeUndefined();
});

it('forgets texts past its limit and reads them again', async () => {
  const size = 1.5 * 1024 * 1024;
  const files = Array.from(
    { length: 30 },
    (_, index) => [`f${index}.txt`, 'x'.repeat(size)] as const,
  );
  const root = makeWorkspace(Object.fromEntries(files));
  const cache = createTextCache(root);
  const first = await cache.read(await listed(root, 'f0.txt'));
  const { files: all } = await walkWorkspace({ root, env: bareEnvironment(root) });
  for (const file of all.slice(1)) await cache.read(file);
  const again = await cache.read(await listed(root, 'f0.txt'));
  expect(again?.text).toBe(first?.text);
  expect(again).not.toBe(first);
});
