/** `zeke models [list]`, `models add-local <file.gguf>`, `models remove-local <name>`. */
import { basename, resolve } from 'node:path';
import { editUserConfig } from '../../platform/config/edit.ts';
import { errorMessage, ZekeError } from '../../platform/errors.ts';
import { readFirstBytes, realPathOf } from '../../platform/inspect.ts';
import { nearestName } from '../../platform/nearest.ts';
import { resolveHome } from '../../platform/paths.ts';
import type { ModelInfo } from '../../providers/contract.ts';
import type { ProviderSummary } from '../../providers/registry.ts';
import type { Invocation } from '../command.ts';
import { composeRuntime, type Runtime } from '../compose.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printJson, printLine, printTable } from '../io/print.ts';
import { listModels } from '../list-models.ts';

/** Lists models, or changes the local ones in the user's config. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const [action = 'list', subject] = invocation.positionals;
  const runtime = await composeRuntime(invocation);
  try {
    if (action === 'add-local') return await addLocal(invocation, runtime, subject);
    if (action === 'remove-local') return await removeLocal(invocation, runtime, subject);
    return await listAll(invocation, runtime, subject);
  } finally {
    await runtime.close();
  }
}

interface Offer {
  readonly summary: ProviderSummary;
  readonly models: readonly ModelInfo[];
  /** Why the provider could not be asked. */
  readonly problem: string | undefined;
}

/** Only providers that can be used are asked: those with a key, and those that need none. */
async function listAll(
  invocation: Invocation,
  runtime: Runtime,
  subject: string | undefined,
): Promise<ExitCode> {
  const { options, io, signal } = invocation;
  const wanted = options.provider ?? subject;
  const all = (await runtime.registry()).providers();
  const usable = await filterAsync(all, async (summary) =>
    typeof wanted === 'string'
      ? summary.id === wanted
      : !summary.needsKey || (await summary.hasKey()),
  );
  if (typeof wanted === 'string' && usable.length === 0) throw unknownProvider(wanted, all);
  const offers = await Promise.all(usable.map((summary) => offerOf(runtime, summary, signal)));
  signal.throwIfAborted();
  const rows = offers.flatMap(({ summary, models }) => models.map((model) => ({ summary, model })));
  if (options.ids === true) {
    for (const { summary, model } of rows) printLine(io.stdout, `${summary.id}/${model.id}`);
  } else if (options.json === true) {
    printJson(io.stdout, rows.map(toJson));
  } else {
    printTable(io.stdout, rows.map(toRow));
  }
  const failed = offers.filter((offer) => offer.problem !== undefined);
  if (options.ids !== true) for (const offer of failed) explain(invocation, offer);
  return typeof wanted === 'string' && failed.length > 0 ? EXIT.provider : EXIT.ok;
}

async function offerOf(
  runtime: Runtime,
  summary: ProviderSummary,
  signal: AbortSignal,
): Promise<Offer> {
  try {
    return { summary, models: await listModels(runtime, summary.id, signal), problem: undefined };
  } catch (error) {
    if (!(error instanceof ZekeError)) throw error;
    return { summary, models: [], problem: errorMessage(error) };
  }
}

/** A host on this machine that is not running is no news unless it was asked for. */
function explain({ io, options }: Invocation, { summary, problem }: Offer): void {
  if (summary.isLocal && options.provider === undefined) {
    printLine(io.stderr, `${summary.id}: nothing answers at ${summary.baseUrl}.`);
  } else {
    printLine(io.stderr, `${summary.id}: ${problem}`);
  }
}

function unknownProvider(id: string, all: readonly ProviderSummary[]): ZekeError {
  const ids = all.map((summary) => summary.id);
  const nearest = nearestName(id, ids);
  const typed = JSON.stringify(id);
  return new ZekeError('usage', `There is no provider ${typed}; the nearest is ${nearest}.`);
}

/** The first bytes of every GGUF file. */
const GGUF_MAGIC = 'GGUF';

async function addLocal(
  invocation: Invocation,
  runtime: Runtime,
  subject: string | undefined,
): Promise<ExitCode> {
  if (subject === undefined) {
    throw new ZekeError('usage', '"zeke models add-local" needs a GGUF file.');
  }
  const typed = resolve(runtime.cwd, resolveHome(subject, runtime.env));
  const path = await realPathOf(typed);
  const magic = path === undefined ? undefined : await readFirstBytes(path, GGUF_MAGIC.length);
  if (path === undefined || magic === undefined) {
    throw new ZekeError('usage', `There is no file ${typed} that can be read.`);
  }
  if (magic.toString('latin1') !== GGUF_MAGIC) {
    throw new ZekeError('usage', `${typed} is not a GGUF file.`, {
      hint: 'Models for the local engine come as .gguf files.',
    });
  }
  const name = localName(invocation.options.name, typed);
  const table = ['local', name];
  const edits = [{ path: [...table, 'path'], value: path }];
  const file = await editUserConfig(runtime.paths, edits);
  printLine(invocation.io.stderr, `Added ${name} to ${file}.`);
  printLine(invocation.io.stderr, `Try it with: zeke ask --model local/${name} "hello"`);
  return EXIT.ok;
}

async function removeLocal(
  invocation: Invocation,
  runtime: Runtime,
  subject: string | undefined,
): Promise<ExitCode> {
  const names = Object.keys(runtime.config.local);
  if (subject === undefined || !names.includes(subject)) {
    const known = names.length === 0 ? 'there are none' : `known: ${names.join(', ')}`;
    throw new ZekeError('usage', `"zeke models remove-local" needs a local model (${known}).`);
  }
  const edits = [{ path: ['local', subject], value: undefined }];
  const file = await editUserConfig(runtime.paths, edits);
  printLine(invocation.io.stderr, `Removed ${subject} from ${file}; the model's file stays.`);
  return EXIT.ok;
}

/** A name given by the user is taken as it is or refused; one made from a file name is made fit. */
function localName(option: unknown, path: string): string {
  if (typeof option === 'string') {
    if (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(option)) return option;
    const typed = JSON.stringify(option);
    throw new ZekeError('usage', `${typed} is no name: use letters, digits, ".", "_" and "-".`);
  }
  const stem = basename(path).replace(/\.gguf$/i, '');
  const name = stem.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '');
  if (name !== '') return name.toLowerCase();
  throw new ZekeError('usage', 'Give the model a name with --name.');
}

interface ModelRow {
  readonly summary: ProviderSummary;
  readonly model: ModelInfo;
}

function toJson({ summary, model }: ModelRow): Record<string, unknown> {
  const { id, ...info } = model;
  return { model: `${summary.id}/${id}`, provider: summary.id, id, ...info };
}

function toRow({ summary, model }: ModelRow): readonly string[] {
  const { contextTokens, price } = model;
  const context = contextTokens === undefined ? '' : `${shortCount(contextTokens)} context`;
  const isFree = summary.isLocal ? 'on this machine' : '';
  const cost = price === undefined ? isFree : `$${price.input} in, $${price.output} out`;
  return [`${summary.id}/${model.id}`, context, cost];
}

/** `200k`, `1M`, `8192`. */
function shortCount(count: number): string {
  if (count >= 1_000_000) return `${Number((count / 1_000_000).toFixed(1))}M`;
  return count >= 10_000 ? `${Math.round(count / 1000)}k` : String(count);
}

async function filterAsync<T>(
  items: readonly T[],
  test: (item: T) => Promise<boolean>,
): Promise<readonly T[]> {
  const keep = await Promise.all(items.map(test));
  return items.filter((_, index) => keep[index]);
}
