// Set D: a doc string is asked for, the function it was taken from is the answer.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bm25, countWords, keywords } from './baselines.mjs';
import { withoutDocstrings } from './docstrings.mjs';
import { BlobReader, listTree } from './git.mjs';
import { score } from './metrics.mjs';
import { openSearch } from './native-search.mjs';
import { isAside, isSource } from './paths.mjs';

/** Asks for `wanted` functions of one repository, evenly spread over it. */
export async function runDocstringQueries(repo, { gitDir, libraryPath, variation }, wanted) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'zeke-retrieval-')));
  const functions = await writeTree(root, gitDir);
  const search = await openSearch(root, libraryPath);
  try {
    await search.refresh();
    const asked = functions.filter(({ question }) => question !== undefined);
    const step = Math.max(1, asked.length / wanted);
    const answers = [];
    for (let at = 0; at < asked.length && answers.length < wanted; at += step) {
      const target = asked[Math.floor(at)];
      const rate = (hits) =>
        score(
          hits.map((hit) => keyOf(hit, target)),
          [target.key],
        );
      if (variation !== undefined) {
        const ask = async () => rate(await search.search(target.question)).MRR;
        answers.push({ id: target.key, repo, varied: await variation.ask(ask) });
        continue;
      }
      const began = performance.now();
      const hits = await search.search(target.question);
      const milliseconds = performance.now() - began;
      answers.push({
        id: target.key,
        repo,
        text: target.question,
        gold: [target.key],
        milliseconds,
        candidates: functions.length,
        bucket: 'all',
        native: rate(hits),
        bm25: score(bm25(target.question, functions), [target.key]),
        keywords: score(keywords(target.question, functions), [target.key]),
      });
    }
    return answers;
  } finally {
    await search.close();
    rmSync(root, { recursive: true, force: true });
  }
}

/** A hit is the function when it shows the line where the function begins. */
function keyOf(hit, target) {
  const isTarget =
    hit.path === target.path && hit.startLine <= target.line && target.line <= hit.endLine;
  return isTarget ? target.key : `${hit.path}:${hit.startLine}`;
}

/** Writes the sources without doc strings; returns all their functions. */
async function writeTree(root, gitDir) {
  const blobs = new BlobReader(gitDir);
  const files = listTree(gitDir, 'HEAD').filter(({ path }) => isSource(path) && !isAside(path));
  const functions = [];
  for (const { path, blob } of files) {
    const { text, functions: documented } = withoutDocstrings(await blobs.read(blob));
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    const byLine = new Map(documented.map((one) => [one.line, one.question]));
    for (const one of functionsOf(text)) {
      const key = `${path}#${one.name}:${one.line}`;
      functions.push({ ...one, key, path, question: byLine.get(one.line) });
    }
  }
  blobs.close();
  return functions;
}

/** The functions of a Python text as documents of their own, for the rankers compared with. */
function functionsOf(text) {
  const lines = text.split('\n');
  return lines.flatMap((line, at) => {
    const match = /^([ \t]*)(?:async[ \t]+)?def[ \t]+(\w+)/.exec(line);
    if (match === null) return [];
    const isInside = (other) => other.trim() === '' || /^[ \t)]/.test(other.slice(match[1].length));
    let end = at + 1;
    while (end < lines.length && isInside(lines[end])) end++;
    return [{ name: match[2], line: at + 1, ...countWords(lines.slice(at, end).join('\n')) }];
  });
}
