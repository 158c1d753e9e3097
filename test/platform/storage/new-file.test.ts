import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeWholeFile } from '../../../src/platform/storage/new-file.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'zeke-new-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('a file is there with all of its text, for this user alone, and nothing beside it', () => {
  const path = join(folder, 'file');
  writeWholeFile(path, 'one');
  writeWholeFile(path, 'two');
  expect(readFileSync(path, 'utf8')).toBe('two');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['file']);
});

test('what cannot be written is said with its name, and leaves nothing', () => {
  const path = join(folder, 'taken');
  mkdirSync(join(path, 'inside'), { recursive: true });
  expect(() => writeWholeFile(path, 'x')).toThrow(path);
  expect(() => writeWholeFile(join(folder, 'no', 'folder'), 'x')).toThrow('ENOENT');
  expect(readdirSync(folder)).toEqual(['taken']);
});

test('a full disk leaves the old file and nothing half-written', ({ skip }) => {
  const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
  const args = ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder];
  if (!isRoot || spawnSync('mount', args).status !== 0) {
    return skip('needs root on Linux to mount a small tmpfs');
  }
  try {
    const path = join(folder, 'file');
    writeFileSync(path, 'old');
    expect(() => writeWholeFile(path, 'x'.repeat(200_000))).toThrow('ENOSPC');
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['file']);
  } finally {
    spawnSync('umount', [folder]);
  }
});
