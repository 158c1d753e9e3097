import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeNewFile } from '../../src/platform/files.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'zeke-files-'));
});
afterAll(() => {
  if (folder !== '') rmSync(folder, { recursive: true, force: true });
});

describe('writeNewFile', () => {
  test('writes a private file, and never over one that is there', async () => {
    const path = join(folder, 'new.md');
    await writeNewFile(path, 'first');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await expect(writeNewFile(path, 'second')).rejects.toThrow('is there already');
    expect(readFileSync(path, 'utf8')).toBe('first');
  });

  test('leaves nothing behind where it cannot be written', async () => {
    await expect(writeNewFile(join(folder, 'no', 'x.md'), 'x')).rejects.toThrow('Could not write');
    writeFileSync(join(folder, 'file'), '');
    await expect(writeNewFile(join(folder, 'file', 'x.md'), 'x')).rejects.toThrow('ENOTDIR');
    expect(readdirSync(folder).sort()).toEqual(['file', 'new.md']);
  });
});
