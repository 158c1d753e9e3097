/** Wires the engine to a session: the live one of a project, or one that lives for one answer. */
import { join, relative, resolve, sep } from 'node:path';
import type { ApprovalPolicy } from '../agent/approval.ts';
import type { EngineOptions } from '../agent/engine.ts';
import type { ApprovalsConfig } from '../platform/config/config.ts';
import { ZekeError } from '../platform/errors.ts';
import type { ContentStore } from '../platform/storage/content-store.ts';
import type { SessionPort, TurnRunner } from '../session/port.ts';
import type { Invocation } from './command.ts';
import type { Runtime } from './compose.ts';
import { hostDoors } from './nvim/doors.ts';

/** Overrides of what the configuration says, for one command. */
export type RunnerOverrides = Partial<EngineOptions> & {
  /** False for a command that brings all the model needs. */
  readonly usesTools?: boolean;
  /** False where no person is in front of the conversation: nothing is asked there then. */
  readonly canAsk?: boolean;
  /** What answers are for, in the spending log; `chat` unless told. */
  readonly purpose?: string;
};

/** The engine that carries out turns in this process. Rejects with a ZekeError for wrong rules. */
export async function composeRunner(
  runtime: Runtime,
  overrides: RunnerOverrides = {},
): Promise<TurnRunner> {
  const [{ createEngine }, { collectContext }, { createRedactor }, { createSpendingLog }] =
    await Promise.all([
      import('../agent/engine.ts'),
      import('../context/assemble.ts'),
      import('../platform/secrets/redactor.ts'),
      import('../session/spending-log.ts'),
    ]);
  const { config } = runtime;
  const search = await runtime.search();
  const { usesTools, canAsk = true, purpose, ...options } = overrides;
  const spending = createSpendingLog(runtime.paths.stateDir);
  const policy = await readApprovals(config.approvals);
  return createEngine({
    platform: process.platform,
    root: runtime.root,
    workingDirectory: runtime.cwd,
    search,
    resolveModel: async (modelRef) => (await runtime.registry()).resolve(modelRef),
    collectContext: (question) =>
      collectContext({ question, search, budgetTokens: config.context.budgetTokens }),
    redactor: createRedactor(),
    tools: usesTools === false ? [] : await loadTools(policy, canAsk),
    policy,
    canAsk,
    contents: await openContents(runtime),
    env: runtime.env,
    onSpent: (spent) => spending.record({ ...spent, purpose: purpose ?? spent.purpose }),
    options: {
      maxCostUsd: config.maxCostUsd,
      reasoningEffort: config.reasoningEffort,
      onSecret: config.secrets.onSecret,
      compactsByItself: config.compact.auto,
      ...options,
    },
  });
}

/** The user's rules; one that allows nothing because of a slip is an error, not a surprise. */
async function readApprovals(config: ApprovalsConfig): Promise<ApprovalPolicy> {
  const { readPolicy } = await import('../agent/approval.ts');
  const { policy, faults } = readPolicy(config);
  if (faults.length === 0) return policy;
  const list = faults.map((text) => JSON.stringify(text)).join(', ');
  throw new ZekeError('config', `approvals.allowed_commands: ${list} is no plain command.`, {
    hint: 'Write a program and its words, such as "npm test"; every part of a line is allowed by itself.',
  });
}

/** Files before and after they were changed, and images: kept beside the project's sessions. */
async function openContents({ paths, root }: Runtime): Promise<ContentStore> {
  const [{ createContentStore }, { projectFolder }] = await Promise.all([
    import('../platform/storage/content-store.ts'),
    import('../session/store.ts'),
  ]);
  return createContentStore(join(projectFolder(paths.stateDir, root), 'contents'));
}

async function loadTools(policy: ApprovalPolicy, canAsk: boolean) {
  const { offeredTools } = await import('../agent/tools/registry.ts');
  return offeredTools(policy, canAsk);
}

/** A session for one answer: nothing is kept, unless an earlier conversation is continued. */
export async function composeOneShot(
  runtime: Runtime,
  invocation: Invocation,
  overrides: RunnerOverrides = {},
): Promise<SessionPort> {
  const model = await runtime.defaultModel();
  const createRunner = () =>
    composeRunner(runtime, { canAsk: false, ...engineOptions(invocation), ...overrides });
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
      doors: hostDoors(runtime),
      signal: invocation.signal,
      onWait: (process) => void invocation.io.stderr.write(`zeke: ${waitingNotice(process)}\n`),
    });
    if (runtime.config.model !== undefined) port.send({ type: 'switch-model', model });
    return port;
  }
  const { createEphemeralSession } = await import('../session/session.ts');
  return createEphemeralSession({ project: runtime.root, model, runner: await createRunner() });
}

/** What is said while the host of a conversation is busy; `process` is its name. */
export function waitingNotice(process: string): string {
  const [id = ''] = process.split('.');
  return `The Zeke that holds this conversation (process ${id}) is busy: waiting for it. Ctrl+C leaves.`;
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
