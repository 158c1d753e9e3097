/** What the conversation may ask about changes: of the working tree, and of what a tool did. */
import { ZekeError } from '../../platform/errors.ts';
import { runGit } from '../../platform/process.ts';
import { createContentStore } from '../../platform/storage/content-store.ts';
import { projectFolder } from '../../session/store.ts';
import type { TuiServices } from '../../tui/services.ts';
import type { Runtime } from '../compose.ts';
import { countLines } from './count-lines.ts';

type ChangeServices = Required<
  Pick<TuiServices, 'gitBranch' | 'workingDiff' | 'countChange' | 'review'>
>;

/** More is no diff that somebody reads in a terminal. */
const MAX_DIFF_BYTES = 4 * 1024 * 1024;
/** New files beyond these are only counted. */
const MAX_NEW_FILES = 50;

export function changeServices(runtime: Runtime): ChangeServices {
  const { root, env, paths } = runtime;
  const contents = createContentStore(`${projectFolder(paths.stateDir, root)}/contents`);
  const read = (hash: string | null) => (hash === null ? '' : contents.get(hash)?.toString());
  return {
    async gitBranch() {
      const result = await runGit('branch', ['--show-current'], { cwd: root, env });
      const branch = result.stdout.trim();
      return result.exitCode === 0 && branch !== '' ? branch : undefined;
    },
    workingDiff: (signal) => workingDiff(runtime, signal),
    countChange({ before, after }) {
      const [old, fresh] = [read(before), read(after)];
      return old === undefined || fresh === undefined ? undefined : countLines(old, fresh);
    },
    async review({ base, model, signal }) {
      const { reviewForConversation } = await import('../review/conversation-review.ts');
      const task = { base, model, signal };
      const { review, fileCount } = await reviewForConversation(runtime, task);
      return fileCount === 0 ? undefined : review;
    },
  };
}

async function workingDiff(runtime: Runtime, signal: AbortSignal): Promise<string> {
  const options = {
    cwd: runtime.root,
    env: runtime.env,
    signal,
    maxOutputBytes: MAX_DIFF_BYTES,
  };
  const head = await runGit('rev-parse', ['--verify', '--quiet', 'HEAD'], options);
  // Before the first commit there is only what was added.
  const since = head.exitCode === 0 ? ['HEAD'] : ['--cached'];
  const tracked = await runGit('diff', [...since, '--'], options);
  if (tracked.exitCode !== 0 && !tracked.isCut) {
    throw new ZekeError('usage', 'This folder is in no git repository, so there is no diff.');
  }
  const listed = await runGit('ls-files', ['--others', '--exclude-standard', '-z'], options);
  const paths = listed.stdout.split('\0').filter(Boolean);
  const parts = [tracked.stdout];
  for (const path of paths.slice(0, MAX_NEW_FILES)) {
    // Git says 1 when the files differ, which they do.
    const added = await runGit('diff', ['--no-index', '--', '/dev/null', path], options);
    parts.push(added.stdout);
  }
  const more = paths.length - MAX_NEW_FILES;
  if (more > 0) parts.push(`and ${more} more new files\n`);
  return parts.join('');
}
