/** What the conversation may ask about the sessions of its project. */
import { resolve } from 'node:path';
import { ZekeError } from '../../platform/errors.ts';
import { writeNewFile } from '../../platform/files.ts';
import { resolveHome } from '../../platform/paths.ts';
import { listLive } from '../../session/share/join.ts';
import { createSessionStore } from '../../session/store.ts';
import type { ExportRequest, TuiServices } from '../../tui/services.ts';
import type { Runtime } from '../compose.ts';

/** Where the sessions are, and where a file that is named lies. */
type SessionPlace = Pick<Runtime, 'paths' | 'root' | 'cwd' | 'env'>;
type SessionServices = Required<
  Pick<
    TuiServices,
    'listSessions' | 'searchSessions' | 'deleteSession' | 'exportSession' | 'importSession'
  >
>;

export function sessionServices(runtime: SessionPlace): SessionServices {
  const { paths, root, cwd, env } = runtime;
  const store = createSessionStore({ paths, project: root });
  return {
    async listSessions() {
      const [sessions, live] = await Promise.all([
        store.list(),
        listLive({ paths, project: root }),
      ]);
      const openIds = new Set(live.map(({ sessionId }) => sessionId));
      const titles = new Map(sessions.map(({ id, title }) => [id, title]));
      const titleOf = (id: string) => titles.get(id) || id;
      return sessions.map(({ id, title, updatedAt, turns, model, problem, forkedFrom }) => ({
        id,
        title,
        updatedAt,
        model,
        turnCount: turns,
        isOpen: openIds.has(id),
        ...(forkedFrom === undefined ? {} : { forkOf: titleOf(forkedFrom.sessionId) }),
        ...(problem === undefined ? {} : { problem }),
      }));
    },
    async searchSessions(query, signal) {
      const { found } = await store.search(query, signal);
      return found.map(({ id, excerpt }) => ({ id, excerpt }));
    },
    async deleteSession(id) {
      if (store.claims().some((claim) => claim.sessionId === id)) {
        throw new ZekeError('usage', 'That session is open in another terminal.', {
          hint: 'Leave it there first.',
        });
      }
      if (!(await store.delete(id))) throw new ZekeError('usage', 'That session is gone already.');
    },
    async exportSession(request) {
      const { sessionId, format, path } = request;
      const state = store.read(sessionId);
      const typed = path ?? defaultName(state.title, request);
      const target = resolve(cwd, resolveHome(typed, env));
      if (format === 'json') await writeNewFile(target, await store.exportJson(sessionId));
      else {
        const { exportMarkdown } = await import('../../session/archive/markdown.ts');
        await writeNewFile(target, exportMarkdown(state));
      }
      return target;
    },
    async importSession(typed) {
      const { importFile } = await import('../sessions/import-file.ts');
      return await importFile(store, { name: typed, path: resolve(cwd, resolveHome(typed, env)) });
    },
  };
}

const MAX_NAME_CHARACTERS = 40;

/** `fix-the-login-test-k3j4h5g6.md`, without anything that a shell or a file system minds. */
function defaultName(title: string, { sessionId, format }: ExportRequest): string {
  const words = title.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? ['conversation'];
  const stem = words.join('-').slice(0, MAX_NAME_CHARACTERS).replace(/-+$/, '');
  return `${stem}-${sessionId}.${format === 'json' ? 'json' : 'md'}`;
}
