/**
 * The search that needs no index: every question reads the workspace once, file by file, and keeps
 * only counts; the best files are then looked at closely. See docs/context.md for its limits.
 */
import type { WorkspaceFile } from '../../platform/walk/walk-workspace.ts';
import type { CodeSearch, CodeSymbol, SearchHit, SearchQuery } from '../search.ts';
import { findPaths } from './find-files.ts';
import { createMatcher, type Matcher } from './matcher.ts';
import { parseQuery } from './query.ts';
import { type FileCounts, rankFiles, weighTerms } from './rank-files.ts';
import { rankSegments } from './rank-segments.ts';
import { createRest, type ScanFiles } from './scan-files.ts';
import { startWithComment } from './segments.ts';
import type { ScannedFile } from './text-cache.ts';

/** Files whose definitions and lines are looked at closely. */
const MAX_CLOSE_FILES = 40;
/** Lines of one definition that are shown. */
const MAX_DEFINITION_LINES = 60;

/** A search over the files of a workspace as they are right now. */
export function createScanSearch(files: ScanFiles): CodeSearch {
  return {
    search: async (query) => await searchFiles(files, query),
    findDefinitions: async (name, signal) => await findDefinitions(files, name, signal),
    outline: async (path, signal) => (await findFile(files, path, signal))?.symbols() ?? [],
    findFiles: async ({ pattern, limit, signal }) => {
      const paths = (await files.list(signal)).map(({ path }) => path);
      return findPaths(paths, pattern, limit);
    },
  };
}

/** The file at `path`, read; undefined where there is none that may be shown. */
export async function findFile(
  files: ScanFiles,
  path: string,
  signal: AbortSignal | undefined,
): Promise<ScannedFile | undefined> {
  const file = (await files.list(signal)).find((candidate) => candidate.path === path);
  return file === undefined ? undefined : await files.read(file);
}

async function searchFiles(
  files: ScanFiles,
  { text, limit, signal }: SearchQuery,
): Promise<readonly SearchHit[]> {
  signal?.throwIfAborted();
  const query = parseQuery(text);
  if (query.terms.length + query.names.length + query.paths.length === 0) return [];
  const matcher = createMatcher(query);
  const counted = await countFiles(files, matcher, signal);
  const weights = weighTerms(query, counted, counted.length);
  const ranked = rankFiles(query, counted, weights).slice(0, MAX_CLOSE_FILES);
  const hits: SearchHit[] = [];
  const rest = createRest(signal);
  for (const candidate of ranked) {
    const scanned = await files.read(candidate.file);
    if (scanned !== undefined)
      hits.push(...rankSegments({ query, matcher, weights }, candidate, scanned));
    await rest();
  }
  return hits.sort((left, right) => right.score - left.score).slice(0, limit);
}

/** Reads every file once and keeps the counts of those that are text. */
async function countFiles(
  files: ScanFiles,
  matcher: Matcher,
  signal: AbortSignal | undefined,
): Promise<readonly FileCounts[]> {
  const counted: { file: WorkspaceFile; counts: ReturnType<Matcher['count']> }[] = [];
  await files.forEachText((scanned, file) => {
    counted.push({ file, counts: matcher.count(scanned.text) });
  }, signal);
  return counted;
}

async function findDefinitions(
  files: ScanFiles,
  name: string,
  signal: AbortSignal | undefined,
): Promise<readonly SearchHit[]> {
  signal?.throwIfAborted();
  const found: SearchHit[] = [];
  if (name.trim() === '') return found;
  await files.forEachText((scanned) => {
    if (!scanned.text.toLowerCase().includes(name.toLowerCase())) return;
    for (const symbol of scanned.symbols()) {
      const score = scoreDefinition(symbol, name, scanned.path);
      if (score > 0) found.push(definitionHit(scanned, symbol, score));
    }
  }, signal);
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
