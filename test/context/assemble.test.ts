import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { collectContext } from '../../src/context/assemble.ts';
import type { SourceName } from '../../src/context/registry.ts';
import { createScanIndex } from '../../src/context/scan/scan-index.ts';
import { bareEnvironment, makeWorkspace } from '../helpers/workspace.ts';

interface Asked {
  readonly root: string;
  readonly text?: string;
  readonly mentions?: readonly string[];
  readonly workingDirectory?: string;
  readonly sources?: readonly SourceName[];
  readonly budgetTokens?: number;
  readonly signal?: AbortSignal;
}

async function collect(asked: Asked) {
  const { root, budgetTokens = 8_000, sources } = asked;
  return await collectContext({
    question: {
      text: asked.text ?? 'hello',
      mentions: asked.mentions ?? [],
      root,
      workingDirectory: asked.workingDirectory ?? root,
      signal: asked.signal ?? new AbortController().signal,
    },
    search: createScanIndex({ root, env: bareEnvironment(root) }),
    budgetTokens,
    ...(sources === undefined ? {} : { sources }),
  });
}

async function titlesOf(asked: Asked): Promise<readonly string[]> {
  return (await collect(asked)).map(({ title }) => title);
}

describe('a plain question', () => {
  it('brings nothing along but instructions', async () => {
    const root = makeWorkspace({
      'AGENTS.md': 'Be brief.',
      'src/retry.ts': 'retry();\n'.repeat(99),
    });
    expect(await collect({ root, text: 'where is the retry logic?' })).toEqual([
      {
        source: 'instructions',
        title: 'AGENTS.md',
        text: 'Be brief.',
        priority: 1_000,
        reason: 'instructions of the project',
      },
    ]);
  });

  it('brings what a search finds where that is asked for', async () => {
    const root = makeWorkspace({ 'src/retry.ts': 'export function retry() {}\n' });
    const blocks = await collect({ root, text: 'retry?', sources: ['code-search'] });
    expect(blocks).toMatchObject([
      { source: 'code-search', title: 'src/retry.ts:1-1', reason: 'defines retry; names: retry' },
    ]);
  });

  it('rejects when it is aborted', async () => {
    const root = makeWorkspace({ 'a.ts': '' });
    const reason = new Error('enough');
    await expect(collect({ root, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe('instructions', () => {
  it('are read nearest first, CLAUDE.md only where there is no AGENTS.md', async () => {
    const root = makeWorkspace({
      'AGENTS.md': 'root',
      'CLAUDE.md': 'not read',
      'packages/CLAUDE.md': 'packages',
      'packages/app/AGENTS.md': 'app',
      'packages/app/src/a.ts': '',
      'packages/other/AGENTS.md': 'not on the way',
    });
    const workingDirectory = join(root, 'packages/app/src');
    const titles = ['packages/app/AGENTS.md', 'packages/CLAUDE.md', 'AGENTS.md'];
    expect(await titlesOf({ root, workingDirectory })).toEqual(titles);
  });

  it('never come from outside of the root, and not through a FIFO or a symlink out', async () => {
    const outer = makeWorkspace({ 'AGENTS.md': 'outer', 'project/a/b.ts': '', 'project/x': '' });
    const root = join(outer, 'project');
    symlinkSync('../AGENTS.md', join(root, 'AGENTS.md'));
    execFileSync('mkfifo', [join(root, 'a/AGENTS.md')]);
    expect(await titlesOf({ root, workingDirectory: join(root, 'a') })).toEqual([]);
    expect(await titlesOf({ root, workingDirectory: outer })).toEqual([]);
  });

  it('are cut when they are long, and left out when they are blank', async () => {
    const root = makeWorkspace({ 'AGENTS.md': 'word '.repeat(20_000), 'a/AGENTS.md': ' \n' });
    const [block, ...rest] = await collect({
      root,
      workingDirectory: join(root, 'a'),
      budgetTokens: 100_000,
    });
    expect(rest).toEqual([]);
    expect(block?.text).toMatch(/\[Cut here: only the first 32 KiB are read\.\]$/);
  });
});

describe('mentions', () => {
  const FILES = {
    'src/a.ts': 'one\ntwo\nthree\n',
    'src/odd:7': 'a colon in the name',
    'src/deep/b.ts': '',
    'picture.png': Buffer.of(1, 0),
    '.env': 'KEY=1',
  };

  it.each([
    ['src/a.ts', 'src/a.ts', 'one\ntwo\nthree\n'],
    ['src/a.ts:2', 'src/a.ts:2-2', 'two'],
    ['src/a.ts:2-3', 'src/a.ts:2-3', 'two\nthree'],
    ['src/a.ts:3-2', 'src/a.ts:2-3', 'two\nthree'],
    ['src/a.ts:0-1', 'src/a.ts:1-1', 'one'],
    ['src/a.ts:2-999999999', 'src/a.ts:2-4', 'two\nthree\n'],
    ['src/a.ts:9', 'src/a.ts:9', '[Not shown: the file has only 4 lines.]'],
    ['src/odd:7', 'src/odd:7', 'a colon in the name'],
    ['src/', 'src/', 'src/a.ts\nsrc/odd:7\nsrc/deep/b.ts'],
    ['src/deep', 'src/deep/', 'src/deep/b.ts'],
    ['missing.ts', 'missing.ts', '[Not shown: there is no such file.]'],
    ['picture.png', 'picture.png', '[Not shown: it is a binary file.]'],
    ['.env', '.env', '[Not shown: files of this name hold secrets.]'],
    ['/etc/passwd', '/etc/passwd', '[Not shown: it lies outside of the project.]'],
    ['../x', '../x', '[Not shown: it lies outside of the project.]'],
    ['a\0b', 'a\0b', '[Not shown: it lies outside of the project.]'],
  ])('@%s', async (mention, title, text) => {
    const root = makeWorkspace(FILES);
    const blocks = await collect({ root, mentions: [mention] });
    expect(blocks).toMatchObject([{ source: 'mention', title, text }]);
  });

  it('keep their order, are read once, and are cut to the budget', async () => {
    const root = makeWorkspace({ ...FILES, 'big.ts': 'const a = 1;\n'.repeat(5_000) });
    mkdirSync(join(root, 'empty'));
    const mentions = ['src/a.ts', 'big.ts', 'src/a.ts', 'empty/'];
    const blocks = await collect({ root, mentions, budgetTokens: 500 });
    expect(blocks.map(({ title }) => title)).toEqual(['src/a.ts', 'big.ts', 'empty/']);
    expect(blocks[1]?.text).toMatch(/did not fit into the context budget/);
  });
});
