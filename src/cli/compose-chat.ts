/** Wires the conversation in the terminal: the project's live session and what the TUI may ask. */
import { ZekeError } from '../platform/errors.ts';
import { createInputHistory } from '../platform/input-history.ts';
import { runGit } from '../platform/process.ts';
import { describeModel } from '../providers/catalogue.ts';
import type { ModelPrice } from '../providers/contract.ts';
import type { SessionPort } from '../session/port.ts';
import { joinProject } from '../session/share/join.ts';
import { createSessionStore } from '../session/store.ts';
import type { ModelChoice, TuiServices } from '../tui/services.ts';
import { inputServices } from './chat/input-services.ts';
import type { Invocation } from './command.ts';
import { composeRuntime, type Runtime } from './compose.ts';
import { composeRunner, continuedSession, engineOptions } from './compose-session.ts';
import { listModels } from './list-models.ts';
import { once } from './once.ts';

export interface Chat {
  readonly port: SessionPort;
  readonly services: TuiServices;
  /** Leaves the session and closes connections. */
  close(): Promise<void>;
}

/** Joins the project's live conversation, or hosts it when nobody does. */
export async function composeChat(invocation: Invocation): Promise<Chat> {
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
    ...(sessionId === undefined ? {} : { sessionId }),
  });
  if (invocation.options.model !== undefined) port.send({ type: 'switch-model', model });
  if (port.role() === 'host') void warmUp(runtime, createRunner, port.getState().model);
  return {
    port,
    services: createServices(runtime, () => port.role(), await bannerLines(runtime)),
    close: async () => {
      await port.close();
      runtime.close();
    },
  };
}

/**
 * Loads what the first message needs while the user is still typing it: the engine, the model's
 * provider and its key. Opens no connection.
 */
async function warmUp(
  runtime: Runtime,
  createRunner: () => Promise<unknown>,
  model: string,
): Promise<void> {
  try {
    await createRunner();
    const { provider } = await (await runtime.registry()).resolve(model);
    await provider.prepare?.();
  } catch (error) {
    // The first message meets the same fault and says it where the user is looking.
    if (!(error instanceof ZekeError)) throw error;
  }
}

function createServices(
  runtime: Runtime,
  role: NonNullable<TuiServices['role']>,
  banner: readonly string[],
): TuiServices {
  const { paths, root } = runtime;
  return {
    async listModels(signal) {
      const usable = await usableProviders(runtime);
      const lists = await Promise.allSettled(usable.map((id) => choicesOf(runtime, id, signal)));
      // A host that cannot say what it has is left out; "zeke models" tells why.
      return lists.flatMap((list) => (list.status === 'fulfilled' ? list.value : []));
    },
    async listSessions() {
      const sessions = await createSessionStore({ paths, project: root }).list();
      return sessions.map(({ id, title, updatedAt, turns }) => {
        return { id, title, updatedAt, turnCount: turns };
      });
    },
    async findFiles(pattern, limit, signal) {
      return (await runtime.search()).findFiles({ pattern, limit, signal });
    },
    contextTokens(modelRef) {
      const slash = modelRef.indexOf('/');
      return describeModel(modelRef.slice(0, slash), modelRef.slice(slash + 1))?.contextTokens;
    },
    gitBranch: () => gitBranch(runtime),
    role,
    ...inputServices(runtime),
    history: createInputHistory(paths.stateDir),
    bannerLines: banner,
  };
}

/** Local ones always; others only with their key, and never when nothing may leave the machine. */
async function usableProviders(runtime: Runtime): Promise<readonly string[]> {
  const providers = (await runtime.registry()).providers();
  const usable = await Promise.all(
    providers.map((one) => one.isLocal || (!runtime.config.offline && one.hasKey())),
  );
  return providers.filter((_, index) => usable[index]).map((one) => one.id);
}

async function choicesOf(
  runtime: Runtime,
  providerId: string,
  signal: AbortSignal,
): Promise<readonly ModelChoice[]> {
  const models = await listModels(runtime, providerId, signal);
  return models.map(({ id, name, contextTokens, price }) => ({
    ref: `${providerId}/${id}`,
    label: name ?? id,
    ...(contextTokens === undefined ? {} : { contextTokens }),
    ...(price === undefined ? {} : { price: describePrice(price) }),
  }));
}

function describePrice(price: ModelPrice): string {
  return `$${price.input}/$${price.output} per 1M`;
}

async function gitBranch({ root, env }: Runtime): Promise<string | undefined> {
  const result = await runGit('branch', ['--show-current'], { cwd: root, env });
  const branch = result.stdout.trim();
  return result.exitCode === 0 && branch !== '' ? branch : undefined;
}

/** What the user should know before the first message; nothing where a model is ready. */
async function bannerLines(runtime: Runtime): Promise<readonly string[]> {
  const warnings = runtime.loadedConfig.warnings;
  const discovery = await runtime.discovery();
  const wasAskedFor = discovery.tried.length === 0;
  if (wasAskedFor || !discovery.model.startsWith('builtin/')) return warnings;
  return [
    ...warnings,
    'No model was found, so the built-in engine answers: by search and rules, from this project.',
    ...discovery.tried.map(({ what, detail }) => `  looked for ${what}: ${detail}`),
    'Add a model with: zeke auth add anthropic   (or openai, or start Ollama)',
  ];
}
