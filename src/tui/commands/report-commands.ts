/** Commands that tell: what the model is told, what it cost, what has changed. */
import { ZekeError } from '../../platform/errors.ts';
import { sanitizeLine } from '../../platform/terminal-text.ts';
import { diffLines } from '../highlight/diff-lines.ts';
import { plainLine } from '../styled-text.ts';
import type { Chat, SlashCommand } from './command.ts';
import { contextReport } from './context-report.ts';
import { costReport } from './cost-report.ts';

/** A larger diff is better read with git. */
const MAX_DIFF_LINES = 3000;

export const REPORT_COMMANDS: readonly SlashCommand[] = [
  {
    name: 'context',
    summary: 'What the model is told, in tokens',
    details: 'The numbers are estimates, except for what the last request really took.',
    run: async (chat) => {
      const state = chat.state();
      const use = await chat.services.contextUse?.(state);
      const totalTokens = chat.services.contextTokens(state.model);
      chat.print(contextReport({ state, use, totalTokens }, chat.theme));
    },
  },
  {
    name: 'cost',
    summary: 'Tokens and money: of the last turn, the session, each model, today, this month',
    run: async (chat) => {
      const spending = await chat.services.spending?.();
      chat.print(costReport(chat.state(), chat.theme, spending));
    },
  },
  {
    name: 'review',
    argument: '[base]',
    summary: 'Review the changes of the working tree, or those since a branch',
    details: 'The same as `zeke review`. Every front end is shown what it finds. Escape stops it.',
    run: async (chat, base, signal) => {
      chat.hint('Reviewing the changes … (Esc stops)');
      const { model } = chat.state();
      const request = { model, signal, ...(base === '' ? {} : { base }) };
      if (chat.services.review === undefined) {
        throw new ZekeError('usage', 'Nothing can be reviewed from here.');
      }
      const review = await chat.services.review(request);
      if (signal.aborted) return;
      if (review === undefined) chat.say('Nothing to review: nothing has changed.');
      else chat.send({ type: 'share-review', review });
      chat.hint('The review is done.');
    },
  },
  {
    name: 'diff',
    summary: "The working tree's changes, with those of this conversation",
    run: showDiff,
  },
];

async function showDiff(chat: Chat, _argument: string, signal: AbortSignal): Promise<void> {
  const diff = await chat.services.workingDiff?.(signal);
  if (signal.aborted) return;
  if (diff === undefined) throw new ZekeError('usage', 'There is no working tree here.');
  const { turns, running } = chat.state();
  const all = running === undefined ? turns : [...turns, running];
  const changes = all.filter(({ isUndone }) => !isUndone).flatMap((turn) => turn.changes);
  const paths = [...new Set(changes.map(({ path }) => sanitizeLine(path)))];
  const note =
    paths.length === 0 ? [] : [plainLine(`changed by Zeke: ${paths.join(', ')}`, chat.theme.muted)];
  const lines = diffLines(diff, chat.theme);
  if (lines.length === 0) {
    chat.print([plainLine('Nothing has changed since the last commit.'), ...note]);
    return;
  }
  const hidden = lines.length - MAX_DIFF_LINES;
  const more =
    hidden > 0 ? [plainLine(`… ${hidden} more lines; see git diff HEAD.`, chat.theme.muted)] : [];
  chat.print([...lines.slice(0, MAX_DIFF_LINES), ...more, ...note]);
}
