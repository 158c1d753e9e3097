/** `zeke sessions list|search|show`: what there is, and what was said. */
import { sanitizeText } from '../../platform/terminal-text.ts';
import type { SessionState, Turn } from '../../session/state.ts';
import type { SessionSummary } from '../../session/store.ts';
import type { Invocation } from '../command.ts';
import { printJson, printLine, printTable } from '../io/print.ts';
import { type FoundSession, isAll, readProjects, storeOf } from './find-session.ts';

/** Lists the sessions, the one used last first. */
export async function listSessions(invocation: Invocation): Promise<void> {
  const { stdout, stderr } = invocation.io;
  const sessions = (await readProjects(invocation)).flatMap(({ project, sessions: list }) =>
    list.map((summary) => ({ project, summary })),
  );
  if (invocation.options.json === true) {
    printJson(
      stdout,
      sessions.map(({ project, summary }) => ({ ...summary, project })),
    );
  } else if (sessions.length === 0) {
    printLine(stderr, 'There are no sessions here yet.');
  } else {
    printTable(
      stdout,
      sessions.map(({ project, summary }) => toRow(summary, isAll(invocation) ? [project] : [])),
    );
  }
}

/** Lists the sessions in which all words were said, each with a line around the first hit. */
export async function searchSessions(
  invocation: Invocation,
  words: readonly string[],
): Promise<void> {
  const { io, signal, options } = invocation;
  const hits = [];
  for (const { project } of await readProjects(invocation)) {
    const { found, skipped } = await storeOf(invocation, project).search(words.join(' '), signal);
    hits.push(...found.map((hit) => ({ ...hit, project })));
    for (const { id, problem } of skipped) {
      printLine(io.stderr, `${id} could not be searched: ${problem}`);
    }
  }
  if (options.json === true) {
    printJson(io.stdout, hits);
  } else if (hits.length === 0) {
    printLine(io.stderr, 'Nothing like that was said here.');
  } else {
    const rows = hits.map(({ id, updatedAt, title, excerpt, project }) => {
      return [id, localTime(updatedAt), title, excerpt, ...(isAll(invocation) ? [project] : [])];
    });
    printTable(io.stdout, rows);
  }
}

/** Prints what was said in a session, or with `--json` its state. */
export function showSession(invocation: Invocation, { project, summary }: FoundSession): void {
  const { stdout } = invocation.io;
  const state = storeOf(invocation, project).read(summary.id);
  if (invocation.options.json === true) {
    printJson(stdout, state);
    return;
  }
  for (const line of headingOf(state)) printLine(stdout, line);
  for (const turn of state.turns) stdout.write(`\n${sanitizeText(turnText(turn))}\n`);
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
