import { execFileSync } from 'node:child_process';
import { symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readWorkspaceFile } from '../../../src/platform/walk/read-workspace-file.ts';
import { git, makeWorkspace } from '../../helpers/workspace.ts';

it('reads a file, and a part of a huge one', async () => {
  const root = makeWorkspace({ 'a b/ü.txt': 'grüße', huge: '' });
  truncateSync(join(root, 'huge'), 1024 ** 3);
  writeFileSync(join(root, 'big.txt'), 'x'.repeat(1000));
  expect(await readWorkspaceFile(root, 'a b/ü.txt')).toMatchObject({ ok: true, text: 'grüße' });
  expect(await readWorkspaceFile(root, './a b/ü.txt')).toMatchObject({ ok: true });
  expect(await readWorkspaceFile(root, 'big.txt', 10)).toMatchObject({
    text: 'x'.repeat(10),
    isCut: true,
    sizeBytes: 1000,
  });
  expect(await readWorkspaceFile(root, 'huge')).toEqual({ ok: false, reason: 'binary' });
});

it('reads a file whose name is no text', async () => {
  const root = makeWorkspace({});
  writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.of(0xff)]), 'odd');
  expect(await readWorkspaceFile(root, '\udcff')).toMatchObject({ ok: true, text: 'odd' });
});

it.each([
  ['/etc/passwd', 'outside'],
  ['../outside.txt', 'outside'],
  ['a/../../x', 'outside'],
  ['a\0b', 'outside'],
  ['', 'outside'],
  ['link-out', 'outside'],
  ['folder-out/passwd', 'outside'],
  ['.git/config', 'outside'],
  ['link-git', 'outside'],
  ['.env', 'secret'],
  ['.ssh/known_hosts', 'secret'],
  ['link-secret', 'secret'],
  ['missing.ts', 'missing'],
  ['a.ts/b', 'missing'],
  ['loop', 'missing'],
  ['pipe', 'not-a-file'],
  ['folder', 'not-a-file'],
  ['.', 'not-a-file'],
  ['binary', 'binary'],
])('refuses %j: %s', async (path, reason) => {
  const root = makeWorkspace({
    'a.ts': 'x',
    'folder/b.ts': '',
    '.env': 'KEY=1',
    '.ssh/known_hosts': 'x',
    binary: Buffer.of(1, 0, 2),
  });
  git(root, 'init', '-q');
  symlinkSync('/etc/hostname', join(root, 'link-out'));
  symlinkSync('/etc', join(root, 'folder-out'));
  symlinkSync('.env', join(root, 'link-secret'));
  symlinkSync('.git/config', join(root, 'link-git'));
  symlinkSync('loop', join(root, 'loop'));
  execFileSync('mkfifo', [join(root, 'pipe')]);
  expect(await readWorkspaceFile(root, path)).toEqual({ ok: false, reason });
});

it('reads through a symlink that stays inside', async () => {
  const root = makeWorkspace({ 'a.ts': 'x' });
  symlinkSync('a.ts', join(root, 'link'));
  expect(await readWorkspaceFile(root, 'link')).toMatchObject({ ok: true, text: 'x' });
});
