/**
 * What a Neovim may ask of Zeke beside the conversation: a line for each service. Loaded when the
 * first Neovim joins; what is behind `later` when it is first asked.
 */

import { toEarlierTurns } from '../../nvim/editor-state.ts';
import type { Service, ServiceTable } from '../../nvim/services.ts';
import { ZekeError } from '../../platform/errors.ts';
import { isSecretPath } from '../../platform/walk/secret-files.ts';
import { workingDiff } from '../changes/working-diff.ts';
import { modelServices } from '../chat/model-services.ts';
import { sessionServices } from '../chat/session-services.ts';
import type { Runtime } from '../compose.ts';
import { once } from '../once.ts';
import { codeServices } from './code-services.ts';

export function createServices(runtime: Runtime): ServiceTable {
  const models = modelServices(runtime);
  // A path that is typed in an editor is the project's, wherever the host was started.
  const sessions = sessionServices({ ...runtime, cwd: runtime.root });
  const loadEdits = () => import('./edit-service.ts');
  return {
    ...codeServices(runtime),
    models: async (_, { signal, report }) => ({
      models: await models.listModels(signal, (some) => report({ models: some })),
    }),
    sessions: async () => ({ sessions: await sessions.listSessions() }),
    'search-sessions': async ({ query }, { signal }) => ({
      hits: await sessions.searchSessions(query, signal),
    }),
    'delete-session': async ({ id }) => {
      await sessions.deleteSession(id);
      return {};
    },
    'export-session': async ({ id, format, path }) => ({
      path: await sessions.exportSession({
        sessionId: id,
        format,
        ...(path === undefined ? {} : { path }),
      }),
    }),
    'earlier-turns': async ({ sessionId, before }, { sessionState }) => {
      const state = sessionState();
      if (state.sessionId === sessionId) return toEarlierTurns(state, before);
      throw new ZekeError('usage', 'Another conversation is open now.');
    },
    diff: async (_, { signal }) => await workingDiff(runtime, { signal, isLeftOut: isSecretPath }),
    'context-use': later(async () => {
      const { contextUseService } = await import('./context-use.ts');
      return contextUseService(runtime, models);
    }),
    cost: later(async () => (await import('./cost-service.ts')).costService(runtime)),
    edit: later(async () => (await loadEdits()).editService(runtime)),
    apply: later(async () => (await loadEdits()).applyService()),
    complete: later(
      once(async () => (await import('./complete-service.ts')).completeService(runtime)),
    ),
    review: later(async () => (await import('./review-service.ts')).reviewService(runtime)),
    'commit-message': later(async () => (await loadEdits()).commitMessageService(runtime)),
  };
}

/** A service whose code is loaded when it is first asked. */
function later<Params, Result, Progress>(
  load: () => Promise<Service<Params, Result, Progress>>,
): Service<Params, Result, Progress> {
  return async (params, run) => await (await load())(params, run);
}
