// One process that asks the native index, for rows-index.mjs: `node index-driver.mjs MODE TREE FOLDER`.
// MODE `build` makes a snapshot in FOLDER, `list` as well and says of which files; `ask` opens it and asks.
// Prints one line of JSON.
import { appendFileSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { findGitFacts } from '../../src/platform/native/git-facts.ts';
import { loadLibrary } from '../../src/platform/native/library.ts';
import { openNativeIndex } from '../../src/platform/native/native-index.ts';

const [mode = '', tree = '', folder = ''] = process.argv.slice(2);
const QUESTIONS = [
  'where is the retry logic',
  'how are timeouts handled',
  'parse the command line options',
  'which function frees memory',
  'read a file line by line',
  'where are errors reported to the user',
  'compute a hash of the content',
  'lock contention and mutex',
  'write data to the network socket',
  'convert a string to an integer',
  'allocate a buffer and grow it',
  'handle the signal and clean up',
  'compare two versions',
  'schedule the next task',
  'check permission of the current user',
  'decode utf-8 text',
  'list the directory entries',
  'how is the cache invalidated',
  'register a driver for the device',
  'test that the queue is empty',
];
/** Typed letter by letter into the file finder. */
const TYPED = ['main', 'src/test', 'readme', 'config', 'utilstr'];
const ABSENT = 'zzqq_not_anywhere_xy';
const NO_CHANGE_RUNS = 7;
const CHANGE_RUNS = 9;

const loaded = await loadLibrary();
if (loaded.library === undefined) throw new Error(loaded.reason);
const git = await findGitFacts({ root: tree, env: process.env });
/** What comes on top of it is the library's. */
const baseKb = process.resourceUsage().maxRSS;
const openedAt = performance.now();
const index = await openNativeIndex(loaded.library, {
  root: tree,
  folder,
  ...(git === undefined ? {} : { git }),
});
const openMs = performance.now() - openedAt;
const MODES = { list, build, ask };
const result = await MODES[/** @type {keyof typeof MODES} */ (mode)]();
await index.close();
console.log(JSON.stringify({ openMs, ...result }));

/** The files whose text is indexed. */
async function list() {
  await index.call('refresh', {});
  const { paths } = await index.call('files', { pattern: '', limit: 2 ** 31 - 1 });
  return { paths, status: await index.call('status', {}) };
}

async function build() {
  const startedAt = performance.now();
  await index.call('refresh', {});
  const buildMs = performance.now() - startedAt;
  const peakKb = process.resourceUsage().maxRSS;
  return { buildMs, baseKb, peakKb, status: await index.call('status', {}) };
}

async function ask() {
  const noChange = await times(NO_CHANGE_RUNS, () => index.call('refresh', {}));
  const names = await someNames();
  const questions = [...QUESTIONS, ...names.map((name) => `where is ${name} used`), ...names];
  const searches = [];
  const contexts = [];
  for (const text of [...questions, ...questions, ...questions]) {
    searches.push(await time(() => index.call('search', { text, limit: 20 })));
  }
  for (const text of [...questions, ...questions]) {
    contexts.push(await time(() => index.call('context', { text, tokens: 8000 })));
  }
  const keys = [];
  for (const typed of TYPED) {
    for (let at = 1; at <= typed.length; at += 1) {
      const pattern = typed.slice(0, at);
      keys.push(await time(() => index.call('files', { pattern, limit: 20 })));
    }
  }
  const absent = await times(NO_CHANGE_RUNS, () =>
    index.call('grep', { pattern: ABSENT, limit: 10 }),
  );
  return { noChange, searches, contexts, keys, absent, changes: await changeOneFile() };
}

/** Names that are defined in the tree. */
async function someNames() {
  const patterns = ['init', 'parse', 'read', 'write', 'get', 'alloc', 'test', 'node', 'open', 'to'];
  const names = [];
  for (const pattern of patterns) {
    const { results } = await index.call('symbols', { pattern, limit: 4 });
    names.push(...results.map(({ name }) => name));
  }
  return [...new Set(names)];
}

/** A line more in one file, and the time until it is found. The file is put back as it was. */
async function changeOneFile() {
  const { paths } = await index.call('files', { pattern: '', limit: 2000 });
  const path = paths.find((candidate) => /\.(?:c|go|ts|py|zig)$/.test(candidate)) ?? paths[0];
  const file = join(tree, path);
  const { size } = statSync(file);
  readFileSync(file);
  const taken = [];
  try {
    for (let at = 0; at < CHANGE_RUNS; at += 1) {
      const word = `zekebench${'abcdefghijkl'[at]}`;
      truncateSync(file, size);
      appendFileSync(file, `\n${word}\n`);
      taken.push(
        await time(async () => {
          await index.call('refresh', { paths: [path] });
          const { results } = await index.call('search', { text: word, limit: 1 });
          if (results[0]?.path !== path) throw new Error(`${word} was not found in ${path}`);
        }),
      );
    }
  } finally {
    truncateSync(file, size);
    await index.call('refresh', { paths: [path] });
  }
  return taken;
}

/** @param {number} runs @param {() => Promise<unknown>} work */
async function times(runs, work) {
  const taken = [];
  for (let at = 0; at < runs; at += 1) taken.push(await time(work));
  return taken;
}

/** @param {() => Promise<unknown>} work */
async function time(work) {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
