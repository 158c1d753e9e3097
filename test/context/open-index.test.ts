import { existsSync, mkdtempSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openIndex } from '../../src/context/open-index.ts';
import { findZig } from '../../tools/zig.mjs';
import { bareEnvironment, makeWorkspace, writeFiles } from '../helpers/workspace.ts';

const FILES = { 'src/retry.ts': 'export function retry() {}\n', 'README.md': '# Retry\n' };

function newCache(): string {
  return mkdtempSync(join(tmpdir(), 'zeke-cache-'));
}

describe('who answers', () => {
  it('is the scan where that is asked for, and says so', async () => {
    const root = makeWorkspace(FILES);
    const env = { ...bareEnvironment(root), ZEKE_INDEX: 'scan' };
    const cacheDir = newCache();
    const index = openIndex({ root, env, cacheDir });
    expect(await index.search({ text: 'retry', limit: 1 })).toMatchObject([
      { path: 'src/retry.ts' },
    ]);
    expect(await index.status()).toMatchObject({ engine: 'scan', reason: 'ZEKE_INDEX is "scan"' });
    await index.close();
    expect(readdirSync(cacheDir)).toEqual([]);
  });

  it('is nobody before the first question', async () => {
    const root = makeWorkspace(FILES);
    const cacheDir = newCache();
    const index = openIndex({ root, env: bareEnvironment(root), cacheDir });
    await index.close();
    expect(readdirSync(cacheDir)).toEqual([]);
  });
});

describe.skipIf(findZig() === undefined)('the native index', () => {
  it('keeps what it read for the next process', async () => {
    const root = makeWorkspace(FILES);
    // A file that was written in the moment it was read may have changed since: it is read again.
    for (const path of Object.keys(FILES)) utimesSync(join(root, path), 1_000_000, 1_000_000);
    const cacheDir = newCache();
    const options = { root, env: bareEnvironment(root), cacheDir };
    const first = openIndex(options);
    expect(await first.status()).toMatchObject({ engine: 'native', files: 2 });
    await first.close();
    expect(existsSync(join(cacheDir, 'index'))).toBe(true);
    const second = openIndex(options);
    expect(await second.refresh()).toMatchObject({ files: 2, added: 0, changed: 0, readBytes: 0 });
    await second.close();
  });

  it('lives in memory where nothing can be kept', async () => {
    const root = makeWorkspace(FILES);
    const cacheDir = join(newCache(), 'file');
    writeFileSync(cacheDir, '');
    const index = openIndex({ root, env: bareEnvironment(root), cacheDir });
    expect(await index.status()).toMatchObject({ engine: 'native', files: 2 });
    await index.close();
  });

  it('tells how far the first question is', async () => {
    const files = Array.from({ length: 3_000 }, (_, at) => [`f${at}.ts`, `const a${at} = 1;\n`]);
    const root = makeWorkspace(Object.fromEntries(files));
    const phases: (string | undefined)[] = [];
    const onIndexing = (progress: { readonly phase: string } | undefined) => {
      phases.push(progress?.phase);
    };
    const index = openIndex({ root, env: bareEnvironment(root), onIndexing });
    await index.findFiles({ pattern: 'f1', limit: 1 });
    await index.close();
    expect(phases.at(-1)).toBeUndefined();
    const known = ['waiting', 'listing', 'reading', 'merging', 'writing', undefined];
    expect(phases.filter((phase) => !known.includes(phase))).toEqual([]);
  });

  it('tells what changes while somebody listens', async () => {
    const root = makeWorkspace(FILES);
    const index = openIndex({ root, env: bareEnvironment(root) });
    const controller = new AbortController();
    const changed: string[] = [];
    const watching = index.watch((paths) => {
      changed.push(...paths);
      controller.abort();
    }, controller.signal);
    await index.status();
    writeFiles(root, { 'src/retry.ts': 'export function again() {}\n' });
    await watching;
    expect(changed).toEqual(['src/retry.ts']);
    expect(await index.findDefinitions('again')).toMatchObject([{ path: 'src/retry.ts' }]);
    await index.close();
  });

  it('refuses questions after its end, and ends twice', async () => {
    const root = makeWorkspace(FILES);
    const index = openIndex({ root, env: bareEnvironment(root) });
    await index.status();
    await Promise.all([index.close(), index.close()]);
    await expect(index.status()).rejects.toThrow('closed');
  });

  it('says what is wrong with a pattern', async () => {
    const root = makeWorkspace(FILES);
    const index = openIndex({ root, env: bareEnvironment(root) });
    const asked = index.findText({ pattern: '(', isRegex: true, limit: 5 });
    await expect(asked).rejects.toMatchObject({ kind: 'usage' });
    await index.close();
  });
});
