// Sets A, B and C: a question about a tree, answered by files.
import { estimateTokens } from '../../../src/context/budget.ts';
import { bm25, countWords, keywords } from './baselines.mjs';
import { BlobReader, listTree } from './git.mjs';
import { HistoryLog } from './history-log.mjs';
import { score } from './metrics.mjs';
import { openSearch } from './native-search.mjs';
import { isCandidate } from './paths.mjs';
import { ScratchTree } from './scratch-tree.mjs';

const MAX_FILE_BYTES = 1_000_000;
/** Tokens for each byte of code: what a whole file costs who reads it whole. */
const TOKENS_PER_BYTE = 0.3;

/** Asks all queries about one repository. */
export async function runFileQueries(queries, { gitDir, libraryPath, hasHistory, variation }) {
  const tree = new ScratchTree(gitDir);
  const blobs = new BlobReader(gitDir);
  const history = new HistoryLog(gitDir);
  const counted = new Map();
  const answers = [];
  let search;
  try {
    for (const query of queries) {
      tree.moveTo(query.commit);
      search ??= await openSearch(tree.root, libraryPath);
      await search.refresh();
      if (hasHistory) await search.remember(query.commit, history.upTo(query.commit));
      if (variation !== undefined) {
        const rate = async () => rateHits(await search.search(query.text), query).MRR;
        answers.push({ ...query, varied: await variation.ask(rate) });
        continue;
      }
      const documents = await readDocuments(query, { gitDir, blobs, counted });
      const began = performance.now();
      const hits = await search.search(query.text);
      answers.push({
        ...query,
        milliseconds: performance.now() - began,
        candidates: documents.length,
        bucket: overlapOf(query, documents),
        native: rateHits(hits, query),
        bm25: rateFiles(bm25(query.text, documents), query, documents),
        keywords: rateFiles(keywords(query.text, documents), query, documents),
      });
    }
  } finally {
    await search?.close();
    blobs.close();
    tree.remove();
  }
  return answers;
}

async function readDocuments(query, { gitDir, blobs, counted }) {
  const files = listTree(gitDir, query.commit).filter(
    ({ path, bytes }) => isCandidate(path, query.gold) && bytes <= MAX_FILE_BYTES,
  );
  const missing = files.filter(({ blob }) => !counted.has(blob));
  const texts = await Promise.all(missing.map(({ blob }) => blobs.read(blob)));
  for (const [at, { blob }] of missing.entries()) {
    counted.set(blob, { ...countWords(texts[at]), defined: definedNames(texts[at]) });
  }
  return files.map(({ path, blob, bytes }) => ({ key: path, bytes, ...counted.get(blob) }));
}

/** The files of the hits, each where it comes first. */
function rateHits(hits, query) {
  const candidates = hits.filter(({ path }) => isCandidate(path, query.gold));
  const ranked = [...new Set(candidates.map(({ path }) => path))];
  const first = hits.findIndex(({ path }) => query.gold.includes(path));
  const read = hits.slice(0, first < 0 ? hits.length : first + 1);
  const tokens = read.reduce((sum, { text }) => sum + estimateTokens(text), 0);
  return { ...score(ranked, query.gold), tokens, ranked: ranked.slice(0, 10) };
}

function rateFiles(ranked, query, documents) {
  const bytes = new Map(documents.map((document) => [document.key, document.bytes]));
  const first = ranked.findIndex((path) => query.gold.includes(path));
  const read = ranked.slice(0, first < 0 ? 100 : first + 1);
  const tokens = read.reduce((sum, path) => sum + bytes.get(path) * TOKENS_PER_BYTE, 0);
  return { ...score(ranked, query.gold), tokens: Math.round(tokens) };
}

const DEFINES = /\b(?:def|class|function|fn|func|const|struct|interface|type|enum)\s+(\w{4,})/g;

function definedNames(text) {
  return new Set([...text.matchAll(DEFINES)].map(([, name]) => name));
}

/** Whether the question gives the answer away: it names the file, or something defined in it. */
function overlapOf(query, documents) {
  const words = new Set(query.text.match(/\w+/g));
  const stems = query.gold.map((path) =>
    path.slice(path.lastIndexOf('/') + 1).replace(/\..*$/, ''),
  );
  if (stems.some((stem) => stem.length > 2 && words.has(stem))) return 'names the file';
  const defined = documents.filter(({ key }) => query.gold.includes(key));
  const isNamed = defined.some((document) => [...document.defined].some((name) => words.has(name)));
  return isNamed ? 'names a definition' : 'names neither';
}
