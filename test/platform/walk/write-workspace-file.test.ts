import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  findWritePlace,
  removePlace,
  writePlace,
} from '../../../src/platform/walk/write-workspace-file.ts';
import { makeWorkspace } from '../../helpers/workspace.ts';

function reasonOf(root: string, path: string): string {
  const place = findWritePlace(root, path);
  return place.ok ? 'ok' : place.reason;
}

describe('finding the place', () => {
  test('a file that is there comes with its bytes, a new one without', () => {
    const root = makeWorkspace({ 'src/a.ts': 'text' });
    const there = { ok: true, path: 'src/a.ts', absolute: join(root, 'src/a.ts') };
    expect(findWritePlace(root, 'src/a.ts')).toEqual({ ...there, bytes: Buffer.from('text') });
    expect(findWritePlace(root, './src//new/b.ts')).toEqual({
      ok: true,
      path: 'src/new/b.ts',
      absolute: join(root, 'src/new/b.ts'),
      bytes: undefined,
    });
  });

  test.each([
    ['', 'outside'],
    ['.', 'outside'],
    ['/etc/passwd', 'outside'],
    ['../x', 'outside'],
    ['src/../../x', 'outside'],
    ['src\\..\\..\\x', 'outside'],
    ['~/.bashrc', 'outside'],
    ['C:/x', 'outside'],
    ['a\0b', 'odd-name'],
    ['a\nb', 'odd-name'],
    ['a\u202eb', 'odd-name'],
    ['.g\u200dit/config', 'odd-name'],
    ['src/', 'odd-name'],
    ['nul.txt', 'odd-name'],
    ['.git/hooks/pre-commit', 'guarded'],
    ['.GIT/config', 'guarded'],
    ['.git./config', 'guarded'],
    ['git~1/config', 'guarded'],
    ['sub/.git/config', 'guarded'],
    ['.zeke/config.toml', 'guarded'],
    ['.env', 'secret'],
    ['deep/.ssh/id_rsa', 'secret'],
    ['key.pem', 'secret'],
    ['src', 'not-a-file'],
    ['src/a.ts/b', 'not-a-file'],
    [`${'x'.repeat(300)}`, 'odd-name'],
  ])('%j is refused: %s', (path, reason) => {
    const root = makeWorkspace({ 'src/a.ts': 'text' });
    expect(reasonOf(root, path)).toBe(reason);
  });

  test('links are followed to where they really lead', () => {
    const root = makeWorkspace({ 'src/a.ts': 'text', '.env': 'KEY=1', '.git/config': '' });
    const other = makeWorkspace({ 'b.ts': 'other' });
    symlinkSync('src/a.ts', join(root, 'inside'));
    symlinkSync(join(other, 'b.ts'), join(root, 'out'));
    symlinkSync(other, join(root, 'folder'));
    symlinkSync('.env', join(root, 'harmless.txt'));
    symlinkSync('.git', join(root, 'gitlink'));
    symlinkSync(join(other, 'not-yet'), join(root, 'dangling'));
    symlinkSync('loop', join(root, 'loop'));
    expect(findWritePlace(root, 'inside')).toMatchObject({ ok: true, path: 'src/a.ts' });
    expect(reasonOf(root, 'out')).toBe('outside');
    expect(reasonOf(root, 'folder/b.ts')).toBe('outside');
    expect(reasonOf(root, 'folder/new.ts')).toBe('outside');
    expect(reasonOf(root, 'harmless.txt')).toBe('secret');
    expect(reasonOf(root, 'gitlink/config')).toBe('guarded');
    expect(reasonOf(root, 'gitlink/new')).toBe('guarded');
    expect(reasonOf(root, 'dangling')).toBe('outside');
    expect(reasonOf(root, 'loop')).toBe('outside');
  });

  test('a folder whose name begins like the root is outside', () => {
    const root = makeWorkspace({ a: '' });
    mkdirSync(`${root}-evil`);
    symlinkSync(`${root}-evil`, join(root, 'evil'));
    expect(reasonOf(root, 'evil/x')).toBe('outside');
  });

  test('devices, FIFOs and huge files are refused without being read', () => {
    const root = makeWorkspace({ 'huge.txt': Buffer.alloc(3 * 1024 * 1024) });
    execFileSync('mkfifo', [join(root, 'fifo')]);
    expect(reasonOf(root, 'fifo')).toBe('not-a-file');
    expect(reasonOf(root, 'huge.txt')).toBe('too-large');
  });

  test('a file that may not be written is refused', () => {
    const root = makeWorkspace({ 'a.txt': 'text' });
    chmodSync(join(root, 'a.txt'), 0o444);
    expect(reasonOf(root, 'a.txt')).toBe('no-permission');
  });
});

describe('writing', () => {
  test('keeps the mode, leaves nothing beside, and makes folders', () => {
    const root = makeWorkspace({ 'run.sh': 'old' });
    chmodSync(join(root, 'run.sh'), 0o775);
    writePlace(join(root, 'run.sh'), Buffer.from('new'));
    expect(readFileSync(join(root, 'run.sh'), 'utf8')).toBe('new');
    expect(statSync(join(root, 'run.sh')).mode & 0o777).toBe(0o775);
    writePlace(join(root, 'a/b/c.txt'), Buffer.from('c'));
    expect(readFileSync(join(root, 'a/b/c.txt'), 'utf8')).toBe('c');
    expect(readdirSync(root).sort()).toEqual(['a', 'run.sh']);
    removePlace(join(root, 'a/b/c.txt'));
    expect(existsSync(join(root, 'a/b/c.txt'))).toBe(false);
  });

  test('a file that cannot be written is as it was, and the error names it', () => {
    const root = makeWorkspace({ 'folder/x': '' });
    expect(() => writePlace(join(root, 'folder'), Buffer.from('new'))).toThrow(/folder \(E/);
    writeFileSync(join(root, 'file'), 'old');
    expect(() => writePlace(join(root, 'file/x'), Buffer.from('new'))).toThrow(/file\/x \(E/);
    expect(readFileSync(join(root, 'file'), 'utf8')).toBe('old');
    expect(readdirSync(root).sort()).toEqual(['file', 'folder']);
  });
});
