import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ConfigEdit, editUserConfig } from '../../../src/platform/config/edit.ts';
import { ZekeError } from '../../../src/platform/errors.ts';

let dir: string;
let configDir: string;
let file: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'zeke-edit-'));
  configDir = join(dir, 'config');
  file = join(configDir, 'config.toml');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const edit = (...edits: ConfigEdit[]): Promise<string> =>
  editUserConfig({ configDir, stateDir: dir, cacheDir: dir, runtimeDir: dir }, edits);

function write(text: string): void {
  mkdirSync(configDir, { recursive: true });
  writeFileSync(file, text);
}

async function refusal(...edits: ConfigEdit[]): Promise<ZekeError> {
  const error = await edit(...edits).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ZekeError);
  return error as ZekeError;
}

test('makes a private file in a private folder, and nothing beside it', async () => {
  expect(await edit({ path: ['model'], value: 'a/b' })).toBe(file);
  expect(readFileSync(file, 'utf8')).toBe('model = "a/b"\n');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(configDir).mode & 0o777).toBe(0o700);
  expect(readdirSync(configDir)).toEqual(['config.toml']);
});

test('several edits are one write', async () => {
  await edit(
    { path: ['providers', 'lab', 'family'], value: 'ollama' },
    { path: ['providers', 'lab', 'base_url'], value: 'https://h.example' },
  );
  expect(readFileSync(file, 'utf8')).toBe(
    '[providers.lab]\nfamily = "ollama"\nbase_url = "https://h.example"\n',
  );
});

test('a file that is a symlink stays one', async () => {
  mkdirSync(configDir);
  const real = join(dir, 'dotfiles.toml');
  writeFileSync(real, '# kept elsewhere\n');
  symlinkSync(real, file);
  await edit({ path: ['offline'], value: true });
  expect(readFileSync(real, 'utf8')).toContain('# kept elsewhere');
  expect(readFileSync(real, 'utf8')).toContain('offline = true');
});

test('a mistake elsewhere in the file is named, and the file is left alone', async () => {
  write('ofline = true\n');
  const error = await refusal({ path: ['model'], value: 'a/b' });
  expect(error.message).toMatch(/unknown key ofline; the nearest is offline/);
  expect(readFileSync(file, 'utf8')).toBe('ofline = true\n');
});

test('the mistake itself can be taken away', async () => {
  write('model = "a/b"\noffline = "yes"\n');
  await edit({ path: ['offline'], value: undefined });
  expect(readFileSync(file, 'utf8')).toBe('model = "a/b"\n');
});

test('a value that the table does not allow is not written', async () => {
  const error = await refusal({ path: ['review', 'fail_on'], value: 'never' });
  expect(error.message).toContain('review.fail_on must be one of');
  expect(readdirSync(dir)).toEqual([]);
});

test('what cannot be written is a clear error', async () => {
  writeFileSync(configDir, 'a file in the way');
  const error = await refusal({ path: ['offline'], value: true });
  expect(error.message).toContain(configDir);
});
