// The two rankers everything is compared with, computed here: plain BM25 over whole files, and a count
// of the question's words. Both see the same words of the same files as the index does.
import { splitName, stemWord } from '../../../src/context/scan/words.ts';

const K1 = 1.2;
const B = 0.75;
const STOP = new Set(
  'a an and are as at be by for from has have how i if in is it its not of on or that the this to was what when where which with'.split(
    ' ',
  ),
);
const stems = new Map();

function stemOf(word) {
  let stem = stems.get(word);
  if (stem === undefined) {
    stem = stemWord(word);
    stems.set(word, stem);
  }
  return stem;
}

/** How often each word stands in a text. */
export function countWords(text) {
  const counts = new Map();
  let length = 0;
  for (const [run] of text.matchAll(/[\p{L}\p{N}_$]+/gu)) {
    for (const part of splitName(run)) {
      if (part.length < 2 || part.length > 48) continue;
      const stem = stemOf(part);
      counts.set(stem, (counts.get(stem) ?? 0) + 1);
      length++;
    }
  }
  return { counts, length };
}

function queryWords(text) {
  const { counts } = countWords(text);
  return [...counts.keys()].filter((word) => !STOP.has(word) && !/^\d+$/.test(word));
}

/** @param documents `{key, counts, length}` each */
export function bm25(text, documents) {
  const words = queryWords(text);
  const mean = documents.reduce((sum, { length }) => sum + length, 0) / documents.length;
  const weights = words.map((word) => {
    const holding = documents.filter(({ counts }) => counts.has(word)).length;
    return Math.log(1 + (documents.length - holding + 0.5) / (holding + 0.5));
  });
  return sorted(documents, ({ counts, length }) => {
    const norm = K1 * (1 - B + (B * length) / mean);
    return words.reduce((sum, word, at) => {
      const count = counts.get(word) ?? 0;
      return sum + (weights[at] * count * (K1 + 1)) / (count + norm);
    }, 0);
  });
}

/** By how many different words of the question a file has, then by how often. */
export function keywords(text, documents) {
  const words = queryWords(text);
  return sorted(documents, ({ counts }) => {
    const found = words.filter((word) => counts.has(word));
    const total = found.reduce((sum, word) => sum + counts.get(word), 0);
    return found.length + total / (total + 1000);
  });
}

function sorted(documents, score) {
  return documents
    .map((document) => ({ key: document.key, score: score(document) }))
    .filter((scored) => scored.score > 0)
    .sort((left, right) => right.score - left.score)
    .map(({ key }) => key);
}
