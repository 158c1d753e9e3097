import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createInputHistory } from '../../src/platform/input-history.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zeke-history-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('keeps any text, privately, for the next start', async () => {
  const stateDir = join(folder, 'state');
  const texts = ['one', 'two\nlines', 'quotes " and \u2028', '日本'];
  for (const text of texts) await createInputHistory(stateDir).append(text);
  expect(await createInputHistory(stateDir).load()).toEqual(texts);
  expect((await stat(join(stateDir, 'input-history.jsonl'))).mode & 0o777).toBe(0o600);
  expect((await stat(stateDir)).mode & 0o777).toBe(0o700);
});

test('a missing file is an empty history, a torn line is left out', async () => {
  const history = createInputHistory(folder);
  expect(await history.load()).toEqual([]);
  await history.append('whole');
  await appendFile(join(folder, 'input-history.jsonl'), '{"not":"text"}\n"tor');
  expect(await history.load()).toEqual(['whole']);
});

test('many entries are cut back to the last thousand', async () => {
  const path = join(folder, 'input-history.jsonl');
  await writeFile(path, Array.from({ length: 2_500 }, (_, n) => `"e${n}"\n`).join(''));
  const entries = await createInputHistory(folder).load();
  expect([entries.length, entries[0], entries.at(-1)]).toEqual([1_000, 'e1500', 'e2499']);
  expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(1_001);
});

test('several programs append at once and lose nothing', async () => {
  const texts = Array.from({ length: 50 }, (_, n) => `entry ${n} ${'x'.repeat(500)}`);
  await Promise.all(texts.map((text) => createInputHistory(folder).append(text)));
  expect([...(await createInputHistory(folder).load())].sort()).toEqual([...texts].sort());
});

test('a folder that cannot be written is said with its path', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  await expect(createInputHistory(join(file, 'below')).append('x')).rejects.toThrow('file');
});
