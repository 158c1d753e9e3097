/**
 * The search that needs no index: every question reads the workspace once, file by file, and keeps
 * only counts; the best files are then looked at closely. See docs/context.md for its limits.
 */
import type { Environment } from '../../platform/env.ts';
import type { WorkspaceFile } from '../../platform/walk/walk-workspace.ts';
import type { CodeSearch, CodeSymbol, SearchHit, SearchQuery } from '../search.ts';
import { findPaths } from './find-files.ts';
import { createMatcher, type Matcher } from './matcher.ts';
import { parseQuery } from './query.ts';
import { type FileCounts, rankFiles, weighTerms } from './rank-files.ts';
import { rankSegments } from './rank-segments.ts';
import { startWithComment } from './segments.ts';
import { createTextCache, type ScannedFile, type TextCache } from './text-cache.ts';

export interface ScanSearchOptions {
  /** Real path of the workspace's root. */
  readonly root: string;
  readonly env: Environment;
}

/** Files whose definitions and lines are looked at closely. */
const MAX_CLOSE_FILES = 40;
/** The longest stretch of work before other work gets its turn. */
const MAX_BUSY_MS = 12;
/** Lines of one definition that are shown. */
const MAX_DEFINITION_LINES = 60;

/** Text in these is not written by people, or is no text at all; they are found by path only. */
const UNREAD_PATH =
  /\.(?:png|jpe?g|gif|webp|avif|ico|bmp|tiff?|svg|pdf|zip|gz|tgz|bz2|xz|zst|7z|rar|jar|war|wasm|so|dylib|dll|exe|a|o|obj|lib|class|pyc|woff2?|ttf|otf|eot|mp[34]|mov|webm|ogg|wav|flac|map|lock|snap|min\.js|min\.css|db|sqlite3?|bin|onnx|gguf)$|(?:^|\/)(?:package-lock\.json|pnpm-lock\.yaml|npm-shrinkwrap\.json|go\.sum)$/i;

/** A search over the files of a workspace as they are right now. */
export function createScanSearch({ root, env }: ScanSearchOptions): CodeSearch {
  const cache = createTextCache(root);
  const listFiles = shareRunning(async (signal) => {
    // Loaded with the first question: a search is made at every start, and seldom asked.
    const { walkWorkspace } = await import('../../platform/walk/walk-workspace.ts');
    return (await walkWorkspace({ root, env, ...(signal === undefined ? {} : { signal }) })).files;
  });
  return {
    search: async (query) => await searchFiles(await listFiles(query.signal), cache, query),
    findDefinitions: async (name, signal) =>
      await findDefinitions({ files: await listFiles(signal), cache, name, signal }),
    outline: async (path, signal) => {
      const file = (await listFiles(signal)).find((candidate) => candidate.path === path);
      const scanned = file === undefined ? undefined : await cache.read(file);
      return scanned?.symbols() ?? [];
    },
    findFiles: async ({ pattern, limit, signal }) => {
      const files = await listFiles(signal);
      return findPaths(
        files.map(({ path }) => path),
        pattern,
        limit,
      );
    },
  };
}

type ListFiles = (signal?: AbortSignal) => Promise<readonly WorkspaceFile[]>;

/** Callers that share a signal share the walk that is under way; nothing is kept after it. */
function shareRunning(list: ListFiles): ListFiles {
  const running = new Map<AbortSignal | undefined, Promise<readonly WorkspaceFile[]>>();
  return (signal) => {
    const before = running.get(signal);
    if (before !== undefined) return before;
    const started = list(signal).finally(() => running.delete(signal));
    running.set(signal, started);
    return started;
  };
}

async function searchFiles(
  files: readonly WorkspaceFile[],
  cache: TextCache,
  { text, limit, signal }: SearchQuery,
): Promise<readonly SearchHit[]> {
  const query = parseQuery(text);
  if (query.terms.length + query.names.length + query.paths.length === 0) return [];
  const matcher = createMatcher(query);
  const counted = await countFiles({ files, cache, matcher, signal });
  const weights = weighTerms(query, counted, counted.length);
  const ranked = rankFiles(query, counted, weights).slice(0, MAX_CLOSE_FILES);
  const hits: SearchHit[] = [];
  const rest = createRest(signal);
  for (const candidate of ranked) {
    const scanned = await cache.read(candidate.file);
    if (scanned !== undefined)
      hits.push(...rankSegments({ query, matcher, weights }, candidate, scanned));
    await rest();
  }
  return hits.sort((left, right) => right.score - left.score).slice(0, limit);
}

/** Reads every file once and keeps the counts of those that are text. */
async function countFiles(scan: {
  readonly files: readonly WorkspaceFile[];
  readonly cache: TextCache;
  readonly matcher: Matcher;
  readonly signal: AbortSignal | undefined;
}): Promise<readonly FileCounts[]> {
  const counted: FileCounts[] = [];
  await forEachText(scan, (file, scanned) => {
    counted.push({ file, counts: scan.matcher.count(scanned.text) });
  });
  return counted;
}

async function findDefinitions(scan: {
  readonly files: readonly WorkspaceFile[];
  readonly cache: TextCache;
  readonly name: string;
  readonly signal: AbortSignal | undefined;
}): Promise<readonly SearchHit[]> {
  const { name } = scan;
  const found: SearchHit[] = [];
  if (name.trim() === '') return found;
  await forEachText(scan, (_, scanned) => {
    if (!scanned.text.toLowerCase().includes(name.toLowerCase())) return;
    for (const symbol of scanned.symbols()) {
      const score = scoreDefinition(symbol, name, scanned.path);
      if (score > 0) found.push(definitionHit(scanned, symbol, score));
    }
  });
  return found.sort((left, right) => right.score - left.score || (left.path < right.path ? -1 : 1));
}

/** An exact name beats another case; what is exported and not a test comes first. */
function scoreDefinition(symbol: CodeSymbol, name: string, path: string): number {
  const isExact = symbol.name === name;
  if (!isExact && symbol.name.toLowerCase() !== name.toLowerCase()) return 0;
  let score = isExact ? 10 : 5;
  if (/^(?:export|pub|public)\b/.test(symbol.signature)) score += 1;
  if (symbol.container === undefined) score += 0.5;
  if (/(?:^|\/)(?:tests?|spec|fixtures?|examples?)\//i.test(path)) score -= 2;
  return symbol.kind === 'heading' ? score - 3 : score;
}

function definitionHit(file: ScannedFile, symbol: CodeSymbol, score: number): SearchHit {
  const lines = file.lines();
  const startLine = startWithComment(lines, symbol.startLine);
  const endLine = Math.min(symbol.endLine, symbol.startLine + MAX_DEFINITION_LINES - 1);
  return {
    path: file.path,
    startLine,
    endLine,
    symbol: symbol.name,
    score,
    reason: `defines ${symbol.name}`,
    text: lines.slice(startLine - 1, endLine).join('\n'),
  };
}

/** Hands over the text of every readable file, with rests in between. */
async function forEachText(
  scan: {
    readonly files: readonly WorkspaceFile[];
    readonly cache: TextCache;
    readonly signal: AbortSignal | undefined;
  },
  visit: (file: WorkspaceFile, scanned: ScannedFile) => void,
): Promise<void> {
  const rest = createRest(scan.signal);
  for (const file of scan.files) {
    if (UNREAD_PATH.test(file.path)) continue;
    const scanned = await scan.cache.read(file);
    if (scanned !== undefined) visit(file, scanned);
    await rest();
  }
}

/** Lets the event loop turn when the last turn is long ago; throws when aborted. */
function createRest(signal: AbortSignal | undefined): () => Promise<void> {
  let lastRestAt = performance.now();
  return async () => {
    signal?.throwIfAborted();
    if (performance.now() - lastRestAt < MAX_BUSY_MS) return;
    await new Promise((resolve) => setImmediate(resolve));
    lastRestAt = performance.now();
  };
}
