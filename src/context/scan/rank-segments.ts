/** Which lines of the best files to show: segments scored by their words and by what they define. */
import type { SearchHit } from '../search.ts';
import type { Matcher } from './matcher.ts';
import type { ParsedQuery } from './query.ts';
import type { RankedFile, Weights } from './rank-files.ts';
import { type Segment, segmentFile } from './segments.ts';
import type { ScannedFile } from './text-cache.ts';
import { splitName, stemWord } from './words.ts';

const K1 = 1.2;
const MEAN_SEGMENT_CHARACTERS = 900;
const B = 0.4;
/** What a term in a definition's own name adds, in units of its weight. */
const IN_SYMBOL_NAME = 1.8;
/** A definition whose name is written out in the question. */
const IS_NAMED = 3;
/** What is left of that for a definition of one line. */
const ALIAS_SHARE = 0.5;
/** How much of a file's own score its segments get: a good file first, then its best lines. */
const FILE_SHARE = 2;
/** Snippets of one file in one answer. */
const MAX_HITS_PER_FILE = 2;

export interface SegmentRanking {
  readonly query: ParsedQuery;
  readonly matcher: Matcher;
  readonly weights: Weights;
}

/** The best segments of one file as hits, best first. */
export function rankSegments(
  ranking: SegmentRanking,
  ranked: RankedFile,
  file: ScannedFile,
): readonly SearchHit[] {
  const lines = file.lines();
  const scored = segmentFile(file).map((segment) => {
    const text = lines.slice(segment.startLine - 1, segment.endLine).join('\n');
    return { segment, text, ...scoreSegment(ranking, segment, text) };
  });
  return scored
    .filter(({ score }) => score > 0)
    .sort((left, right) => right.score - left.score)
    .slice(0, MAX_HITS_PER_FILE)
    .map(({ segment, text, score, reason }) => ({
      path: file.path,
      startLine: segment.startLine,
      endLine: segment.endLine,
      ...(segment.symbol === undefined ? {} : { symbol: segment.symbol.name }),
      score: score * ranked.kindFactor + FILE_SHARE * ranked.score,
      reason,
      text,
    }));
}

function scoreSegment(
  { query, matcher, weights }: SegmentRanking,
  segment: Segment,
  text: string,
): { readonly score: number; readonly reason: string } {
  const counts = matcher.count(text);
  const length = 1 - B + (B * text.length) / MEAN_SEGMENT_CHARACTERS;
  const saturate = (count: number) => (count * (K1 + 1)) / (count + K1 * length);
  const found: string[] = [];
  let score = 0;
  for (const [index, term] of query.terms.entries()) {
    const count = counts.terms[index] ?? 0;
    if (count === 0) continue;
    score += (weights.terms[index] ?? 0) * saturate(count);
    found.push(term.word);
  }
  for (const [index, { name }] of query.names.entries()) {
    const count = counts.names[index] ?? 0;
    if (count === 0) continue;
    score += (weights.names[index] ?? 0) * saturate(count);
    found.push(name);
  }
  const defined = scoreSymbol(query, segment, weights);
  const words = [...new Set(found)].slice(0, 6).join(', ');
  const names = words === '' ? '' : `names: ${words}`;
  const reason = [defined > 0 ? `defines ${segment.symbol?.name}` : '', names];
  return { score: score + defined, reason: reason.filter((part) => part !== '').join('; ') };
}

function scoreSymbol(query: ParsedQuery, segment: Segment, weights: Weights): number {
  const { symbol } = segment;
  if (symbol === undefined) return 0;
  const words = splitName(symbol.name);
  const stems = new Set(words.map(stemWord));
  let matched = 0;
  let sum = 0;
  for (const [index, term] of query.terms.entries()) {
    if (!stems.has(term.stem)) continue;
    matched++;
    sum += weights.terms[index] ?? 0;
  }
  // `retry` says more about a question for retries than `parseHttpRetryAfterHeader` does.
  const share = words.length === 0 ? 0 : 0.5 + 0.5 * (matched / words.length);
  // One line is an alias or an import more often than it is the place that was asked for.
  const isAlias = symbol.endLine === symbol.startLine && symbol.kind !== 'heading';
  const worth = isAlias ? ALIAS_SHARE : 1;
  const named = query.names.findIndex(({ name }) => name === symbol.name);
  const whole = named < 0 ? 0 : IS_NAMED * (weights.names[named] ?? 0);
  return worth * (IN_SYMBOL_NAME * sum * share + whole);
}
