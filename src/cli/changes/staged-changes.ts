/** What is staged, as a commit message is written from it. */
import { type ChangedFile, parseNameStatus } from '../../agent/generate/commit-message.ts';
import type { Material } from '../../agent/side-question.ts';
import type { Environment } from '../../platform/env.ts';
import { ZekeError } from '../../platform/errors.ts';
import { type RunResult, runGit } from '../../platform/process.ts';
import { describeHidden, isSecretChange } from '../../platform/walk/secret-files.ts';
import { findHiddenChanges } from './hidden-changes.ts';

/** Where git is asked. */
export interface StagedPlace {
  readonly cwd: string;
  readonly env: Environment;
  readonly signal: AbortSignal;
}

/** About 15,000 tokens: past that the list of files says more than the rest of the diff. */
const MAX_DIFF_CHARACTERS = 60_000;

/** `git diff` compares files there, and knows no `--cached`: it ends as for a wrong option. */
const OUTSIDE_OF_REPOSITORY = 129;

/** The files; rejects with a ZekeError where there are none. */
export async function requireStagedFiles(place: StagedPlace): Promise<readonly ChangedFile[]> {
  const listed = await git(place, 'diff', ['--cached', '--name-status', '-z', '-M']);
  if (listed.exitCode === OUTSIDE_OF_REPOSITORY) {
    throw new ZekeError('usage', 'This folder is in no git repository.', {
      hint: 'Ask for a commit message inside one.',
    });
  }
  if (listed.exitCode !== 0) {
    const [why = ''] = (listed.stderr || listed.stdout).split('\n', 1);
    throw new ZekeError('usage', `git could not read the staged changes: ${why}`, {
      hint: 'Ask for a commit message inside a git repository.',
    });
  }
  const files = parseNameStatus(listed.stdout);
  if (files.length > 0) return files;
  throw new ZekeError('usage', 'Nothing is staged.', {
    hint: 'Stage what belongs together with "git add", then ask again.',
  });
}

export interface StagedMaterial {
  readonly material: readonly Material[];
  /** Says which files' lines are not in it, for people and for the model. */
  readonly note: string | undefined;
}

/** What a model should see of them: of a file that holds secrets no more than that it changed. */
export async function readStagedMaterial(place: StagedPlace): Promise<StagedMaterial> {
  const hidden = await findHiddenChanges(['--cached'], isSecretChange, place);
  const [stat, diff, log] = await Promise.all([
    git(place, 'diff', ['--cached', '--stat=100']),
    git(place, 'diff', ['--cached', '-M', '--', ...hidden.pathspecs]),
    git(place, 'log', ['-8', '--format=%s']),
  ]);
  const isLong = diff.stdout.length > MAX_DIFF_CHARACTERS;
  const cut = isLong ? `${diff.stdout.slice(0, MAX_DIFF_CHARACTERS)}\n[cut here]` : diff.stdout;
  const note = hidden.files.length === 0 ? undefined : describeHidden(hidden.files);
  const material = [
    // A repository without a commit has no log; that is no reason to fail.
    { title: 'recent subjects', text: log.exitCode === 0 ? log.stdout : '' },
    { title: 'files', text: stat.stdout },
    { title: 'staged diff', text: cut },
    { title: 'left out', text: note ?? '' },
  ].filter(({ text }) => text !== '');
  return { material, note };
}

function git(place: StagedPlace, command: string, args: string[]): Promise<RunResult> {
  return runGit(command, args, place);
}
