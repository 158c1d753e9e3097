import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  findPlainRepository,
  readPlainHead,
} from '../../../src/platform/native/plain-repository.ts';
import { bareEnvironment, git, makeWorkspace } from '../../helpers/workspace.ts';

function repository() {
  const root = makeWorkspace({ 'inner/a.ts': '' });
  git(root, 'init', '-q', '-b', 'trunk');
  return { root, env: bareEnvironment(root) };
}

describe('a repository read without git', () => {
  it('is found from below its top', () => {
    const { root, env } = repository();
    expect(findPlainRepository(join(root, 'inner'), env)).toEqual({
      topLevel: root,
      gitFolder: join(root, '.git'),
    });
  });

  it('has the head that git names: none yet, on a branch, packed, detached', () => {
    const { root, env } = repository();
    const head = () => {
      const found = findPlainRepository(root, env);
      return found === undefined ? 'not plain' : readPlainHead(found);
    };
    expect(head()).toBe('');
    git(root, 'commit', '-q', '--allow-empty', '-m', 'one');
    expect(head()).toBe(git(root, 'rev-parse', 'HEAD').trim());
    git(root, 'pack-refs', '--all');
    expect(head()).toBe(git(root, 'rev-parse', 'HEAD').trim());
    git(root, 'commit', '-q', '--allow-empty', '-m', 'two');
    git(root, 'checkout', '-q', '--detach', 'HEAD~1');
    expect(head()).toBe(git(root, 'rev-parse', 'HEAD').trim());
  });

  it.each([
    ['core.excludesFile', '~/mine'],
    ['core.worktree', '/elsewhere'],
    ['include.path', '/elsewhere'],
  ])('is left to git with %s', (name, value) => {
    const { root, env } = repository();
    execFileSync('git', ['config', '--file', join(root, '.gitconfig'), name, value]);
    expect(findPlainRepository(root, env)).toBeUndefined();
  });

  it('is left to git with a setting in the line of its section', () => {
    const { root, env } = repository();
    appendFileSync(join(root, '.git/config'), '[core] excludesFile = ~/mine\n');
    expect(findPlainRepository(root, env)).toBeUndefined();
  });

  it('is left to git where variables point elsewhere, or `.git` is no whole folder', () => {
    const { root, env } = repository();
    expect(findPlainRepository(root, { ...env, GIT_DIR: '/elsewhere' })).toBeUndefined();
    for (const name of ['GIT_CONFIG_COUNT', 'GIT_CONFIG_SYSTEM', 'GIT_CEILING_DIRECTORIES']) {
      expect(findPlainRepository(root, { ...env, [name]: '1' })).toBeUndefined();
    }
    const half = makeWorkspace({ '.git/HEAD': 'ref: refs/heads/main\n' });
    expect(findPlainRepository(half, bareEnvironment(half))).toBeUndefined();
    const linked = makeWorkspace({ '.git': 'gitdir: /elsewhere\n' });
    expect(findPlainRepository(linked, bareEnvironment(linked))).toBeUndefined();
  });

  it('has no head that leads out of it', () => {
    const { root, env } = repository();
    mkdirSync(join(root, '.git/refs/heads'), { recursive: true });
    writeFileSync(join(root, '.git/HEAD'), 'ref: refs/../../secret\n');
    const found = findPlainRepository(root, env);
    expect(found === undefined ? 'not plain' : readPlainHead(found)).toBeUndefined();
  });
});
