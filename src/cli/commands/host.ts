/** `zeke host`: holds the project's conversation in the background, for editors. */
import { ZekeError } from '../../platform/errors.ts';
import { escapeInvisible } from '../../platform/terminal-text.ts';
import { BACKGROUND_NAME } from '../../session/share/clients.ts';
import { type Hosting, hostProject } from '../../session/share/join.ts';
import { createSessionStore } from '../../session/store.ts';
import { untilUnused } from '../chat/until-unused.ts';
import { warmUp } from '../chat/warm-up.ts';
import type { Invocation } from '../command.ts';
import { composeRuntime, type Runtime } from '../compose.ts';
import { composeRunner } from '../compose-session.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { hostDoors } from '../nvim/doors.ts';
import { once } from '../once.ts';

const DEFAULT_IDLE_SECONDS = 10;

/** Runs until nobody needs it any more. Where another Zeke hosts there is nothing to do. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const idleMs = idleOption(invocation) * 1000;
  const runtime = await composeRuntime(invocation);
  try {
    const { port, ...told } = await open(runtime, invocation);
    // One line for whoever started this: the socket may be in a folder that it would not look into.
    invocation.io.stdout.write(`${escapeInvisible(JSON.stringify(told))}\n`);
    if (port === undefined) return EXIT.ok;
    try {
      await untilUnused(port, { idleMs, signal: invocation.signal });
    } finally {
      await port.close();
    }
    return EXIT.ok;
  } finally {
    await runtime.close();
  }
}

async function open(runtime: Runtime, invocation: Invocation): Promise<Hosting> {
  const { paths, root: project } = runtime;
  const createRunner = once(() => composeRunner(runtime));
  const sessionId = wantedSession(runtime, invocation);
  const hosting = await hostProject({
    paths,
    project,
    model: await runtime.defaultModel(),
    createRunner,
    clientName: BACKGROUND_NAME,
    resumesQueue: true,
    doors: hostDoors(runtime),
    ...(sessionId === undefined ? {} : { sessionId }),
  });
  const { port } = hosting;
  if (port !== undefined) void warmUp(runtime, createRunner, port.getState().model);
  return hosting;
}

/** One in which nothing was said left no trace when its host died: a new one is the same. */
function wantedSession({ paths, root }: Runtime, { options }: Invocation): string | undefined {
  const { session } = options;
  if (typeof session !== 'string') return undefined;
  return createSessionStore({ paths, project: root }).has(session) ? session : undefined;
}

function idleOption({ options }: Invocation): number {
  const { idle = String(DEFAULT_IDLE_SECONDS) } = options;
  const seconds = Number(idle);
  if (Number.isSafeInteger(seconds) && seconds >= 0) return seconds;
  throw new ZekeError('usage', `--idle takes a whole number of seconds, not "${String(idle)}".`);
}
