/** `zeke sessions rename|fork|delete`. */
import { ZekeError } from '../../platform/errors.ts';
import { SessionInUse } from '../../session/share/claim.ts';
import type { Invocation } from '../command.ts';
import { printLine } from '../io/print.ts';
import { type FoundSession, pathsOf, storeOf } from './find-session.ts';

/** A live session is asked over its socket; somebody who is stopped does not answer. */
const RENAME_PATIENCE_MS = 10_000;

/** Gives a session another title, also one that is open somewhere. */
export async function renameSession(
  invocation: Invocation,
  { project, summary }: FoundSession,
  title: string,
): Promise<void> {
  try {
    storeOf(invocation, project).rename(summary.id, title);
  } catch (error) {
    if (!(error instanceof SessionInUse)) throw error;
    await renameLive(invocation, { project, sessionId: summary.id, title });
  }
  const { title: now } = storeOf(invocation, project).read(summary.id);
  printLine(invocation.io.stderr, `${summary.id} is called "${now}" now.`);
}

async function renameLive(
  invocation: Invocation,
  session: { readonly project: string; readonly sessionId: string; readonly title: string },
): Promise<void> {
  const { joinProject } = await import('../../session/share/join.ts');
  const { project, sessionId, title } = session;
  const joined = await joinProject({
    paths: pathsOf(invocation),
    project,
    sessionId,
    model: '',
    clientName: 'sessions',
    createRunner: () => Promise.reject(new ZekeError('usage', 'Nothing was asked here.')),
  });
  try {
    const signal = AbortSignal.any([invocation.signal, AbortSignal.timeout(RENAME_PATIENCE_MS)]);
    await new Promise<void>((resolve, reject) => {
      joined.subscribe((events) => {
        if (events.some((event) => event.type === 'session-rename')) resolve();
      });
      signal.addEventListener('abort', () => reject(noAnswerError(sessionId)), { once: true });
      joined.send({ type: 'rename', title });
    });
  } finally {
    await joined.close();
  }
}

function noAnswerError(sessionId: string): ZekeError {
  return new ZekeError('system', `The Zeke that has session ${sessionId} open does not answer.`, {
    hint: 'Close it and try again.',
  });
}

/** Makes a session that begins with the first turns of another one, and prints its id. */
export async function forkSession(
  invocation: Invocation,
  { project, summary }: FoundSession,
): Promise<void> {
  const turnCount = turnCountOf(invocation);
  const store = storeOf(invocation, project);
  const state = store.read(summary.id);
  if (state.turns.length === 0 && state.running === undefined) {
    throw new ZekeError('usage', `Nothing was said in session ${summary.id} yet.`);
  }
  printLine(invocation.io.stdout, await store.fork(summary.id, turnCount));
}

function turnCountOf({ options }: Invocation): number | undefined {
  const { turns } = options;
  if (turns === undefined) return undefined;
  const count = Number(turns);
  if (/^\d+$/.test(String(turns)) && Number.isSafeInteger(count) && count > 0) return count;
  throw new ZekeError('usage', `--turns ${JSON.stringify(turns)} is no number of turns.`, {
    hint: 'Give how many turns the new session begins with, from 1.',
  });
}

/** Deletes a session for good. Throws a usage error while it is open somewhere. */
export async function deleteSession(
  invocation: Invocation,
  { project, summary }: FoundSession,
): Promise<void> {
  const { listLive } = await import('../../session/share/join.ts');
  const live = await listLive({ paths: pathsOf(invocation), project });
  if (live.some(({ sessionId }) => sessionId === summary.id)) {
    throw new ZekeError('usage', `Session ${summary.id} is open in another Zeke.`, {
      hint: 'Close it there, or open another one with /new, and delete it then.',
    });
  }
  await storeOf(invocation, project).delete(summary.id);
  printLine(invocation.io.stderr, `Deleted ${summary.id} (${summary.title || 'no title'}).`);
}
