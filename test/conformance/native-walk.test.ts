import { execFileSync } from 'node:child_process';
import { lstatSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isSecretPath } from '../../src/platform/walk/secret-files.ts';
import { bytes, type IgnoredTree, isText, makeIgnoredTree } from '../helpers/ignored-tree.ts';
import { buildNativeProgram } from '../helpers/native-program.ts';
import { seededRandom } from '../helpers/workspace.ts';

const program = buildNativeProgram('walk_list', 'walk');
if (program === undefined) console.warn('no Zig for this machine: the native walk is not compared');

const TREES_AT_A_TIME = 20;
const TREES = 240;
/** Other trees than everybody's: ZEKE_FUZZ_SEED. */
const FIRST_SEED = Number(process.env.ZEKE_FUZZ_SEED ?? 0);

/** All paths are text of one byte a character, so that names that are no UTF-8 are compared, too. */
function runGit(tree: IgnoredTree, args: readonly string[], index?: string): readonly string[] {
  const output = execFileSync('git', args, {
    cwd: tree.root,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: tree.top,
      XDG_CONFIG_HOME: join(tree.top, '.git/config-home'),
      GIT_CONFIG_NOSYSTEM: '1',
      ...(index === undefined ? {} : { GIT_INDEX_FILE: index }),
    },
    encoding: 'latin1',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 2 ** 28,
  });
  return [...new Set(output.split('\0'))].filter((path) => path !== '' && !path.endsWith('/'));
}

/** Regular files that no link leads to. */
function isRegular(root: string, path: string): boolean {
  const parts = path.split('/');
  return parts.every((_, at) => {
    const info = lstatSync(bytes(`${root}/${parts.slice(0, at + 1).join('/')}`), {
      throwIfNoEntry: false,
    });
    return at + 1 === parts.length ? info?.isFile() : info?.isDirectory();
  });
}

/**
 * What the walk must find, by asking git; `.zekeignore` files are nothing but other `.gitignore` files
 * to it. One that git ignores does not count, but for that of the root.
 */
function expectedPaths(tree: IgnoredTree): readonly string[] {
  const listed = runGit(tree, ['ls-files', '-co', '--exclude-standard', '-z']);
  const files = listed.filter((path) => isRegular(tree.root, path) && !isSecretPath(path));
  if (tree.zekeIgnores.length === 0) return files.sort();
  for (const path of tree.zekeIgnores) {
    if (path.includes('/') && !files.includes(path))
      rmSync(bytes(`${tree.root}/${path}`), { force: true });
  }
  const args = ['ls-files', '-o', '-z', '--exclude-per-directory=.zekeignore'];
  const kept = new Set(runGit(tree, args, join(tree.top, '.git/no-index')));
  return files.filter((path) => kept.has(path)).sort();
}

function listNative(tree: IgnoredTree, paths: readonly string[] = []): readonly string[] {
  const git = join(tree.top, '.git');
  const global = join(git, 'config-home/git/ignore');
  const repository = ['--git', tree.top, `${git}/index`, `${git}/info/exclude`, global];
  const args = [...repository, '--threads', '2', tree.root, ...paths];
  const output = execFileSync(program ?? '', args, { encoding: 'latin1', maxBuffer: 2 ** 28 });
  return output.split('\0').slice(0, -1);
}

/** What of the list is at or below these paths. */
function below(listed: readonly string[], paths: readonly string[]): readonly string[] {
  return listed.filter((path) => paths.some((one) => path === one || path.startsWith(`${one}/`)));
}

describe.runIf(program !== undefined)('the native walk', () => {
  it('lists this repository as git ls-files does', () => {
    const top = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
    const tree = { top, root: top, zekeIgnores: [] };
    expect(listNative(tree)).toEqual(expectedPaths(tree));
  });
});

describe.runIf(program !== undefined)('the native walk of random trees', () => {
  it.each(Array.from({ length: TREES / TREES_AT_A_TIME }, (_, group) => group))(
    'lists what git ls-files does (group %i)',
    (group) => {
      for (let count = 0; count < TREES_AT_A_TIME; count++) {
        const seed = FIRST_SEED + group * TREES_AT_A_TIME + count;
        const tree = makeIgnoredTree(seed);
        const expected = expectedPaths(tree);
        // Git says nothing of a root that it ignores as a whole; the walk does.
        if (expected.length > 0 || tree.root === tree.top) {
          expect(listNative(tree), `seed ${seed}, ${tree.root}`).toEqual(expected);
          const random = seededRandom(seed);
          const wanted = expected.filter((path) => isText(path) && random() < 0.2);
          const folders = wanted.map((path) => path.replace(/\/[^/]*$/, ''));
          const paths = [...wanted, ...folders, 'gone', 'a', 'build'].map((path) =>
            bytes(path).toString(),
          );
          const latin = paths.map((path) => Buffer.from(path).toString('latin1'));
          expect(listNative(tree, paths), `seed ${seed}, some`).toEqual(below(expected, latin));
        }
        rmSync(tree.top, { recursive: true });
      }
    },
  );
});
