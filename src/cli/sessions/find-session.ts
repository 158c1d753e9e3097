/** Which sessions a command line means. */
import { ZekeError } from '../../platform/errors.ts';
import { nearestName } from '../../platform/nearest.ts';
import { findProjectRoot, resolvePaths } from '../../platform/paths.ts';
import {
  createSessionStore,
  listAllSessions,
  type ProjectSessions,
  type SessionStore,
  type SessionSummary,
} from '../../session/store.ts';
import type { Invocation } from '../command.ts';

export interface FoundSession {
  readonly project: string;
  readonly summary: SessionSummary;
}

/** The sessions of this project, or of every one with `--all`. Throws as the store does. */
export async function readProjects(invocation: Invocation): Promise<readonly ProjectSessions[]> {
  if (isAll(invocation)) return listAllSessions(pathsOf(invocation));
  const project = projectOf(invocation);
  return [{ project, sessions: await storeOf(invocation, project).list() }];
}

/** The one session whose id begins like this. Throws a usage error when it is none, or not clear. */
export function findSession(projects: readonly ProjectSessions[], id: string): FoundSession {
  const all = projects.flatMap(({ project, sessions }) =>
    sessions.map((summary) => ({ project, summary })),
  );
  const matching = all.filter(({ summary }) => summary.id.startsWith(id));
  const exact = matching.find(({ summary }) => summary.id === id);
  const [first] = matching;
  if (exact !== undefined) return exact;
  if (first !== undefined && matching.length === 1) return first;
  const typed = JSON.stringify(id);
  if (first !== undefined) {
    const ids = matching.map(({ summary }) => summary.id).join(', ');
    throw new ZekeError('usage', `${typed} is the beginning of more than one session: ${ids}.`);
  }
  const nearest = nearestName(
    id,
    all.map(({ summary }) => summary.id),
  );
  const guess = nearest === undefined ? '' : `; the nearest is ${nearest}`;
  throw new ZekeError('usage', `There is no session ${typed} here${guess}.`, {
    hint: 'zeke sessions --all lists those of every project.',
  });
}

/** The kept sessions of a project. */
export function storeOf(invocation: Invocation, project: string): SessionStore {
  return createSessionStore({ paths: pathsOf(invocation), project });
}

/** Real path of the root of the project that the command was called in. */
export function projectOf({ cwd }: Invocation): string {
  return findProjectRoot(cwd);
}

export function pathsOf({ env }: Invocation): ReturnType<typeof resolvePaths> {
  return resolvePaths(env, process.platform);
}

export function isAll({ options }: Invocation): boolean {
  return options.all === true;
}
