/** Wires the conversation in the terminal: the project's live session and what the TUI may ask. */
import { createInputHistory } from '../platform/input-history.ts';
import type { SessionPort } from '../session/port.ts';
import { joinProject } from '../session/share/join.ts';
import type { TuiServices } from '../tui/services.ts';
import { bannerLines } from './chat/banner.ts';
import { changeServices } from './chat/change-services.ts';
import { inputServices } from './chat/input-services.ts';
import { modelServices } from './chat/model-services.ts';
import { sessionServices } from './chat/session-services.ts';
import { warmUp } from './chat/warm-up.ts';
import type { Invocation } from './command.ts';
import { composeRuntime, type Runtime } from './compose.ts';
import {
  composeRunner,
  continuedSession,
  engineOptions,
  waitingNotice,
} from './compose-session.ts';
import { hostDoors } from './nvim/doors.ts';
import { once } from './once.ts';

export interface Chat {
  readonly port: SessionPort;
  readonly services: TuiServices;
  /** Before this process is stopped: another front end goes on with what it hosts. */
  suspend(): Promise<void>;
  /** After it goes on. */
  resume(): Promise<void>;
  /** Leaves the session and closes connections. */
  close(): Promise<void>;
}

/** Joins the project's live conversation, waiting for a host that is busy, or hosts it when nobody does. */
export async function composeChat(
  invocation: Invocation,
  tell: (text: string) => void,
): Promise<Chat> {
  const runtime = await composeRuntime(invocation);
  const model = await runtime.defaultModel();
  const sessionId = await continuedSession(runtime, invocation);
  const createRunner = once(() => composeRunner(runtime, engineOptions(invocation)));
  const port = await joinProject({
    paths: runtime.paths,
    project: runtime.root,
    model,
    createRunner,
    clientName: 'terminal',
    doors: hostDoors(runtime),
    isApart: invocation.options.new === true,
    signal: invocation.signal,
    onWait: (process) => tell(waitingNotice(process)),
    ...(sessionId === undefined ? {} : { sessionId }),
  });
  if (invocation.options.model !== undefined) port.send({ type: 'switch-model', model });
  if (port.role() === 'host') void warmUp(runtime, createRunner, port.getState().model);
  return {
    port,
    services: await createServices(runtime, invocation, () => port.role()),
    suspend: () => port.suspend(),
    resume: async () => port.resume(),
    close: async () => {
      await port.close();
      await runtime.close();
    },
  };
}

async function createServices(
  runtime: Runtime,
  invocation: Invocation,
  role: NonNullable<TuiServices['role']>,
): Promise<TuiServices> {
  const { paths, env } = runtime;
  const { stdout } = invocation.io;
  return {
    ...modelServices(runtime),
    ...sessionServices(runtime),
    ...changeServices(runtime),
    ...inputServices(runtime),
    async findFiles(pattern, limit, signal) {
      return (await runtime.search()).findFiles({ pattern, limit, signal });
    },
    async contextUse(state) {
      const { contextUse } = await import('./chat/context-use.ts');
      return contextUse(state, runtime);
    },
    async spending() {
      const { createSpendingLog } = await import('../session/spending-log.ts');
      return createSpendingLog(paths.stateDir).report(Date.now());
    },
    async copy(text) {
      const { writeClipboardText } = await import('../platform/desktop/clipboard.ts');
      const writeTerminal = (sequence: string) => stdout.write(sequence);
      return `by ${await writeClipboardText(text, { env, platform: process.platform, writeTerminal })}`;
    },
    async saveSetting(path, value) {
      const { editUserConfig } = await import('../platform/config/edit.ts');
      return await editUserConfig(paths, [{ path, value }]);
    },
    role,
    history: createInputHistory(paths.stateDir),
    bannerLines: await bannerLines(runtime),
  };
}
