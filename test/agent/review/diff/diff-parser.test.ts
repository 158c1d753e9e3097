import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { FileDiff } from '../../../../src/agent/review/diff/diff.ts';
import { parseDiff } from '../../../../src/agent/review/diff/diff-parser.ts';
import { createGitRepository, type GitRepository } from '../../../helpers/git-repository.ts';
import { type Random, seededRandom } from '../../../helpers/regex-sample.ts';

const repositories: GitRepository[] = [];
afterAll(() => {
  for (const repository of repositories) repository.remove();
});
function repository(): GitRepository {
  const made = createGitRepository();
  repositories.push(made);
  return made;
}

async function parse(...chunks: (string | Uint8Array)[]): Promise<FileDiff[]> {
  const files: FileDiff[] = [];
  for await (const file of parseDiff(chunks)) files.push(file);
  return files;
}
async function parseOne(text: string): Promise<FileDiff> {
  const files = await parse(text);
  expect(files).toHaveLength(1);
  return files[0] as FileDiff;
}
function addedOf(file: FileDiff): string[] {
  return file.hunks
    .flatMap((hunk) => hunk.lines)
    .flatMap((line) => (line.kind === 'added' ? [`${line.newLine}:${line.text}`] : []));
}

describe("git's diffs of every kind", () => {
  it('tells added, deleted, modified, renamed and copied files apart', async () => {
    const repo = repository();
    const body = Array.from({ length: 20 }, (_, index) => `line ${index}`).join('\n');
    repo.write('kept.txt', body);
    repo.write('gone.txt', 'gone\n');
    repo.write('old name.txt', body.replaceAll('line', 'row'));
    repo.write('source.txt', body.replaceAll('line', 'item'));
    repo.commit();
    repo.write('kept.txt', `${body}\nmore`);
    repo.git('rm', '-q', 'gone.txt');
    repo.git('mv', 'old name.txt', 'new name.txt');
    repo.write('copy.txt', `${body.replaceAll('line', 'item')}\n`);
    repo.write('source.txt', `${body.replaceAll('line', 'item')}\nx`);
    repo.write('empty.txt', '');
    repo.commit();
    const files = await parse(repo.git('diff', '-C', '-C', 'HEAD~1', 'HEAD'));
    const facts = files.map(({ path, oldPath, change }) => ({ path, oldPath, change }));
    expect(facts).toEqual([
      { path: 'copy.txt', oldPath: 'source.txt', change: 'copied' },
      { path: 'empty.txt', oldPath: undefined, change: 'added' },
      { path: 'gone.txt', oldPath: undefined, change: 'deleted' },
      { path: 'kept.txt', oldPath: undefined, change: 'modified' },
      { path: 'new name.txt', oldPath: 'old name.txt', change: 'renamed' },
      { path: 'source.txt', oldPath: undefined, change: 'modified' },
    ]);
  });

  it('reads modes, symbolic links, binaries and submodules', async () => {
    const repo = repository();
    repo.write('script.sh', 'echo\n');
    repo.write('image.bin', Uint8Array.of(0, 1, 2, 3));
    repo.commit();
    repo.git('update-index', '--chmod=+x', 'script.sh');
    repo.git('commit', '-q', '-m', 'mode');
    const mode = await parseOne(repo.git('diff', 'HEAD~1', 'HEAD'));
    expect(mode).toMatchObject({ path: 'script.sh', oldMode: '100644', mode: '100755', hunks: [] });

    repo.git('reset', '-q', '--hard');
    repo.write('image.bin', Uint8Array.of(0, 9, 8, 7, 6, 5));
    const plain = await parseOne(repo.git('diff'));
    expect(plain).toMatchObject({ path: 'image.bin', isBinary: true, change: 'modified' });
    const patch = await parseOne(repo.git('diff', '--binary'));
    expect(patch).toMatchObject({ path: 'image.bin', isBinary: true, binarySizeBytes: 6 });

    repo.commit();
    const inner = repo.git('rev-parse', 'HEAD').trim();
    repo.git('update-index', '--add', '--cacheinfo', `160000,${inner},lib/inner`);
    const added = await parseOne(repo.git('diff', '--cached'));
    expect(added).toMatchObject({ path: 'lib/inner', isSubmodule: true, change: 'added' });
    const log = await parseOne(repo.git('diff', '--cached', '--submodule=log'));
    expect(log).toMatchObject({ path: 'lib/inner', isSubmodule: true });
  });

  it('reads names with blanks, quotes, tabs, line ends and letters of all the world', async () => {
    const repo = repository();
    const names = [
      'a b/c d.txt',
      'b/ b/x.txt',
      'line\nend.txt',
      'quote".txt',
      'tab\there.txt',
      'umlaut äöü.txt',
      '日本/語.txt',
      'back\\slash.txt',
      ' leading.txt',
    ];
    for (const name of names) repo.write(name, 'one\n');
    repo.commit();
    for (const name of names) repo.write(name, 'two\n');
    for (const settings of [
      [],
      ['-c', 'core.quotePath=false'],
      ['-c', 'diff.mnemonicPrefix=true'],
      ['-c', 'diff.noprefix=true'],
    ]) {
      const files = await parse(repo.git(...settings, 'diff'));
      expect(files.map((file) => file.path).sort()).toEqual([...names].sort());
    }
    repo.commit();
    // Only the header line names a file whose mode alone changed.
    for (const name of names) repo.git('update-index', '--chmod=+x', name);
    const modes = await parse(repo.git('diff', '--cached'));
    expect(modes.map((file) => file.path).sort()).toEqual([...names].sort());
  });

  it('reads a folder called a or b without prefixes', async () => {
    const repo = repository();
    for (const name of ['a/x.txt', 'b/x.txt']) repo.write(name, 'one\n');
    repo.commit();
    for (const name of ['a/x.txt', 'b/x.txt', 'a/new.txt']) repo.write(name, 'two\n');
    repo.git('add', '-A');
    const files = await parse(repo.git('diff', '--cached', '--no-prefix'));
    expect(files.map((file) => file.path)).toEqual(['a/new.txt', 'a/x.txt', 'b/x.txt']);
  });

  it('reads merges, with conflicts and resolved', async () => {
    const repo = repository();
    repo.write('f.txt', 'one\ntwo\nthree\n');
    repo.commit();
    repo.git('checkout', '-q', '-b', 'side');
    repo.write('f.txt', 'one\nside\nthree\n');
    repo.commit();
    repo.git('checkout', '-q', 'main');
    repo.write('f.txt', 'one\nmain\nthree\n');
    repo.commit();
    repo.tryGit('merge', 'side');
    const conflict = await parseOne(repo.git('diff'));
    expect(conflict.path).toBe('f.txt');
    expect(addedOf(conflict)).toContain('2:<<<<<<< HEAD');
    repo.write('f.txt', 'one\nboth\nthree\n');
    repo.commit();
    const merged = await parseOne(repo.git('show', '--cc', 'HEAD'));
    expect(addedOf(merged)).toEqual(['2:both']);
    const full = await parseOne(repo.git('show', '-c', 'HEAD'));
    expect(addedOf(full)).toEqual(['2:both']);
  });

  it('sees through mail and log text around diffs', async () => {
    const repo = repository();
    repo.write('f.txt', 'one\n');
    repo.commit();
    repo.write('f.txt', 'two\n');
    repo.commit('--- looks like\n\n+++ a diff\n@@ -1 +1 @@');
    repo.write('g.txt', 'three\n');
    repo.commit();
    for (const args of [
      ['show', 'HEAD~1'],
      ['log', '-p', '-2'],
      ['format-patch', '--stdout', 'HEAD~2'],
      ['log', '-p', '--stat', '-2', '--format=--- %s'],
    ]) {
      const files = await parse(repo.git(...args));
      expect([...new Set(files.map((file) => file.path))].sort()).toEqual(
        args.includes('HEAD~1') ? ['f.txt'] : ['f.txt', 'g.txt'],
      );
    }
  });

  it('sees through colours', async () => {
    const repo = repository();
    repo.write('f.txt', 'one\n');
    repo.commit();
    repo.write('f.txt', 'two\n');
    const file = await parseOne(repo.git('diff', '--color=always'));
    expect(file.path).toBe('f.txt');
    expect(addedOf(file)).toEqual(['1:two']);
  });
});

describe('plain diffs', () => {
  it('reads time stamps, folders and files that are only on one side', async () => {
    const repo = repository();
    repo.write('old/same.txt', 'a\n');
    repo.write('new/same.txt', 'b\n');
    repo.write('new/extra.txt', 'c\n');
    const run = (...args: string[]): string => {
      try {
        return execFileSync('diff', args, { cwd: repo.root, encoding: 'utf8' });
      } catch (error) {
        return String((error as { stdout: string }).stdout);
      }
    };
    const files = await parse(run('-ruN', 'old', 'new'));
    expect(files.map(({ path, change }) => [path, change])).toEqual([
      ['extra.txt', 'added'],
      ['same.txt', 'modified'],
    ]);
    repo.write('new/image.bin', Uint8Array.of(0, 1));
    repo.write('old/image.bin', Uint8Array.of(0, 2));
    const withBinary = await parse(run('-ru', 'old', 'new'));
    expect(withBinary.map(({ path, isBinary }) => [path, isBinary])).toEqual([
      ['image.bin', true],
      ['same.txt', false],
    ]);
  });

  it('reads carriage returns and missing line ends', async () => {
    const repo = repository();
    repo.write('crlf.txt', 'one\r\ntwo\r\n');
    repo.write('open.txt', 'one\ntwo');
    repo.commit();
    repo.write('crlf.txt', 'one\r\n2\r\nthree\r\n');
    repo.write('open.txt', 'one\n2');
    const diff = repo.git('diff');
    for (const text of [diff, diff.replaceAll(/\r?\n/g, '\r\n')]) {
      const [crlf, open] = await parse(text);
      expect(crlf && addedOf(crlf)).toEqual(['2:2', '3:three']);
      expect(open && addedOf(open)).toEqual(['2:2']);
    }
  });

  it('reads UTF-16, as PowerShell writes it', async () => {
    const text = 'diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+ä\n';
    const bytes = Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from(text, 'utf16le')]);
    const [file] = await parse(bytes.subarray(0, 7), bytes.subarray(7));
    expect(file && addedOf(file)).toEqual(['1:ä']);
  });
});

describe('damaged input', () => {
  const DIFF = 'diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1,3 +1,4 @@\n one\n+two\n three\n';

  it('keeps what a cut diff holds, and says that it is cut', async () => {
    const file = await parseOne(DIFF);
    expect(addedOf(file)).toEqual(['2:two']);
    expect(file.notes).toEqual(['the diff ends in the middle of a hunk']);
  });

  it('goes on after a hunk that ends early', async () => {
    const files = await parse(`${DIFF}diff --git a/g b/g\n--- a/g\n+++ b/g\n@@ -0,0 +1 @@\n+x\n`);
    expect(files.map((file) => file.path)).toEqual(['f', 'g']);
    expect(files[0]?.notes).toEqual(['a hunk ends early']);
  });

  it('takes lines whose trailing blanks a mailer removed', async () => {
    const file = await parseOne('--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n one\n\n-x\n+y\n');
    expect(addedOf(file)).toEqual(['3:y']);
  });

  it('cuts an endless line and notes it', async () => {
    const long = 'x'.repeat(3_000_000);
    const files = await parse(`--- a/f\n+++ b/f\n@@ -1 +1,2 @@\n-a\n+${long}\n+b\n`);
    expect(files.flatMap((file) => file.notes)).toEqual(['a very long line was cut']);
    expect(files.flatMap(addedOf).map((line) => line.length)).toEqual([262_145, 3]);
  });

  it.each(['hello\n', '--- one line\n', '{"json": true}', 'Index of things\n--- a\nxxx\n'])(
    'refuses %j',
    async (text) => {
      await expect(parse(text)).rejects.toMatchObject({ name: 'ZekeError', kind: 'usage' });
    },
  );

  it.each(['', '\n', ' \n\n'])('takes %j as an empty diff', async (text) => {
    expect(await parse(text)).toEqual([]);
  });

  it('survives any damage', async () => {
    const repo = repository();
    repo.write('a.txt', lines(seededRandom(1), 60));
    repo.write('b c.txt', lines(seededRandom(2), 60));
    repo.commit();
    repo.write('a.txt', lines(seededRandom(3), 60));
    repo.write('b c.txt', lines(seededRandom(4), 60));
    const diff = repo.git('diff');
    const random = seededRandom(5);
    for (let round = 0; round < 300; round += 1) {
      const all = diff.split('\n');
      for (let damage = 0; damage < 3; damage += 1) {
        const at = Math.floor(random() * all.length);
        const other = all[Math.floor(random() * all.length)] ?? '';
        all.splice(at, Math.floor(random() * 3), other, other.slice(1));
      }
      const files = await parse(all.join('\n'));
      for (const file of files) expect(typeof file.path).toBe('string');
    }
  });
});

function lines(random: Random, count: number): string {
  const words = [
    '+',
    '-',
    '',
    ' ',
    '@@ -1 +1 @@',
    '--- a/x',
    '+++ b/x',
    'diff --git a/y b/y',
    'word',
    '\\ x',
  ];
  const made = Array.from({ length: count }, () => words[Math.floor(random() * words.length)]);
  return `${made.join('\n')}${random() < 0.5 ? '\n' : ''}`;
}

describe('line numbers', () => {
  it('equal those of the real files on both sides, after random edits and chunk borders', async () => {
    const repo = repository();
    const random = seededRandom(42);
    for (let round = 0; round < 25; round += 1) {
      const before = lines(random, 1 + Math.floor(random() * 120));
      const after = edit(before, random);
      repo.write('f.txt', before);
      repo.commit();
      writeFileSync(join(repo.root, 'f.txt'), after);
      const context = `-U${Math.floor(random() * 5)}`;
      const bytes = Buffer.from(repo.git('diff', context));
      for (const size of [bytes.length, 7, 1]) {
        const chunks = [];
        for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
        for (const file of await parse(...chunks)) expectTrueNumbers(file, before, after);
      }
    }
  });
});

function edit(text: string, random: Random): string {
  const all = text.split('\n');
  for (let count = 0; count < 8; count += 1) {
    const at = Math.floor(random() * all.length);
    all.splice(
      at,
      Math.floor(random() * 4),
      ...lines(random, Math.floor(random() * 4)).split('\n'),
    );
  }
  return all.join('\n');
}

function expectTrueNumbers(file: FileDiff, before: string, after: string): void {
  const [oldLines, newLines] = [before.split('\n'), after.split('\n')];
  for (const { lines: shown } of file.hunks) {
    for (const line of shown) {
      const real =
        line.kind === 'removed' ? oldLines[line.oldLine - 1] : newLines[line.newLine - 1];
      expect(line.text).toBe(real);
    }
  }
}

describe('huge files', () => {
  it('come in parts with true line numbers', async () => {
    const count = 50_000;
    const body = Array.from({ length: count }, (_, index) => `+line ${index + 1}`).join('\n');
    const files = await parse(`--- /dev/null\n+++ b/big.txt\n@@ -0,0 +1,${count} @@\n${body}\n`);
    expect(files.length).toBeGreaterThan(2);
    expect(files.map((file) => file.part)).toEqual(files.map((_, index) => index));
    expect(files.filter((file) => file.isLastPart)).toEqual([files.at(-1)]);
    const added = files.flatMap(addedOf);
    expect(added).toHaveLength(count);
    for (const [index, line] of added.entries())
      expect(line).toBe(`${index + 1}:line ${index + 1}`);
  });
});
