/** `zeke sessions`: the kept conversations of this project, or of all with `--all`. */
import { ZekeError } from '../../platform/errors.ts';
import type { Invocation } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { deleteSession, forkSession, renameSession } from '../sessions/change.ts';
import { findSession, readProjects } from '../sessions/find-session.ts';
import { listSessions, searchSessions, showSession } from '../sessions/look.ts';
import { exportSession, importSessions } from '../sessions/transfer.ts';

/** Does what the first argument says with the sessions that the others name. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const [action = 'list', ...words] = invocation.positionals;
  switch (action) {
    case 'list':
      await listSessions(invocation);
      break;
    case 'search':
      if (words.every((word) => word.trim() === '')) {
        throw new ZekeError('usage', '"zeke sessions search" needs words to look for.');
      }
      await searchSessions(invocation, words);
      break;
    case 'import':
      await importSessions(invocation, words);
      break;
    default:
      await withSessions(invocation, action, words);
  }
  return EXIT.ok;
}

async function withSessions(
  invocation: Invocation,
  action: string,
  words: readonly string[],
): Promise<void> {
  const [id, ...title] = words;
  if (id === undefined) {
    throw new ZekeError('usage', `"zeke sessions ${action}" needs the id of a session.`, {
      hint: 'zeke sessions lists them.',
    });
  }
  const projects = await readProjects(invocation);
  if (action === 'show' || action === 'delete') {
    const found = words.map((word) => findSession(projects, word));
    for (const session of found) {
      if (action === 'show') showSession(invocation, session);
      else await deleteSession(invocation, session);
    }
    return;
  }
  const session = findSession(projects, id);
  if (action === 'rename') {
    if (title.length === 0) {
      throw new ZekeError('usage', 'A session is renamed to what stands after its id.', {
        hint: `zeke sessions rename ${id} "The new title"`,
      });
    }
    await renameSession(invocation, session, title.join(' '));
    return;
  }
  if (title.length > 0) {
    throw new ZekeError('usage', `"zeke sessions ${action}" takes one session at a time.`);
  }
  await (action === 'fork' ? forkSession : exportSession)(invocation, session);
}
