/** Wires the engine to a session: the live one of a project, or one that lives for one answer. */
import { relative, resolve, sep } from 'node:path';
import type { EngineOptions } from '../agent/engine.ts';
import { ZekeError } from '../platform/errors.ts';
import type { SessionPort, TurnRunner } from '../session/port.ts';
import type { Invocation } from './command.ts';
import type { Runtime } from './compose.ts';

/** Overrides of what the configuration says, for one command. */
export type RunnerOverrides = Partial<EngineOptions> & {
  /** False for a command that brings all the model needs. */
  readonly usesTools?: boolean;
};

/** The engine that carries out turns in this process. */
export async function composeRunner(
  runtime: Runtime,
  overrides: RunnerOverrides = {},
): Promise<TurnRunner> {
  const [{ createEngine }, { collectContext }, { createRedactor }, tools] = await Promise.all([
    import('../agent/engine.ts'),
    import('../context/assemble.ts'),
    import('../platform/secrets/redactor.ts'),
    overrides.usesTools === false ? [] : loadTools(),
  ]);
  const { config } = runtime;
  const search = await runtime.search();
  const { usesTools: _, ...options } = overrides;
  return createEngine({
    platform: process.platform,
    root: runtime.root,
    workingDirectory: runtime.cwd,
    search,
    resolveModel: async (modelRef) => (await runtime.registry()).resolve(modelRef),
    collectContext: (question) =>
      collectContext({ question, search, budgetTokens: config.context.budgetTokens }),
    redactor: createRedactor(),
    tools,
    options: {
      maxCostUsd: config.maxCostUsd,
      reasoningEffort: config.reasoningEffort,
      onSecret: config.secrets.onSecret,
      ...options,
    },
  });
}

async function loadTools() {
  const { AGENT_TOOLS } = await import('../agent/tools/registry.ts');
  return AGENT_TOOLS;
}

/** A session for one answer: nothing is kept, unless an earlier conversation is continued. */
export async function composeOneShot(
  runtime: Runtime,
  invocation: Invocation,
  overrides: RunnerOverrides = {},
): Promise<SessionPort> {
  const model = await runtime.defaultModel();
  const createRunner = () => composeRunner(runtime, { ...engineOptions(invocation), ...overrides });
  const sessionId = await continuedSession(runtime, invocation);
  if (sessionId !== undefined) {
    const { joinProject } = await import('../session/share/join.ts');
    const { paths, root: project } = runtime;
    const port = await joinProject({
      paths,
      project,
      model,
      createRunner,
      sessionId,
      clientName: 'ask',
    });
    if (runtime.config.model !== undefined) port.send({ type: 'switch-model', model });
    return port;
  }
  const { createEphemeralSession } = await import('../session/session.ts');
  return createEphemeralSession({ project: runtime.root, model, runner: await createRunner() });
}

/** The id of `--session`, or of the latest session for `--continue`. */
export async function continuedSession(
  runtime: Runtime,
  invocation: Invocation,
): Promise<string | undefined> {
  const { session } = invocation.options;
  if (typeof session === 'string') return session;
  if (invocation.options.continue !== true) return undefined;
  const { createSessionStore } = await import('../session/store.ts');
  const latest = await createSessionStore({ paths: runtime.paths, project: runtime.root }).latest();
  if (latest !== undefined) return latest.id;
  throw new ZekeError('usage', 'There is no session of this project to continue.', {
    hint: 'Start one with "zeke", or leave out --continue.',
  });
}

/** What the options of ask and explain say to the engine. */
export function engineOptions(invocation: Invocation): RunnerOverrides {
  const { system } = invocation.options;
  const maxTokens = invocation.options['max-tokens'];
  return {
    ...(typeof system === 'string' ? { system } : {}),
    ...(typeof maxTokens === 'string' ? { maxOutputTokens: positiveInteger(maxTokens) } : {}),
  };
}

function positiveInteger(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new ZekeError('usage', `--max-tokens takes a whole number above 0, not "${text}".`);
}

/** A path as the user typed it, made relative to the project's root with `/`, as mentions are. */
export function toProjectPath(place: Pick<Runtime, 'root' | 'cwd'>, path: string): string {
  return relative(place.root, resolve(place.cwd, path)).replaceAll(sep, '/');
}
