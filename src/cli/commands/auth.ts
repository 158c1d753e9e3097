/** `zeke auth add|list|remove|test`. Keys are read, kept and tried; never printed. */
import { ZekeError } from '../../platform/errors.ts';
import { type KeyOwner, keyVariableOf } from '../../platform/keys/keys.ts';
import { nearestName } from '../../platform/nearest.ts';
import type { ProviderSummary } from '../../providers/registry.ts';
import type { Invocation } from '../command.ts';
import { composeRuntime, type Runtime } from '../compose.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printJson, printLine, printTable } from '../io/print.ts';
import { readSecret } from '../io/read-secret.ts';
import { listModels } from '../list-models.ts';

/** Runs one action. Resolves to 4 when `test` finds a key missing or refused. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const [action = 'list', provider] = invocation.positionals;
  const runtime = await composeRuntime(invocation);
  try {
    if (action === 'list') return await listKeys(invocation, runtime);
    const hosts = (await runtime.registry()).providers().filter(isHost);
    const summary = findHost(hosts, action, provider);
    if (action === 'add') return await addKey(invocation, runtime, summary);
    if (action === 'remove') return await removeKey(invocation, runtime, summary);
    return await testKey(invocation, runtime, summary);
  } finally {
    await runtime.close();
  }
}

async function listKeys(invocation: Invocation, runtime: Runtime): Promise<ExitCode> {
  const hosts = (await runtime.registry()).providers().filter(isHost);
  const keys = await (await runtime.keys()).list(hosts);
  const { stdout, stderr } = invocation.io;
  if (invocation.options.json === true) {
    printJson(stdout, keys);
  } else if (keys.length === 0) {
    printLine(stderr, 'No keys. Add one with: zeke auth add <provider>');
  } else {
    const variables = new Map(hosts.map((host) => [host.id, host.apiKeyEnv]));
    const rows = keys.map(({ provider, source, ending }) => [
      provider,
      source === 'environment' ? `environment (${variables.get(provider)})` : source,
      ending === '' ? '(hidden)' : `…${ending}`,
    ]);
    printTable(stdout, rows);
  }
  return EXIT.ok;
}

async function addKey(invocation: Invocation, runtime: Runtime, host: KeyOwner): Promise<ExitCode> {
  const { io, signal } = invocation;
  const key = await readSecret(io, `Key for ${host.id} (not shown): `, signal);
  const source = await (await runtime.keys()).add(host.id, key);
  const place = source === 'keyring' ? 'the keyring of the system' : 'a file only you can read';
  printLine(io.stderr, `Kept the key for ${host.id} in ${place}.`);
  if (isSetInEnvironment(runtime, host)) {
    printLine(io.stderr, `${host.apiKeyEnv} is set and is used instead while it is.`);
  }
  return EXIT.ok;
}

async function removeKey(
  invocation: Invocation,
  runtime: Runtime,
  host: KeyOwner,
): Promise<ExitCode> {
  const sources = await (await runtime.keys()).remove(host.id);
  const { stderr } = invocation.io;
  if (sources.length === 0) printLine(stderr, `There was no kept key for ${host.id}.`);
  else printLine(stderr, `Removed the key for ${host.id} (${sources.join(', ')}).`);
  if (isSetInEnvironment(runtime, host)) {
    printLine(stderr, `${host.apiKeyEnv} in your environment is not touched and still used.`);
  }
  return EXIT.ok;
}

/** One cheap request: the list of models. */
async function testKey(
  invocation: Invocation,
  runtime: Runtime,
  host: ProviderSummary,
): Promise<ExitCode> {
  const found = await (await runtime.keys()).find(host);
  if (found === undefined && host.needsKey) {
    const variable = host.apiKeyEnv === undefined ? '' : ` or set ${host.apiKeyEnv}`;
    throw new ZekeError('permission', `There is no key for ${host.id}.`, {
      hint: `Run: zeke auth add ${host.id}${variable}`,
    });
  }
  const models = await listModels(runtime, host.id, invocation.signal);
  const used = found === undefined ? 'without a key' : `with the key from the ${found.source}`;
  printLine(invocation.io.stderr, `${host.id} answers ${used}: ${models.length} models.`);
  return EXIT.ok;
}

function isHost(summary: ProviderSummary): boolean {
  return summary.baseUrl !== undefined;
}

function isSetInEnvironment({ env }: Runtime, { id, apiKeyEnv }: KeyOwner): boolean {
  const variable = apiKeyEnv ?? keyVariableOf(id);
  return variable !== undefined && env[variable] !== undefined;
}

function findHost(
  hosts: readonly ProviderSummary[],
  action: string,
  id: string | undefined,
): ProviderSummary {
  const ids = hosts.map((host) => host.id);
  if (id === undefined) {
    const usage = `"zeke auth ${action}" needs a provider: ${ids.join(', ')}.`;
    throw new ZekeError('usage', usage);
  }
  const host = hosts.find((candidate) => candidate.id === id);
  if (host !== undefined) return host;
  // What was typed is not repeated: it may be a key in the wrong place.
  throw new ZekeError('usage', `That is no provider; the nearest is ${nearestName(id, ids)}.`, {
    hint: `Known: ${ids.join(', ')}. Others need [providers.<id>] in your config.toml first.`,
  });
}
