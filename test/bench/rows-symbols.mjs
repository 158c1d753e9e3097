// How well and how fast the native scanners find definitions, beside universal-ctags. What they are
// tried on is not part of this repository: ZEKE_BENCH_REPOSITORIES names a folder of checkouts, and
// ZEKE_BENCH_GRAMMARS a node_modules with web-tree-sitter and tree-sitter-wasms.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './processes.mjs';

/** @type {readonly import('./run.mjs').Row[]} */
export const SYMBOL_ROWS = [{ name: 'symbols', measure: symbols }];

const run = promisify(execFile);

/** @returns {Promise<readonly import('./run.mjs').Figure[]>} */
async function symbols() {
  const folder = process.env.ZEKE_BENCH_REPOSITORIES;
  if (folder === undefined) {
    console.error('symbols: skipped, ZEKE_BENCH_REPOSITORIES names no folder of repositories');
    return [];
  }
  const grammars = process.env.ZEKE_BENCH_GRAMMARS;
  const { stdout } = await run(process.execPath, [
    join(root, 'test/bench/symbols.mjs'),
    folder,
    '--json',
    ...(grammars === undefined ? [] : ['--tree-sitter', grammars]),
  ]);
  /** @type {readonly import('./symbols.mjs').Result[]} */
  const results = JSON.parse(stdout);
  return results.flatMap(figuresOf);
}

/**
 * @param {import('./symbols.mjs').Result} result
 * @returns {readonly import('./run.mjs').Figure[]}
 */
function figuresOf(result) {
  const { language, listed, unfound, missing, ours, invented, megabytesPerSecond } = result;
  const expected = listed - unfound + missing;
  const figures = [];
  if (expected > 0) {
    const value = (100 * (expected - missing)) / expected;
    figures.push({ what: `${language}: of ctags' definitions`, unit: '%', value, atLeast: 95 });
    const raw = (100 * (listed - unfound)) / listed;
    figures.push({ what: `${language}: of all its tags`, unit: '%', value: raw });
  }
  if (invented !== undefined && ours > 0) {
    const value = (100 * invented) / ours;
    figures.push({ what: `${language}: invented`, unit: '%', value, atMost: 3 });
  }
  const what = `${language}: scanned a second and core`;
  return [...figures, { what, unit: 'MB', value: megabytesPerSecond }];
}
