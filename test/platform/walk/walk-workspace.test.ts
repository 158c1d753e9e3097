import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { walkWorkspace } from '../../../src/platform/walk/walk-workspace.ts';
import {
  bareEnvironment,
  git,
  makeWorkspace,
  seededRandom,
  writeFiles,
} from '../../helpers/workspace.ts';

interface Listing {
  readonly useGit?: boolean;
  readonly maxFiles?: number;
  readonly signal?: AbortSignal;
}

async function pathsOf(root: string, options: Listing = {}): Promise<readonly string[]> {
  const { files } = await walkWorkspace({ root, env: bareEnvironment(root), ...options });
  return files.map(({ path }) => path);
}

/** The list by both ways; they must agree. */
async function bothWays(root: string): Promise<readonly string[]> {
  const [byGit, byTree] = [await pathsOf(root), await pathsOf(root, { useGit: false })];
  expect(byTree).toEqual(byGit);
  return byGit;
}

describe('what is ignored', () => {
  it('follows .gitignore in every folder, the deepest last, and .git/info/exclude', async () => {
    const root = makeWorkspace({
      '.gitignore': '*.log\nbuild/\n/top.txt\n!keep.log\n',
      'a.ts': '',
      'a.log': '',
      'keep.log': '',
      'top.txt': '',
      'sub/top.txt': '',
      'sub/.gitignore': '!deep.log\nkeep.log\n',
      'sub/deep.log': '',
      'sub/keep.log': '',
      'sub/build/out.ts': '',
      'excluded.ts': '',
    });
    git(root, 'init', '-q');
    writeFileSync(join(root, '.git/info/exclude'), 'excluded.ts\n');
    const paths = [
      '.gitignore',
      'a.ts',
      'keep.log',
      'sub/.gitignore',
      'sub/deep.log',
      'sub/top.txt',
    ];
    expect(await bothWays(root)).toEqual(paths);
  });

  it('follows .zekeignore for tracked files too, and lets it take dependencies back', async () => {
    const root = makeWorkspace({
      '.zekeignore': 'secret-plans/\n*.gen.ts\n',
      'a.ts': '',
      'a.gen.ts': '',
      'secret-plans/plan.md': '',
      'lib/.zekeignore': '!b.gen.ts\nc.ts\n!node_modules/\n',
      'lib/b.gen.ts': '',
      'lib/c.ts': '',
      'lib/node_modules/x/index.js': '',
      'node_modules/y/index.js': '',
    });
    git(root, 'init', '-q');
    git(root, 'add', '-Af');
    const paths = ['.zekeignore', 'a.ts', 'lib/.zekeignore', 'lib/b.gen.ts'];
    expect(await bothWays(root)).toEqual([...paths, 'lib/node_modules/x/index.js']);
  });

  it('leaves out files that hold secrets, whatever the rules say', async () => {
    const secrets = ['.env', '.env.local', 'key.pem', 'id_rsa', 'id_ed25519', '.npmrc', '.netrc'];
    const folders = ['.aws/credentials', '.ssh/config', 'kubeconfig', 'a/vault.kdbx', 'a/.envrc'];
    const plain = ['.env.example', 'a/environment.ts', 'a/id_card.ts', 'id_rsa.pub'];
    const paths = [...secrets, ...folders, ...plain];
    const root = makeWorkspace({
      ...Object.fromEntries(paths.map((path) => [path, 'x'])),
      '.zekeignore': '!.env\n!*.pem\n',
    });
    git(root, 'init', '-q');
    expect(await bothWays(root)).toEqual([
      '.env.example',
      '.zekeignore',
      'id_rsa.pub',
      'a/environment.ts',
      'a/id_card.ts',
    ]);
  });

  it('leaves out nested repositories, as git does', async () => {
    const root = makeWorkspace({ 'a.ts': '', 'inner/b.ts': '', 'inner/deep/c.ts': '' });
    git(root, 'init', '-q');
    git(join(root, 'inner'), 'init', '-q');
    expect(await bothWays(root)).toEqual(['a.ts']);
  });

  it('walks a folder that an outer repository ignores as a whole', async () => {
    const outer = makeWorkspace({ '.gitignore': 'scratch/\n', 'scratch/a.ts': '' });
    git(outer, 'init', '-q');
    expect(await pathsOf(join(outer, 'scratch'))).toEqual(['a.ts']);
  });
});

describe('random trees', () => {
  const NAMES = [
    'a',
    'b',
    'build',
    'x.log',
    'y.txt',
    'Z.txt',
    'a b',
    '#c',
    '!d',
    'e[1]',
    'ü.txt',
    '..f',
  ];
  const PATTERNS = [
    '*.log',
    'build',
    'build/',
    '/a',
    'a/b',
    '!x.log',
    '**/build',
    'a/**',
    '!a/x.log',
    '*.t?t',
    '[ab]',
    '\\#c',
    '\\!d',
    'e\\[1\\]',
    'z.txt',
    '# comment',
    '',
    '/*/b',
    '!build/',
    'a/**/b',
    '*',
    '!*.txt',
    '!*/',
    'y.txt ',
    '..f',
    '/**/Z.txt',
    '[!a]',
  ];

  it.each(Array.from({ length: 100 }, (_, index) => index + 1))(
    'lists tree %i as git ls-files does',
    async (seed) => {
      const random = seededRandom(seed);
      const pick = <T>(values: readonly T[]) => values[Math.floor(random() * values.length)] as T;
      const root = makeWorkspace({});
      git(root, 'init', '-q');
      const folders = [''];
      for (let count = 0; count < 10; count++) {
        const folder = `${pick(folders)}${pick(NAMES)}/`;
        mkdirSync(join(root, folder), { recursive: true });
        folders.push(folder);
      }
      for (let count = 0; count < 50; count++) {
        const path = `${pick(folders)}${pick(NAMES)}`;
        try {
          writeFiles(root, { [path]: 'x' });
        } catch (error) {
          // A folder has that name already.
          expect((error as NodeJS.ErrnoException).code).toMatch(/EISDIR|EEXIST|ENOTDIR/);
        }
      }
      const rules = () => Array.from({ length: 4 }, () => pick(PATTERNS)).join('\n');
      for (let count = 0; count < 3; count++) {
        writeFiles(root, { [`${pick(folders)}.gitignore`]: rules() });
      }
      writeFileSync(join(root, '.git/info/exclude'), rules());
      const listed = git(root, 'ls-files', '-co', '--exclude-standard', '-z').split('\0');
      const byTree = await pathsOf(root, { useGit: false });
      expect([...byTree].sort()).toEqual(listed.filter((path) => path !== '').sort());
      expect(await pathsOf(root)).toEqual(byTree);
      rmSync(root, { recursive: true });
    },
  );
});

describe('hostile trees', () => {
  it('does not follow symlinks, open FIFOs or read huge files', async () => {
    const root = makeWorkspace({ 'a.ts': 'x', 'huge.bin': '' });
    git(root, 'init', '-q');
    symlinkSync('.', join(root, 'loop'));
    symlinkSync('/etc/passwd', join(root, 'out'));
    symlinkSync('nowhere', join(root, 'dangling'));
    execFileSync('mkfifo', [join(root, 'pipe')]);
    truncateSync(join(root, 'huge.bin'), 1024 ** 3);
    expect(await bothWays(root)).toEqual(['a.ts', 'huge.bin']);
    const { files } = await walkWorkspace({ root, env: bareEnvironment(root) });
    expect(files.map(({ sizeBytes }) => sizeBytes)).toEqual([1, 1024 ** 3]);
  });

  it('keeps names with newlines, quotes and bytes that are no text', async () => {
    const root = makeWorkspace({ 'a\nb.ts': '', 'c"\\d.ts': '', ' e ': '', '-rf': '' });
    const odd = Buffer.concat([
      Buffer.from(`${root}/odd-`),
      Buffer.of(0xff, 0xc3),
      Buffer.from('.ts'),
    ]);
    writeFileSync(odd, 'odd');
    git(root, 'init', '-q');
    const paths = await bothWays(root);
    expect(paths).toContain('a\nb.ts');
    expect(paths).toContain('c"\\d.ts');
    expect(paths).toContain('odd-\udcff\udcc3.ts');
    expect(paths).toHaveLength(5);
  });

  it('leaves out a folder that may not be read', async () => {
    const root = makeWorkspace({ 'a.ts': '', 'closed/b.ts': '' });
    chmodSync(join(root, 'closed'), 0o000);
    const isRoot = process.getuid?.() === 0;
    if (isRoot) console.warn('run as root: a closed folder can be read, so it is listed');
    expect(await pathsOf(root)).toEqual(isRoot ? ['a.ts', 'closed/b.ts'] : ['a.ts']);
    chmodSync(join(root, 'closed'), 0o755);
  });

  it('leaves out tracked files that are gone', async () => {
    const root = makeWorkspace({ 'a.ts': '', 'gone.ts': '' });
    git(root, 'init', '-q');
    git(root, 'add', '-A');
    rmSync(join(root, 'gone.ts'));
    expect(await bothWays(root)).toEqual(['a.ts']);
  });

  it('lists a file with merge conflicts once', async () => {
    const root = makeWorkspace({ 'a.ts': 'base\n' });
    const commit = (text: string) => {
      writeFiles(root, { 'a.ts': text });
      git(root, 'commit', '-qam', text.trim());
    };
    git(root, 'init', '-q', '-b', 'main');
    git(root, 'add', '-A');
    git(root, 'commit', '-qm', 'base');
    git(root, 'branch', 'other');
    commit('ours\n');
    git(root, 'checkout', '-q', 'other');
    commit('theirs\n');
    expect(() => git(root, 'merge', 'main')).toThrow();
    expect(await bothWays(root)).toEqual(['a.ts']);
  });

  it('gives nothing for a root that is gone', async () => {
    const root = makeWorkspace({});
    rmSync(root, { recursive: true });
    expect(await pathsOf(root)).toEqual([]);
  });
});

describe('limits', () => {
  it('keeps the shallow files when there are too many and says so', async () => {
    const root = makeWorkspace({ 'a/b/c/deep.ts': '', 'z.ts': '', 'a/mid.ts': '' });
    const env = bareEnvironment(root);
    for (const useGit of [true, false]) {
      const walked = await walkWorkspace({ root, env, useGit, maxFiles: 2 });
      expect(walked.files.map(({ path }) => path)).toEqual(['z.ts', 'a/mid.ts']);
      expect(walked.isCut).toBe(true);
    }
    expect((await walkWorkspace({ root, env, maxFiles: 3 })).isCut).toBe(false);
  });

  it.each([true, false])('rejects with the reason when aborted (git: %s)', async (useGit) => {
    const root = makeWorkspace({ 'a.ts': '' });
    git(root, 'init', '-q');
    const reason = new Error('enough');
    await expect(pathsOf(root, { useGit, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it('does not let git run what a repository configures', async () => {
    const root = makeWorkspace({ 'a.ts': '', 'hook.sh': '#!/bin/sh\ntouch ran\n' });
    chmodSync(join(root, 'hook.sh'), 0o755);
    git(root, 'init', '-q');
    git(root, 'config', 'core.fsmonitor', join(root, 'hook.sh'));
    expect(await pathsOf(root)).toEqual(['a.ts', 'hook.sh']);
    expect(await pathsOf(root)).not.toContain('ran');
  });
});
