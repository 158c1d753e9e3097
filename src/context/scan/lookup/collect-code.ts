/** Snippets for a question, a place or a change, and a map of the workspace, within a budget. */
import { estimateTokens } from '../../budget.ts';
import type { CodeMap, CollectedCode, ContextQuery, MapQuery } from '../../code-index.ts';
import type { CodeSearch, CodeSymbol, SearchHit } from '../../search.ts';
import type { ScanFiles } from '../scan-files.ts';
import { findFile } from '../scan-search.ts';
import { createResolver, importsOf } from './find-imports.ts';
import { symbolAt } from './find-references.ts';

/** Hits asked of the search before the budget decides. */
const MAX_HITS = 40;
/** Lines around a place that stands in no definition. */
const AROUND_LINES = 10;
const MAX_SNIPPET_LINES = 60;
/** The path line above a snippet. */
const OVERHEAD_TOKENS = 12;
/** Definitions of one file in a map. */
const MAX_MAP_SYMBOLS = 12;

/** What is changed comes first, then what stands at the cursor, then what the question finds. */
export async function collectCode(
  files: ScanFiles,
  search: CodeSearch,
  query: ContextQuery,
): Promise<CollectedCode> {
  const { signal, nearby } = query;
  const places = (query.changes ?? []).map((change) => ({ ...change, reason: 'is being changed' }));
  if (nearby?.cursor !== undefined) {
    const { path, line } = nearby.cursor;
    places.push({ path, startLine: line, endLine: line, reason: 'at the cursor' });
  }
  const hits: SearchHit[] = [];
  for (const place of places) {
    const hit = await snippetAt(files, place, signal);
    if (hit !== undefined) hits.push(hit);
  }
  const text = query.text ?? '';
  if (text.trim() !== '') {
    const abort = signal === undefined ? {} : { signal };
    hits.push(...(await search.search({ text, limit: MAX_HITS, ...abort })));
  }
  return withinBudget(hits, query.tokens);
}

function withinBudget(hits: readonly SearchHit[], budget: number): CollectedCode {
  const results: (SearchHit & { tokens: number })[] = [];
  const seen = new Set<string>();
  let total = 0;
  for (const hit of hits) {
    const place = `${hit.path}:${hit.startLine}`;
    const tokens = estimateTokens(hit.text) + OVERHEAD_TOKENS;
    if (seen.has(place) || total + tokens > budget) continue;
    seen.add(place);
    total += tokens;
    results.push({ ...hit, tokens });
  }
  return { tokens: total, results };
}

async function snippetAt(
  files: ScanFiles,
  place: { path: string; startLine: number; endLine: number; reason: string },
  signal: AbortSignal | undefined,
): Promise<SearchHit | undefined> {
  const file = await findFile(files, place.path, signal);
  if (file === undefined) return undefined;
  const lines = file.lines();
  const symbol = symbolAt(file.symbols(), place.startLine);
  const startLine = Math.max(1, symbol?.startLine ?? place.startLine - AROUND_LINES);
  const wanted = Math.max(symbol?.endLine ?? 0, place.endLine + (symbol ? 0 : AROUND_LINES));
  const endLine = Math.min(wanted, lines.length, startLine + MAX_SNIPPET_LINES - 1);
  if (endLine < startLine) return undefined;
  return {
    path: file.path,
    startLine,
    endLine,
    ...(symbol === undefined ? {} : { symbol: symbol.name }),
    score: 0,
    reason: place.reason,
    text: lines.slice(startLine - 1, endLine).join('\n'),
  };
}

interface MapFile {
  readonly path: string;
  readonly symbols: readonly CodeSymbol[];
  readonly imports: readonly string[];
}

/** The files most imported first, each with the first lines of its definitions. */
export async function mapCode(files: ScanFiles, query: MapQuery): Promise<CodeMap> {
  const known: MapFile[] = [];
  await files.forEachText((scanned) => {
    const symbols = scanned.symbols().filter(({ kind }) => kind !== 'heading');
    if (symbols.length > 0) {
      known.push({ path: scanned.path, symbols, imports: importsOf(scanned) });
    }
  }, query.signal);
  const weights = weighFiles(known, new Set(query.focus ?? []));
  known.sort((left, right) => (weights.get(right.path) ?? 0) - (weights.get(left.path) ?? 0));
  const parts: string[] = [];
  let [tokens, symbols] = [0, 0];
  for (const file of known) {
    const shown = file.symbols.slice(0, MAX_MAP_SYMBOLS);
    const lines = shown.map(
      (symbol) => `${symbol.container === undefined ? '  ' : '    '}${symbol.signature}`,
    );
    // A name may hold a line break.
    const part = [file.path.replace(/\p{Cc}/gu, '?'), ...lines].join('\n');
    const cost = estimateTokens(part) + 1;
    if (tokens + cost > query.tokens) continue;
    tokens += cost;
    symbols += shown.length;
    parts.push(part);
  }
  return { text: parts.join('\n'), tokens, files: parts.length, symbols };
}

/** How often a file is imported; imports of and by the files in focus count most. */
function weighFiles(
  known: readonly MapFile[],
  focus: ReadonlySet<string>,
): ReadonlyMap<string, number> {
  const FOCUS_WEIGHT = 50;
  const resolve = createResolver(new Set(known.map(({ path }) => path)));
  const weights = new Map<string, number>();
  const add = (path: string, weight: number) =>
    weights.set(path, (weights.get(path) ?? 0) + weight);
  for (const file of known) {
    const share = focus.has(file.path) ? FOCUS_WEIGHT : 1;
    if (focus.has(file.path)) add(file.path, FOCUS_WEIGHT * FOCUS_WEIGHT);
    for (const text of file.imports) {
      const target = resolve(file.path, text);
      if (target === undefined || target === file.path) continue;
      add(target, share);
      if (focus.has(target)) add(file.path, FOCUS_WEIGHT);
    }
  }
  return weights;
}
