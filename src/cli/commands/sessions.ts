/** `zeke sessions list|show|delete`. */
import { ZekeError } from '../../platform/errors.ts';
import { nearestName } from '../../platform/nearest.ts';
import { findProjectRoot, resolvePaths } from '../../platform/paths.ts';
import { sanitizeText } from '../../platform/terminal-text.ts';
import type { SessionState, Turn } from '../../session/state.ts';
import {
  createSessionStore,
  listAllSessions,
  type ProjectSessions,
  type SessionSummary,
} from '../../session/store.ts';
import type { Invocation } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printJson, printLine, printTable } from '../io/print.ts';

/** Lists, shows or deletes the conversations of this project, or of all with `--all`. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const [action = 'list', ...ids] = invocation.positionals;
  if (action === 'list') return listSessions(invocation);
  if (ids.length === 0) {
    throw new ZekeError('usage', `"zeke sessions ${action}" needs the id of a session.`, {
      hint: 'zeke sessions lists them.',
    });
  }
  const projects = await readProjects(invocation);
  const found = ids.map((id) => findSession(projects, id));
  for (const session of found) {
    if (action === 'show') showSession(invocation, session);
    else await deleteSession(invocation, session);
  }
  return EXIT.ok;
}

interface FoundSession {
  readonly project: string;
  readonly summary: SessionSummary;
}

async function listSessions(invocation: Invocation): Promise<ExitCode> {
  const projects = await readProjects(invocation);
  const { stdout, stderr } = invocation.io;
  const sessions = projects.flatMap(({ project, sessions: list }) =>
    list.map((summary) => ({ project, summary })),
  );
  if (invocation.options.json === true) {
    printJson(
      stdout,
      sessions.map(({ project, summary }) => toJson(project, summary)),
    );
  } else if (sessions.length === 0) {
    printLine(stderr, 'There are no sessions here yet.');
  } else {
    printTable(
      stdout,
      sessions.map(({ project, summary }) => toRow(summary, isAll(invocation) ? [project] : [])),
    );
  }
  return EXIT.ok;
}

function showSession(invocation: Invocation, { project, summary }: FoundSession): void {
  const { stdout } = invocation.io;
  const state = storeOf(invocation, project).read(summary.id);
  if (invocation.options.json === true) {
    printJson(stdout, state);
    return;
  }
  for (const line of headingOf(state)) printLine(stdout, line);
  for (const turn of state.turns) stdout.write(`\n${sanitizeText(turnText(turn))}\n`);
}

async function deleteSession(
  invocation: Invocation,
  { project, summary }: FoundSession,
): Promise<void> {
  const { findLiveSession } = await import('../../session/share/join.ts');
  if ((await findLiveSession({ paths: pathsOf(invocation), project })) === summary.id) {
    throw new ZekeError('usage', `Session ${summary.id} is open in another Zeke.`, {
      hint: 'Close it there, or open another one with /new, and delete it then.',
    });
  }
  storeOf(invocation, project).remove(summary.id);
  printLine(invocation.io.stderr, `Deleted ${summary.id} (${summary.title || 'no title'}).`);
}

async function readProjects(invocation: Invocation): Promise<readonly ProjectSessions[]> {
  if (isAll(invocation)) return listAllSessions(pathsOf(invocation));
  const project = findProjectRoot(invocation.cwd);
  return [{ project, sessions: await storeOf(invocation, project).list() }];
}

/** The one session whose id begins like this. */
function findSession(projects: readonly ProjectSessions[], id: string): FoundSession {
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

function storeOf(invocation: Invocation, project: string): ReturnType<typeof createSessionStore> {
  return createSessionStore({ paths: pathsOf(invocation), project });
}

function pathsOf({ env }: Invocation): ReturnType<typeof resolvePaths> {
  return resolvePaths(env, process.platform);
}

function isAll({ options }: Invocation): boolean {
  return options.all === true;
}

function toJson(project: string, summary: SessionSummary): Record<string, unknown> {
  return { ...summary, project };
}

function toRow(summary: SessionSummary, project: readonly string[]): readonly string[] {
  const { id, title, model, turns, updatedAt, problem } = summary;
  if (problem !== undefined) return [id, '', '', '', `cannot be read: ${problem}`, ...project];
  const count = turns === 1 ? '1 turn' : `${turns} turns`;
  return [id, localTime(updatedAt), count, model, title, ...project];
}

function headingOf(state: SessionState): readonly string[] {
  const { sessionId, title, model, createdAt, project } = state;
  return [title || 'No title', `${sessionId}  ${localTime(createdAt)}  ${model}  ${project}`];
}

/** What was said in a turn, without reasoning and tool results. */
function turnText(turn: Turn): string {
  const said = turn.parts.flatMap((part) => {
    if (part.type === 'text') return [part.text.trim()];
    return part.type === 'tool-call' ? [`[${part.name}]`] : [];
  });
  const failure = turn.error === undefined ? [] : [`Error: ${turn.error.message}`];
  const question = turn.message.text.trim().replaceAll('\n', '\n  ');
  return [`> ${question}`, ...said, ...failure].join('\n\n');
}

/** `2026-03-01 14:05`, in the time zone of this machine. */
function localTime(atMs: number): string {
  const date = new Date(atMs);
  const pad = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  return `${day} ${pad(date.getHours())}:${pad(date.getMinutes())}`;
}
