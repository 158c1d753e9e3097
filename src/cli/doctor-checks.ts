/** What `zeke doctor` looks at. Each check says what is there in one line. */
import { join } from 'node:path';
import type { Environment } from '../platform/env.ts';
import { errorMessage, ZekeError } from '../platform/errors.ts';
import { inspectPath, systemName } from '../platform/inspect.ts';
import { resolvePaths } from '../platform/paths.ts';
import { run } from '../platform/process.ts';
import { socketFolderProblem } from '../platform/socket.ts';
import { ZEKE_VERSION } from '../platform/version.ts';
import type { ProviderSummary } from '../providers/registry.ts';
import type { Invocation } from './command.ts';
import type { Runtime } from './compose.ts';
import { EXIT, type ExitCode, exitCodeFor } from './exit-codes.ts';
import { listModels } from './list-models.ts';

export interface Check {
  readonly name: string;
  /** A note is worth knowing; only a problem keeps something from working. */
  readonly status: 'ok' | 'note' | 'problem';
  readonly text: string;
  /** What `zeke doctor` ends with because of a problem. */
  readonly exitCode?: ExitCode;
}

/** Program, folders, git, terminal: everything that needs no settings. */
export async function checkMachine(invocation: Invocation): Promise<readonly Check[]> {
  const paths = resolvePaths(invocation.env, process.platform);
  return [
    { name: 'zeke', status: 'ok', text: `${ZEKE_VERSION} on ${systemName()}` },
    checkNode(process.versions.node),
    await checkFolder('config folder', paths.configDir),
    await checkFolder('state folder', paths.stateDir),
    checkSocketPath(paths.runtimeDir),
    await checkKeyFile(join(paths.configDir, 'keys.json')),
    await checkGit(invocation),
    await checkIndex(invocation),
    checkTerminal(invocation),
  ];
}

/** The settings were read without a mistake; what is said about them is a note. */
export function checkConfig({ loadedConfig }: Runtime): readonly Check[] {
  const set = loadedConfig.settings.filter((setting) => setting.source !== 'default');
  const text = `${loadedConfig.files.user} (${set.length} set)`;
  return [
    { name: 'settings', status: 'ok', text },
    ...loadedConfig.warnings.map((warning): Check => {
      return { name: 'settings', status: 'note', text: warning };
    }),
  ];
}

/** Keys, providers, the model in force, the optional engine. */
export async function checkRuntime(
  runtime: Runtime,
  invocation: Invocation,
): Promise<readonly Check[]> {
  const hosts = (await runtime.registry()).providers();
  const keys = await (await runtime.keys()).list(hosts);
  const keyChecks = keys.map(({ provider, source }): Check => {
    return { name: `key ${provider}`, status: 'ok', text: `from the ${source}` };
  });
  const hostChecks = await Promise.all(
    hosts.map((host) => checkProvider(runtime, host, invocation.signal)),
  );
  return [...keyChecks, ...hostChecks, await checkModel(runtime), await checkEngine(runtime)];
}

/** The oldest Node that has everything Zeke needs. */
const OLDEST_NODE = { major: 22, minor: 13 };

function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOld =
    major < OLDEST_NODE.major || (major === OLDEST_NODE.major && minor < OLDEST_NODE.minor);
  const name = 'node';
  if (!isOld) return { name, status: 'ok', text: version };
  const text = `${version} is too old; Zeke needs ${OLDEST_NODE.major}.${OLDEST_NODE.minor}`;
  return { name, status: 'problem', text, exitCode: EXIT.provider };
}

async function checkFolder(name: string, path: string): Promise<Check> {
  const facts = await inspectPath(path);
  if (!facts.exists) return { name, status: 'note', text: `${path} (made when it is needed)` };
  if (!facts.isFolder) {
    return { name, status: 'problem', text: `${path} is not a folder`, exitCode: EXIT.permission };
  }
  if (!facts.isWritable) {
    const text = `${path} cannot be written; nothing will be kept`;
    return { name, status: 'problem', text, exitCode: EXIT.permission };
  }
  const isOpen = process.platform !== 'win32' && (facts.mode & 0o077) !== 0;
  const mode = facts.mode.toString(8).padStart(4, '0');
  if (!isOpen) return { name, status: 'ok', text: `${path} (${mode})` };
  return { name, status: 'note', text: `${path} is open to others (${mode}): chmod 700 ${path}` };
}

/** The longest path a socket may have, less the name of the socket in the folder. */
const MAX_SOCKET_FOLDER_BYTES = 80;

function checkSocketPath(runtimeDir: string): Check {
  const name = 'socket folder';
  if (process.platform === 'win32') return { name, status: 'ok', text: runtimeDir };
  if (Buffer.byteLength(runtimeDir) > MAX_SOCKET_FOLDER_BYTES) {
    const text = `${runtimeDir} is too long for a socket; sessions cannot be shared between windows`;
    return { name, status: 'problem', text, exitCode: EXIT.provider };
  }
  const why = socketFolderProblem(runtimeDir);
  if (why === undefined) return { name, status: 'ok', text: runtimeDir };
  const text = `${runtimeDir} is not safe for a socket: ${why}; remove it, or chmod 700 ${runtimeDir}`;
  return { name, status: 'problem', text, exitCode: EXIT.permission };
}

async function checkKeyFile(path: string): Promise<Check> {
  const facts = await inspectPath(path);
  const name = 'key file';
  if (!facts.exists) return { name, status: 'ok', text: 'none' };
  if (process.platform === 'win32' || (facts.mode & 0o077) === 0) {
    return { name, status: 'ok', text: path };
  }
  const text = `${path} can be read by others: chmod 600 ${path}`;
  return { name, status: 'problem', text, exitCode: EXIT.permission };
}

async function checkGit({ env, cwd, signal }: Invocation): Promise<Check> {
  try {
    const { stdout } = await run('git', ['--version'], { cwd, env, signal, timeoutMs: 10_000 });
    return { name: 'git', status: 'ok', text: stdout.trim().replace(/^git version /, '') };
  } catch (error) {
    if (!(error instanceof ZekeError)) throw error;
    const text = 'not found; review and commit need it, unless a diff is piped in';
    return { name: 'git', status: 'note', text };
  }
}

/** Which of the two answers questions about the code. */
async function checkIndex({ env }: { readonly env: Environment }): Promise<Check> {
  const name = 'code index';
  const instead = 'every question reads all files instead';
  if (env.ZEKE_INDEX === 'scan')
    return { name, status: 'note', text: `ZEKE_INDEX is "scan": ${instead}` };
  const { loadLibrary } = await import('../platform/native/library.ts');
  const { ABI_VERSION } = await import('../platform/native/declarations.ts');
  const loaded = await loadLibrary();
  if (loaded.library === undefined) {
    return { name, status: 'note', text: `${loaded.reason}; ${instead}` };
  }
  return { name, status: 'ok', text: `native, interface ${ABI_VERSION}: ${loaded.library.path}` };
}

function checkTerminal({ io, env }: Invocation): Check {
  const name = 'terminal';
  if (!io.stdout.isTTY) return { name, status: 'note', text: 'standard output is no terminal' };
  const colours = env.NO_COLOR === undefined ? 2 ** io.stdout.getColorDepth(env) : 1;
  const size = `${io.stdout.columns}x${io.stdout.rows}`;
  return { name, status: 'ok', text: `${env.TERM ?? 'no TERM'}, ${size}, ${colours} colours` };
}

async function checkProvider(
  runtime: Runtime,
  host: ProviderSummary,
  signal: AbortSignal,
): Promise<Check> {
  const name = `provider ${host.id}`;
  const where = host.baseUrl ?? 'in this process';
  if (host.needsKey && !(await host.hasKey())) {
    return { name, status: 'note', text: `${where}: no key (zeke auth add ${host.id})` };
  }
  if (runtime.config.offline && !host.isLocal) {
    return { name, status: 'note', text: `${where}: not asked, offline` };
  }
  try {
    const models = await listModels(runtime, host.id, signal);
    return { name, status: 'ok', text: `${where}: ${models.length} models` };
  } catch (error) {
    if (!(error instanceof ZekeError)) throw error;
    return unreachable(runtime, host, error);
  }
}

/** A host that was not asked for may be missing; the one of the model in use may not. */
function unreachable(runtime: Runtime, host: ProviderSummary, error: ZekeError): Check {
  const isUsed = runtime.config.model?.startsWith(`${host.id}/`) === true;
  const isNote = host.isLocal && !isUsed;
  return {
    name: `provider ${host.id}`,
    status: isNote ? 'note' : 'problem',
    text: isNote ? `${host.baseUrl}: nothing answers` : error.message,
    exitCode: exitCodeFor(error.kind),
  };
}

async function checkModel(runtime: Runtime): Promise<Check> {
  try {
    const model = await runtime.defaultModel();
    await (await runtime.registry()).resolve(model);
    return { name: 'model', status: 'ok', text: model };
  } catch (error) {
    if (!(error instanceof ZekeError)) throw error;
    return { name: 'model', status: 'problem', text: error.message, exitCode: EXIT.usage };
  }
}

async function checkEngine({ config, env }: Runtime): Promise<Check> {
  const name = 'local engine';
  const isWanted = Object.keys(config.local).length > 0;
  if (!isWanted) return { name, status: 'ok', text: 'not used (zeke models add-local)' };
  try {
    const { importOptionalPackage } = await import('../platform/optional-package.ts');
    const engine = await importOptionalPackage('node-llama-cpp', [env.ZEKE_LOCAL_ENGINE]);
    if (engine !== undefined) return { name, status: 'ok', text: 'node-llama-cpp is installed' };
    const text = 'not installed: npm install -g node-llama-cpp';
    return { name, status: 'problem', text, exitCode: EXIT.provider };
  } catch (error) {
    return { name, status: 'problem', text: errorMessage(error), exitCode: EXIT.provider };
  }
}
