/** Where a review's diff comes from, and where the files of its new side can be read. */

import type { Environment } from '../../../platform/env.ts';
import { ZekeError } from '../../../platform/errors.ts';
import { readTextFile, resolveInside } from '../../../platform/files.ts';
import { type RunResult, runGit } from '../../../platform/process.ts';
import { streamGit } from '../../../platform/streams/stream-git.ts';
import type { DiffInput } from './diff-parser.ts';
import { findNewFiles } from './new-files.ts';

/** What is to be reviewed. */
export type DiffRequest =
  /** A diff that somebody else made. */
  | { readonly kind: 'input'; readonly input: DiffInput }
  /** What the next commit would hold. */
  | { readonly kind: 'staged' }
  /** Everything that differs from the last commit, files that git does not know yet included. */
  | { readonly kind: 'working-tree' }
  /** Everything since this branch left `base`, uncommitted changes included. */
  | { readonly kind: 'base'; readonly base: string }
  /** `A..B` or `A...B`, or one commit, which stands for its own change. */
  | { readonly kind: 'range'; readonly range: string };

export interface DiffSource {
  readonly diff: DiffInput;
  /** The new side of a path; undefined where there is none, or it is binary or far too big. */
  readonly readNewSide: ReadNewSide;
  /** What is left out of the diff, for people. */
  readonly notes?: readonly string[];
}
export type ReadNewSide = (path: string) => Promise<string | undefined>;

export interface DiffSourceOptions {
  /** Real path of the project's root. */
  readonly root: string;
  readonly env: Environment;
  readonly signal: AbortSignal;
}

/** Past this a file is data, and its surroundings tell a reviewer nothing. */
const MAX_FILE_BYTES = 2 * 1024 * 1024;

/** Settings of the user's git would change the prefixes or leave files out. */
const DIFF_ARGUMENTS = [
  '--src-prefix=a/',
  '--dst-prefix=b/',
  // Of a project that is a folder of its repository, that folder alone; its paths are the project's.
  '--relative',
  '--find-renames',
  '--submodule=short',
  '--unified=3',
];

/**
 * Opens the diff. Throws a ZekeError of kind `usage` when this is no repository or a name means no
 * commit. Nothing is read yet of the diff itself.
 */
export async function openDiffSource(
  request: DiffRequest,
  options: DiffSourceOptions,
): Promise<DiffSource> {
  const git = createGit(options);
  if (request.kind === 'input') {
    return { diff: request.input, readNewSide: readWorkTree(options.root) };
  }
  await git.requireRepository();
  switch (request.kind) {
    case 'staged':
      return { diff: git.diff(['--cached']), readNewSide: git.readAt('') };
    case 'working-tree': {
      const base = (await git.findCommit('HEAD')) ?? (await git.emptyTree());
      return await workTreeSince(base, git, options);
    }
    case 'base': {
      const base = await git.mergeBase(await git.commit(request.base), await git.commit('HEAD'));
      return await workTreeSince(base, git, options);
    }
    case 'range':
      return openRange(request.range, git);
  }
}

async function workTreeSince(
  base: string,
  git: Git,
  options: DiffSourceOptions,
): Promise<DiffSource> {
  const { diff, notes } = await findNewFiles(DIFF_ARGUMENTS, { ...options, cwd: options.root });
  const readNewSide = readWorkTree(options.root);
  return { diff: oneAfterTheOther(git.diff([base]), diff), readNewSide, notes };
}

async function* oneAfterTheOther(
  ...inputs: readonly DiffInput[]
): AsyncGenerator<Uint8Array | string> {
  for (const input of inputs) yield* input;
}

async function openRange(range: string, git: Git): Promise<DiffSource> {
  const [, left = '', dots, right = ''] = /^(.*?)(\.{2,3})(.*)$/.exec(range) ?? [];
  if (dots === undefined) {
    const commit = await git.commit(range);
    const parent = (await git.findCommit(`${commit}^`)) ?? (await git.emptyTree());
    return { diff: git.diff([parent, commit]), readNewSide: git.readAt(commit) };
  }
  const from = await git.commit(left || 'HEAD');
  const to = await git.commit(right || 'HEAD');
  const base = dots === '...' ? await git.mergeBase(from, to) : from;
  return { diff: git.diff([base, to]), readNewSide: git.readAt(to) };
}

function readWorkTree(root: string): ReadNewSide {
  return async (path) => {
    // The path comes from the diff, which may name anything; it must lie in the project.
    const real = await resolveInside(root, path);
    if (real === undefined) return undefined;
    const file = readTextFile(real, MAX_FILE_BYTES);
    return file.ok && !file.isCut ? file.text : undefined;
  };
}

type Git = ReturnType<typeof createGit>;

function createGit({ root, env, signal }: DiffSourceOptions) {
  const options = { cwd: root, env, signal };
  const call = (command: string, args: readonly string[]): Promise<RunResult> =>
    runGit(command, args, options);
  const findCommit = async (name: string): Promise<string | undefined> => {
    const args = ['--verify', '--quiet', '--end-of-options', `${name}^{commit}`];
    const found = await call('rev-parse', args);
    return found.exitCode === 0 ? found.stdout.trim() : undefined;
  };
  return {
    findCommit,
    diff: (args: readonly string[]): DiffInput =>
      streamGit('diff', [...DIFF_ARGUMENTS, ...args, '--'], options),
    readAt:
      (commit: string): ReadNewSide =>
      async (path) => {
        const shown = await runGit('show', [`${commit}:./${path}`], {
          ...options,
          maxOutputBytes: MAX_FILE_BYTES,
        });
        const isText = shown.exitCode === 0 && !shown.isCut && !shown.stdout.includes('\0');
        return isText ? shown.stdout : undefined;
      },
    async commit(name: string): Promise<string> {
      const commit = await findCommit(name);
      if (commit !== undefined) return commit;
      throw new ZekeError('usage', `"${name}" is no commit of this repository.`, {
        hint: 'Name a branch, a tag or a hash, as in: zeke review main..HEAD',
      });
    },
    async mergeBase(left: string, right: string): Promise<string> {
      const found = await call('merge-base', [left, right]);
      if (found.exitCode === 0) return found.stdout.trim();
      throw new ZekeError('usage', `${left} and ${right} have no commit in common.`, {
        hint: 'In a shallow clone, fetch more history first: git fetch --unshallow',
      });
    },
    async emptyTree(): Promise<string> {
      return (await call('hash-object', ['-t', 'tree', '/dev/null'])).stdout.trim();
    },
    async requireRepository(): Promise<void> {
      const found = await call('rev-parse', ['--git-dir']);
      if (found.exitCode === 0) return;
      throw new ZekeError('usage', 'This folder is in no git repository.', {
        hint: 'Pipe a diff instead: diff -u old new | zeke review',
      });
    },
  };
}
