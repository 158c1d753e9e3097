/** What the conversation may ask about changes: of the working tree, and of what a tool did. */
import { runGit } from '../../platform/process.ts';
import { createContentStore } from '../../platform/storage/content-store.ts';
import { projectFolder } from '../../session/store.ts';
import type { TuiServices } from '../../tui/services.ts';
import { workingDiff } from '../changes/working-diff.ts';
import type { Runtime } from '../compose.ts';
import { countLines } from './count-lines.ts';

type ChangeServices = Required<
  Pick<TuiServices, 'gitBranch' | 'workingDiff' | 'countChange' | 'review'>
>;

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
    workingDiff: async (signal) => (await workingDiff(runtime, { signal })).text,
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
