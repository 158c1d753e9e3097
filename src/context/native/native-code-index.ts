/** The code index in the words of the contract: each question is one operation of the library. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Environment } from '../../platform/env.ts';
import { ZekeError } from '../../platform/errors.ts';
import type { Operation } from '../../platform/native/declarations.ts';
import type { NativeIndex } from '../../platform/native/native-index.ts';
import type {
  CodeIndex,
  CodeMap,
  CollectedCode,
  Imports,
  IndexingListener,
  IndexProgress,
  IndexStatus,
  References,
  RefreshOptions,
  RefreshResult,
  SymbolMatches,
  TextMatches,
} from '../code-index.ts';
import type { CodeSymbol, SearchHit } from '../search.ts';
import { createFreshness, type Freshness } from './freshness.ts';
import { createHistory } from './history.ts';
import { unlessAborted } from './unless-aborted.ts';

const MAX_LIMIT = 2 ** 31 - 1;
/** Definitions of one name that are worth showing. */
const MAX_DEFINITIONS = 200;
/** How often what changed is asked for while somebody watches. */
const WATCH_PERIOD_MS = 200;

/** What is found for nothing; the library takes that for a mistake. */
const NOTHING = { results: [], isCut: false };

export interface NativeCodeIndexOptions {
  /** Real path of the workspace's root. */
  readonly root: string;
  readonly env: Environment;
  /** Serves a watch where the system tells the library of no changes. */
  readonly watchElsewhere: CodeIndex['watch'];
  readonly onIndexing?: IndexingListener | undefined;
  /** What the status says of the snapshot where the library knows nothing worse. */
  readonly problem?: string | undefined;
}

/** A CodeIndex on an open index of the library; closing it closes that. */
export function createNativeCodeIndex(
  index: NativeIndex,
  { root, env, onIndexing, watchElsewhere, problem }: NativeCodeIndexOptions,
): CodeIndex {
  const freshness = createFreshness(index, () => refreshForQuestion(index, onIndexing));
  const history = createHistory(index, { root, env });
  const ask = createAsk(index, freshness);
  /** Both at once: reading the log of git takes longer than most refreshes. */
  const askRanked: Ask = async (operation, request, signal) => {
    signal?.throwIfAborted();
    await unlessAborted(Promise.all([freshness.ensure(), history.ensure()]), signal);
    return await answer(index, { operation, request, signal });
  };
  return {
    search: async ({ text, limit, nearby, signal }) =>
      (await askRanked<Hits>('search', { text, limit, ...nearby }, signal)).results,
    findDefinitions: async (name, signal) =>
      (await ask<Hits>('definitions', { name, limit: MAX_DEFINITIONS }, signal)).results,
    outline: async (path, signal) =>
      (await ask<{ readonly symbols: readonly CodeSymbol[] }>('outline', { path }, signal)).symbols,
    findFiles: async ({ pattern, limit, signal }) =>
      (await ask<{ readonly paths: readonly string[] }>('files', { pattern, limit }, signal)).paths,
    findReferences: async ({ signal, ...query }) =>
      query.name.trim() === '' ? NOTHING : await ask<References>('references', query, signal),
    findSymbols: ({ signal, ...query }) => ask<SymbolMatches>('symbols', query, signal),
    findText: async ({ signal, isCaseSensitive = false, ...query }) =>
      query.pattern === ''
        ? NOTHING
        : await namingThePattern(ask<TextMatches>('grep', { ...query, isCaseSensitive }, signal)),
    findImports: (path, signal) => ask<Imports>('imports', { path }, signal),
    collect: ({ signal, nearby, ...query }) =>
      askRanked<CollectedCode>('context', { ...query, ...nearby }, signal),
    map: ({ signal, ...query }) => ask<CodeMap>('map', query, signal),
    refresh: (options) => refresh(index, options),
    status: async (signal) => ({
      engine: 'native',
      ...(problem === undefined ? {} : { notice: problem }),
      ...(await ask<Counts>('status', {}, signal)),
    }),
    setOverlay: async (path, text) => {
      await index.call('overlay', text === undefined ? { path } : { path, text });
    },
    watch: (onChange, signal) => watch(freshness, { onChange, signal }, watchElsewhere),
    close: async () => {
      history.close();
      await index.close();
    },
  };
}

interface Hits {
  readonly results: readonly SearchHit[];
}
type Counts = Omit<IndexStatus, 'engine' | 'reason'>;
type OnChange = Parameters<CodeIndex['watch']>[0];
type Ask = <T>(operation: Operation, request: object, signal?: AbortSignal) => Promise<T>;

function createAsk(index: NativeIndex, freshness: Freshness): Ask {
  return async (operation, request, signal) => {
    signal?.throwIfAborted();
    await freshness.ensure(signal);
    return await answer(index, { operation, request, signal });
  };
}

/** The library's answers have the shape that docs/native.md gives them: it is built with this. */
async function answer<T>(
  index: NativeIndex,
  question: {
    readonly operation: Operation;
    readonly request: object;
    readonly signal: AbortSignal | undefined;
  },
): Promise<T> {
  const { operation, request, signal } = question;
  return (await index.call(operation, withWholeLimit(request), { signal })) as T;
}

/** The library counts in whole numbers; `Infinity` means all there are. */
function withWholeLimit(request: { readonly limit?: number }): object {
  const { limit } = request;
  return limit === undefined ? request : { ...request, limit: Math.min(limit, MAX_LIMIT) };
}

/** The library says what is wrong with a pattern, not that it is one. */
async function namingThePattern<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof ZekeError) || error.kind !== 'usage') throw error;
    throw new ZekeError('usage', `This is no regular expression: ${error.message}`);
  }
}

/** The last report of a finished call would come when nobody waits any more. */
function onlyUnfinished(onProgress: (progress: IndexProgress) => void) {
  return ({ phase, done, total }: { phase: string; done: number; total: number }): void => {
    if (phase === 'finished') return;
    onProgress({ phase: phase as IndexProgress['phase'], done, total });
  };
}

/** As a question does it: whoever is told of it hears of its end, too. */
async function refreshForQuestion(
  index: NativeIndex,
  onIndexing: IndexingListener | undefined,
): Promise<void> {
  try {
    await refresh(index, onIndexing === undefined ? {} : { onProgress: onIndexing });
  } finally {
    onIndexing?.(undefined);
  }
}

async function refresh(index: NativeIndex, options: RefreshOptions = {}): Promise<RefreshResult> {
  const { isForced = false, onProgress, signal } = options;
  const report = onProgress === undefined ? undefined : onlyUnfinished(onProgress);
  const result = await index.call('refresh', { isForced }, { signal, onProgress: report });
  return result as RefreshResult;
}

/** Asks again and again; what the library heard of meanwhile comes with each answer. */
async function watch(
  freshness: Freshness,
  { onChange, signal }: { readonly onChange: OnChange; readonly signal: AbortSignal },
  watchElsewhere: CodeIndex['watch'],
): Promise<void> {
  if (!(await freshness.watch())) return await watchElsewhere(onChange, signal);
  const stop = freshness.listen(onChange);
  try {
    while (!signal.aborted) {
      // Rejects when aborted, which is the way out.
      await wait(WATCH_PERIOD_MS, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      if (!(await freshness.watch())) return await watchElsewhere(onChange, signal);
    }
  } finally {
    stop();
  }
}
