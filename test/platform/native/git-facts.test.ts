import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findGitFacts } from '../../../src/platform/native/git-facts.ts';
import { bareEnvironment, git, makeWorkspace } from '../../helpers/workspace.ts';

describe('the facts of git', () => {
  it('are none outside of a repository', async () => {
    const root = makeWorkspace({ 'a.ts': '' });
    expect(await findGitFacts({ root, env: bareEnvironment(root) })).toBeUndefined();
  });

  it('name the files of the repository that holds the root', async () => {
    const top = makeWorkspace({ 'inner/a.ts': '' });
    git(top, 'init', '-q');
    const facts = await findGitFacts({ root: join(top, 'inner'), env: bareEnvironment(top) });
    expect(facts).toEqual({
      topLevel: top,
      indexFile: join(top, '.git/index'),
      excludeFile: join(top, '.git/info/exclude'),
      globalExcludesFile: join(top, '.config/git/ignore'),
    });
  });

  it('follow a work tree to where its index and the excludes are', async () => {
    const top = makeWorkspace({ 'a.ts': '' });
    git(top, 'init', '-q');
    git(top, 'commit', '-q', '--allow-empty', '-m', 'start');
    git(top, 'worktree', 'add', '-q', join(top, 'other'));
    const root = realpathSync(join(top, 'other'));
    expect(await findGitFacts({ root, env: bareEnvironment(top) })).toMatchObject({
      topLevel: root,
      indexFile: join(top, '.git/worktrees/other/index'),
      excludeFile: join(top, '.git/info/exclude'),
    });
  });

  it("take the user's own ignore file by its setting", async () => {
    const top = makeWorkspace({ 'inner/a.ts': '' });
    git(top, 'init', '-q');
    const env = bareEnvironment(top);
    mkdirSync(join(top, '.config/git'), { recursive: true });
    writeFileSync(join(top, '.config/git/config'), '[core]\n  excludesFile = ~/mine.txt\n');
    for (const root of [top, join(top, 'inner')]) {
      expect(await findGitFacts({ root, env })).toEqual({
        topLevel: top,
        indexFile: join(top, '.git/index'),
        excludeFile: join(top, '.git/info/exclude'),
        globalExcludesFile: join(top, 'mine.txt'),
      });
    }
  });

  it('are none where git is missing', async () => {
    const root = makeWorkspace({ '.git/HEAD': 'ref: refs/heads/main\n' });
    expect(await findGitFacts({ root, env: { PATH: root, HOME: root } })).toBeUndefined();
  });
});
