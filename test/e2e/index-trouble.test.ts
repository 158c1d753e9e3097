/** `zeke index` where something is in its way: no repository, odd ones, caches that fail, two at once. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { PtyProgram } from '../helpers/pty.ts';
import { git, writeFiles } from '../helpers/workspace.ts';
import { createTestHome, runZeke, ZEKE } from '../helpers/zeke.ts';

const home = createTestHome();
afterAll(() => home.remove());
let count = 0;
let cache = '';
let root = '';

/** A new folder and an empty cache. */
beforeEach(() => {
  count++;
  root = join(home.dir, `tree-${count}`);
  cache = join(home.dir, `cache-${count}`);
  mkdirSync(root);
});

const environment = () => ({ XDG_CACHE_HOME: cache });
const zeke = (args: readonly string[], cwd = root) =>
  runZeke({ home, args: ['index', ...args], cwd, env: environment() });

async function filesOf(cwd = root): Promise<readonly string[]> {
  const { stdout, stderr, code } = await zeke(['files', '--json'], cwd);
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  return JSON.parse(stdout).paths.sort();
}

async function pathsFor(question: string): Promise<readonly string[]> {
  const { stdout, code } = await zeke(['search', question, '--json']);
  expect(code).toBe(0);
  return JSON.parse(stdout).results.map(({ path }: { path: string }) => path);
}

/** The files of the only snapshot in the cache. */
function snapshot(): { readonly folder: string; readonly names: readonly string[] } {
  const index = join(cache, 'zeke', 'index');
  const [name = 'none', ...others] = readdirSync(index);
  expect(others).toEqual([]);
  return { folder: join(index, name), names: readdirSync(join(index, name)).sort() };
}

const WHOLE = ['lock', expect.stringMatching(/^seg-/), 'view'];

describe('where it stands', () => {
  it('says that there is nothing in an empty folder', async () => {
    for (const args of [['search', 'x'], ['files'], ['map'], ['refs', 'x']]) {
      const { stdout, stderr, code } = await zeke(args);
      expect({ stdout, stderr, code }).toEqual({
        stdout: '',
        stderr: 'Nothing was found.\n',
        code: 0,
      });
    }
    expect((await zeke(['build'])).stdout).toMatch(/^0 files in /);
  });

  it('reads a folder without git', async () => {
    writeFiles(root, {
      'a.ts': 'export function alpha() {}\n',
      'b.log': '',
      '.gitignore': '*.log',
    });
    expect(await filesOf()).toEqual(['.gitignore', 'a.ts']);
    expect(await pathsFor('alpha')).toEqual(['a.ts']);
  });

  it('reads the whole repository from a folder below, a work tree and a submodule', async () => {
    writeFiles(root, { 'a.ts': 'export const one = 1;\n', 'sub/b.ts': '', '.gitignore': 'out/\n' });
    git(root, 'init', '-q');
    git(root, 'add', '-A');
    git(root, 'commit', '-qm', 'one');
    writeFiles(root, { 'out/c.ts': '' });
    const files = ['.gitignore', 'a.ts', 'sub/b.ts'];
    expect(await filesOf(join(root, 'sub'))).toEqual(files);
    const outline = await zeke(['outline', '../a.ts'], join(root, 'sub'));
    expect(outline.stdout).toContain('export const one = 1;');

    // In both `.git` is a file.
    const workTree = join(home.dir, `work-tree-${count}`);
    git(root, 'worktree', 'add', '-q', workTree);
    writeFiles(workTree, { 'out/c.ts': '' });
    expect(await filesOf(workTree)).toEqual(files);
    const outer = join(home.dir, `outer-${count}`);
    mkdirSync(outer);
    git(outer, 'init', '-q');
    git(outer, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', root, 'inner');
    writeFiles(outer, { 'inner/out/c.ts': '' });
    expect(await filesOf(join(outer, 'inner'))).toEqual(files);
    expect(await filesOf(outer)).toEqual(['.gitmodules']);
  });

  it('has one snapshot for a root and a link to it', async () => {
    writeFiles(root, { 'a.ts': '' });
    const link = join(home.dir, `link-${count}`);
    symlinkSync(root, link);
    expect(await filesOf()).toEqual(['a.ts']);
    expect(await filesOf(link)).toEqual(['a.ts']);
    expect(snapshot().names).toEqual(WHOLE);
  });

  it.skipIf(process.platform !== 'linux')('shows names that no terminal should see', async () => {
    writeFileSync(Buffer.from(`${root}/bad\xff.ts`, 'latin1'), 'export function odd() {}\n');
    writeFileSync(join(root, 'new\nline.ts'), 'export function odd() {}\n');
    writeFileSync(join(root, 'e\x1b[31m.ts'), 'export function odd() {}\n');
    const { stdout } = await zeke(['symbols', 'odd']);
    expect(stdout.split('\n')).toHaveLength(4);
    expect(stdout).not.toContain('\x1b');
    expect(await pathsFor('odd')).toEqual(
      expect.arrayContaining(['bad\udcff.ts', 'new\nline.ts', 'e\x1b[31m.ts']),
    );
    const { stdout: map } = await zeke(['map']);
    expect(map).not.toMatch(/^line\.ts$/m);
  });
});

describe('when the snapshot is in trouble', () => {
  beforeEach(() => writeFiles(root, { 'a.ts': 'export function alpha() {}\n' }));

  it('answers from memory where nothing can be kept, and says so', async () => {
    writeFileSync(cache, 'a file is in the way');
    expect(await pathsFor('alpha')).toEqual(['a.ts']);
    const { stdout, stderr, code } = await zeke([]);
    expect({ code, disk: /on disk +0 bytes/.test(stdout) }).toEqual({ code: 0, disk: true });
    expect(stderr).toContain('the index cannot be kept in');
  });

  it('is not kept waiting by one that cannot be read', async () => {
    expect(await pathsFor('alpha')).toEqual(['a.ts']);
    truncateSync(join(snapshot().folder, 'view'), 300 << 20);
    expect(await pathsFor('alpha')).toEqual(['a.ts']);
    expect(snapshot().names).toEqual(WHOLE);
  });

  it('makes it anew when it was deleted', async () => {
    expect(await pathsFor('alpha')).toEqual(['a.ts']);
    rmSync(cache, { recursive: true });
    expect(await pathsFor('alpha')).toEqual(['a.ts']);
    expect(snapshot().names).toEqual(WHOLE);
  });

  it('sees a change whose time lies in the past or in the future', async () => {
    expect(await pathsFor('alpha')).toEqual(['a.ts']);
    for (const [name, seconds] of [
      ['gamma', 1],
      ['delta', Date.now() / 1000 + 1e6],
    ] as const) {
      writeFiles(root, { 'a.ts': `export function ${name}() {}\n` });
      utimesSync(join(root, 'a.ts'), seconds, seconds);
      expect(await pathsFor(name)).toEqual(['a.ts']);
    }
  });

  it('reads nothing again that another branch had before', async () => {
    const build = async () => JSON.parse((await zeke(['build', '--json'])).stdout);
    git(root, 'init', '-q', '-b', 'main');
    git(root, 'add', '-A');
    git(root, 'commit', '-qm', 'one');
    await build();
    git(root, 'checkout', '-qb', 'side');
    writeFiles(root, { 'a.ts': 'export function beta() {}\n' });
    git(root, 'commit', '-qam', 'two');
    expect(await build()).toMatchObject({ changed: 1, revived: 0 });
    git(root, 'checkout', '-q', 'main');
    expect(await build()).toMatchObject({ changed: 0, revived: 1, indexedBytes: 0 });
    expect(await pathsFor('alpha')).toEqual(['a.ts']);
    git(root, 'checkout', '-q', 'side');
    expect(await build()).toMatchObject({ changed: 0, revived: 1, indexedBytes: 0 });
    expect(await pathsFor('beta')).toEqual(['a.ts']);
  });
});

describe('several at once', () => {
  /** Enough for a build that lasts until somebody ends it. */
  function writeMany(files: number): void {
    const line = (file: number, number: number) => `export function f${file}x${number}() {}\n`;
    for (let file = 0; file < files; file++) {
      const text = Array.from({ length: 150 }, (_, number) => line(file, number)).join('');
      writeFiles(root, { [`src/${file % 50}/file${file}.ts`]: text });
    }
  }

  it('two that find no snapshot make one', async () => {
    writeMany(400);
    const [first, second] = await Promise.all([
      zeke(['symbols', 'f399x7', '--json']),
      zeke(['symbols', 'f399x7', '--json']),
    ]);
    expect(JSON.parse(second.stdout)).toEqual(JSON.parse(first.stdout));
    expect(JSON.parse(first.stdout).results[0]).toMatchObject({ name: 'f399x7', startLine: 8 });
    expect(snapshot().names).toEqual(WHOLE);
  });

  /** The library has begun as soon as its lock is there. */
  function hasBegun(): boolean {
    try {
      return snapshot().names.includes('lock');
    } catch {
      return false;
    }
  }

  /** Ends a build while it works: how it ended. One that was done before is begun again. */
  async function endBuild(signal: 'SIGINT' | 'SIGKILL'): Promise<unknown[]> {
    const child = spawn(process.execPath, [ZEKE, 'index', 'build', '--force'], {
      cwd: root,
      env: { ...home.env, ...environment() },
      stdio: 'ignore',
    });
    let isOver = false;
    const ended = once(child, 'close').finally(() => {
      isOver = true;
    });
    await expect.poll(() => isOver || hasBegun(), { interval: 2 }).toBe(true);
    child.kill(signal);
    const end = await ended;
    return end[0] === 0 ? endBuild(signal) : end;
  }

  it.each([
    ['SIGINT', [130, null]],
    ['SIGKILL', [null, 'SIGKILL']],
  ] as const)('one that is ended by %s leaves nothing broken', async (signal, expected) => {
    writeMany(2_000);
    expect(await endBuild(signal)).toEqual(expected);
    expect(await zeke(['symbols', 'f1999x7']).then(({ stdout }) => stdout)).toContain('f1999x7');
    expect(snapshot().names).toEqual(WHOLE);
  });

  async function askInTerminal(name: string): Promise<PtyProgram> {
    const program = new PtyProgram({
      command: process.execPath,
      args: [ZEKE, 'index', 'symbols', name, '--limit', '1'],
      cwd: root,
      env: { ...(home.env as Record<string, string>), ...environment() },
    });
    expect((await program.exit).exitCode).toBe(0);
    return program;
  }

  it('shows how far it is on a terminal, and leaves nothing of that behind', async () => {
    const isShown = /Reading files [█░]{24} \d+ %|Listing files … \d+/;
    let files = 3_000;
    writeMany(files);
    let program = await askInTerminal('f2999x7');
    // It looks ten times a second: a machine that is faster than that gets more to do.
    while (!isShown.test(program.raw)) {
      files *= 2;
      writeMany(files);
      program = await askInTerminal('f2999x7');
    }
    expect(program.raw).toMatch(isShown);
    expect(program.text()).toBe('src/49/file2999.ts:8  function  f2999x7');
  });

  it('a root that is another folder by now', async () => {
    writeFiles(root, { 'a.ts': 'export function alpha() {}\n' });
    expect(await pathsFor('alpha')).toEqual(['a.ts']);
    renameSync(root, `${root}-before`);
    writeFiles(root, { 'b.ts': 'export function beta() {}\n' });
    expect(await filesOf()).toEqual(['b.ts']);
    expect(await pathsFor('beta')).toEqual(['b.ts']);
  });
});
