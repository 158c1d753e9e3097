import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readHead, readLog } from '../../../src/platform/native/git-history.ts';
import { bareEnvironment, git, makeWorkspace, writeFiles } from '../../helpers/workspace.ts';

function place(root: string, top = root) {
  return { root, env: bareEnvironment(top), signal: new AbortController().signal };
}

function commit(top: string, message: string): string {
  git(top, 'add', '-A');
  git(top, 'commit', '-q', '-m', message);
  return git(top, 'rev-parse', 'HEAD').trim();
}

describe('the history of a repository', () => {
  it('is none without a repository or a commit', async () => {
    const root = makeWorkspace({ 'a.ts': '' });
    expect(await readHead(place(root))).toBeUndefined();
    git(root, 'init', '-q');
    expect(await readHead(place(root))).toBeUndefined();
  });

  it('has messages and paths, the newest first, relative to the root', async () => {
    const top = makeWorkspace({ 'inner/a.ts': '1', 'outer.ts': '1' });
    git(top, 'init', '-q');
    const first = commit(top, 'start: one\n\nand why');
    writeFiles(top, { 'inner/a.ts': '2', 'inner/b c.ts': '2', 'outer.ts': '2' });
    const second = commit(top, 'more');
    const root = join(top, 'inner');
    expect(await readHead(place(root, top))).toBe(second);
    const log = (await readLog(place(root, top))) ?? '';
    const commits = log.split('\x01').slice(1);
    const parts = commits.map((text) => text.split(/[\x02\x03]/));
    expect(parts.map(([hash, , message]) => [hash, message?.trim()])).toEqual([
      [second, 'more'],
      [first, 'start: one\n\nand why'],
    ]);
    const paths = parts.map(([, , , names = '']) => names.split('\0').map((name) => name.trim()));
    expect(paths.map((names) => names.filter((name) => name !== ''))).toEqual([
      ['a.ts', 'b c.ts'],
      ['a.ts'],
    ]);
  });

  it('stops when nobody wants it any more', async () => {
    const root = makeWorkspace({ 'a.ts': '1' });
    git(root, 'init', '-q');
    commit(root, 'start');
    const reason = new Error('enough');
    const asked = readLog({ ...place(root), signal: AbortSignal.abort(reason) });
    await expect(asked).rejects.toBe(reason);
  });
});
