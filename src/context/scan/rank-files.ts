/** Which files a question is about: BM25 over their text, with the words of their path. */
import type { WorkspaceFile } from '../../platform/walk/walk-workspace.ts';
import type { TermCounts } from './matcher.ts';
import type { ParsedQuery } from './query.ts';
import { splitName, stemWord } from './words.ts';

/** What the pass over all texts keeps of one file. */
export interface FileCounts {
  readonly file: WorkspaceFile;
  readonly counts: TermCounts;
}
export interface RankedFile extends FileCounts {
  readonly score: number;
  /** From 0 to 1: what a match in a file of this kind is worth for this question. */
  readonly kindFactor: number;
}
/** Weight of every term and name: rare ones tell more. */
export interface Weights {
  readonly terms: Float64Array;
  readonly names: Float64Array;
}

/** BM25's saturation and length normalisation, as usual for code. */
const K1 = 1.2;
const B = 0.7;
/** What a term in the path adds, in units of its weight; measured, see docs/builtin.md. */
const IN_FILE_NAME = 1.6;
const IN_FOLDER_NAME = 0.5;
/** A path written out in the question. */
const WRITTEN_OUT = 12;

/** The inverse document frequency of every term and name among the files that were scanned. */
export function weighTerms(
  query: ParsedQuery,
  files: readonly FileCounts[],
  total: number,
): Weights {
  const weigh = (countOf: (file: FileCounts) => number) => {
    let holding = 0;
    for (const file of files) if (countOf(file) > 0) holding++;
    return Math.log(1 + (total - holding + 0.5) / (holding + 0.5));
  };
  return {
    terms: Float64Array.from(
      query.terms,
      (term, index) => term.weight * weigh(({ counts }) => counts.terms[index] ?? 0),
    ),
    names: Float64Array.from(
      query.names,
      (name, index) => name.weight * weigh(({ counts }) => counts.names[index] ?? 0),
    ),
  };
}

/** The files that hold anything of the query, best first. */
export function rankFiles(
  query: ParsedQuery,
  files: readonly FileCounts[],
  weights: Weights,
): readonly RankedFile[] {
  const meanBytes = mean(files.map(({ file }) => file.sizeBytes));
  const asksFor = asksForKind(query);
  const ranked = files.map((file) => {
    const length = 1 - B + (B * file.file.sizeBytes) / meanBytes;
    const text =
      saturated(file.counts.terms, weights.terms, length) +
      saturated(file.counts.names, weights.names, length);
    const path = scorePathWords(file.file.path, query, weights) + writtenOut(file.file.path, query);
    const factor = kindFactorOf(file.file.path, asksFor);
    return { ...file, score: (text + path) * factor, kindFactor: factor };
  });
  return ranked.filter(({ score }) => score > 0).sort((left, right) => right.score - left.score);
}

function saturated(counts: Float64Array, weights: Float64Array, length: number): number {
  let sum = 0;
  for (const [index, count] of counts.entries()) {
    if (count > 0) sum += ((weights[index] ?? 0) * count * (K1 + 1)) / (count + K1 * length);
  }
  return sum;
}

function scorePathWords(path: string, query: ParsedQuery, weights: Weights): number {
  const nameStart = path.lastIndexOf('/') + 1;
  const inName = new Set(splitName(path.slice(nameStart).replace(/\.[^.]*$/, '')).map(stemWord));
  const inFolders = new Set(splitName(path.slice(0, nameStart)).map(stemWord));
  let sum = 0;
  for (const [index, term] of query.terms.entries()) {
    const worth = inName.has(term.stem)
      ? IN_FILE_NAME
      : inFolders.has(term.stem)
        ? IN_FOLDER_NAME
        : 0;
    sum += worth * (weights.terms[index] ?? 0);
  }
  return sum;
}

function writtenOut(path: string, query: ParsedQuery): number {
  const isNamed = query.paths.some((named) => path === named || path.endsWith(`/${named}`));
  return isNamed ? WRITTEN_OUT : 0;
}

interface AskedKinds {
  readonly tests: boolean;
  readonly docs: boolean;
}

function asksForKind(query: ParsedQuery): AskedKinds {
  const stems = new Set(query.terms.filter(({ weight }) => weight === 1).map(({ stem }) => stem));
  const has = (words: string) => words.split(' ').some((word) => stems.has(stemWord(word)));
  return {
    tests: has('test tests spec fixture mock benchmark'),
    docs: has('docs documentation readme guide changelog example install usage license'),
  };
}

const TEST_PATH =
  /(?:^|\/)(?:tests?|__tests__|spec|specs|e2e|fixtures?|testdata|testing|benchmarks?|bench)\/|(?:^|\/)(?:test_[^/]*|conftest\.py|[^/]*[._-](?:test|spec|bench)\.[^/]+|[^/]*_test\.[^/]+)$/i;
const DOC_PATH =
  /\.(?:md|mdx|rst|txt|adoc)$|(?:^|\/)(?:docs?|examples?|samples?|changelog)\/|(?:^|\/)(?:changelog|authors|history)$/i;
const FOREIGN_PATH = /(?:^|\/)(?:vendor|third_party|external|dist|build|generated)\//i;

/** What is left of the score of a test, or of prose, when the question does not ask for one. */
const ASIDE = 0.4;

/** A question about code is rarely answered by tests, prose or other people's code. */
function kindFactorOf(path: string, asked: AskedKinds): number {
  let factor = 1;
  if (!asked.tests && TEST_PATH.test(path)) factor *= ASIDE;
  if (!asked.docs && DOC_PATH.test(path)) factor *= ASIDE;
  return FOREIGN_PATH.test(path) ? factor * 0.6 : factor;
}

function mean(values: readonly number[]): number {
  if (values.length === 0) return 1;
  return Math.max(1, values.reduce((sum, value) => sum + value, 0) / values.length);
}
