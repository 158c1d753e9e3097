/** What stands around the conversation of the chat harness: its session, and services with little behind them. */

import { once } from 'node:events';
import { inputServices } from '../../src/cli/chat/input-services.ts';
import { sessionServices } from '../../src/cli/chat/session-services.ts';
import { readEnvironment } from '../../src/platform/env.ts';
import { createInputHistory } from '../../src/platform/input-history.ts';
import { resolvePaths } from '../../src/platform/paths.ts';
import type { SessionPort, TurnRunner } from '../../src/session/port.ts';
import { createEphemeralSession } from '../../src/session/session.ts';
import { joinProject } from '../../src/session/share/join.ts';
import type { TuiServices } from '../../src/tui/services.ts';

const env = readEnvironment();
const model = 'test/scripted';
const project = process.cwd();

/** A session that is kept and can be joined where HARNESS_KEPT is set, else one for this process. */
export function openPort(runner: TurnRunner): Promise<SessionPort> {
  if (env.HARNESS_KEPT === undefined) {
    return Promise.resolve(createEphemeralSession({ project, model, runner }));
  }
  const paths = resolvePaths(env, process.platform);
  const clientName = env.HARNESS_NAME ?? 'terminal';
  const sessionId = env.HARNESS_SESSION;
  const isApart = env.HARNESS_APART !== undefined;
  return joinProject({
    paths,
    project,
    model,
    createRunner: async () => runner,
    clientName,
    isApart,
    ...(sessionId === undefined ? {} : { sessionId }),
  });
}

export function chatServices(): TuiServices {
  const paths = resolvePaths(env, process.platform);
  const kept = sessionServices({ paths, root: project, cwd: project, env });
  const scripted = { ref: model, label: 'Scripted', contextTokens: 10_000 };
  const other = {
    ref: 'test/other',
    label: 'Other',
    price: '$1/$2 per 1M',
    capabilities: ['tools'],
  };
  const slow = { ref: 'slow/late', label: 'Late' };
  return {
    async listModels(signal, onSome) {
      onSome?.([scripted, other]);
      if (env.HARNESS_SLOW_MODELS === undefined) return [scripted, other];
      // The other provider answers when the test says so.
      await once(process, 'SIGUSR2');
      return signal.aborted ? [] : [scripted, other, slow];
    },
    listProviders: async () => [
      { id: 'far', isUsable: false, detail: 'zeke auth add far' },
      { id: 'test', isUsable: true, detail: 'on this machine' },
    ],
    ...kept,
    ...inputServices({ paths, root: project, env }),
    ...(env.HARNESS_KEPT === undefined
      ? {
          listSessions: async () => [
            { id: 's1', title: 'Earlier talk', updatedAt: 0, turnCount: 2 },
          ],
          searchSessions: async () => [],
        }
      : {}),
    findFiles: async (pattern) =>
      ['src/main.ts', 'src/main-loop.ts', 'read me.md'].filter((path) => path.includes(pattern)),
    contextTokens: () => 10_000,
    contextUse: async () => ({
      parts: [
        { name: 'system prompt', tokens: 500 },
        { name: 'answers', tokens: 1500 },
        { name: 'nothing', tokens: 0 },
      ],
    }),
    gitBranch: async () => env.HARNESS_BRANCH ?? 'main',
    workingDiff: async () => (env.HARNESS_DIFF ?? '').replaceAll('\\n', '\n'),
    review: async ({ base, signal }) => {
      if (base === 'never') {
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      }
      const title = `leftover (${base ?? 'working tree'})`;
      const place = { path: 'src/a.ts', startLine: 3, endLine: 3 };
      const finding = { ...place, severity: 'major' as const, category: 'tests', title, body: '' };
      return {
        findings: [finding],
        summary: '1 finding in 1 file.',
        notices: [],
        model,
        costUsd: 0,
      };
    },
    countChange: () => ({ added: 3, removed: 1 }),
    copy: async (text) => `by test (${JSON.stringify(text)})`,
    saveSetting: async (path, value) => `config.toml as ${path.join('.')}=${value}`,
    role: () => 'host' as const,
    history: createInputHistory(env.ZEKE_STATE_DIR ?? '.'),
    bannerLines: ['Harness ready.'],
  };
}
