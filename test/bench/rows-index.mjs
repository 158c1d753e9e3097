// Rows about the code index, beside ripgrep and ctags on the same tree in the same minutes. The tree
// of this project is always there; larger ones come by `node tools/fetch-trees.mjs`, or are named in
// ZEKE_BENCH_TREES (folders, separated as in PATH).
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { fetchedTrees } from '../../tools/fetch-trees.mjs';
import { median, percentile, root, zeke } from './processes.mjs';

/**
 * @typedef {import('./run.mjs').Row} Row
 * @typedef {import('./run.mjs').Place} Place
 * @typedef {import('./run.mjs').Figure} Figure
 */

/** @type {readonly Row[]} */
export const INDEX_ROWS = treesToMeasure().map(([name, tree]) => ({
  name: `index-${name}`,
  measure: (place) => measureTree(name, tree, place),
}));

/** Occurs in no text: ripgrep reads everything and prints nothing. */
const ABSENT = 'zzqq_not_anywhere_xy';
/** On a tree of this size the time of a medium one is no longer asked for. */
const LARGE_BYTES = 300_000_000;
/** What belongs to git is no text of the project; the index does not read it either. */
const NOT_GIT = ['--hidden', '--glob', '!.git'];

function treesToMeasure() {
  const named = (process.env.ZEKE_BENCH_TREES ?? '').split(delimiter).filter((path) => path !== '');
  return [
    ['zeke', root],
    ...fetchedTrees(),
    ...named.map((path) => /** @type {[string, string]} */ ([basename(path), path])),
  ].map(([name, path]) => /** @type {[string, string]} */ ([name, realpathSync(path)]));
}

/** @param {string} name @param {string} tree @param {Place} place */
async function measureTree(name, tree, { runs, isQuick }) {
  const scratch = mkdtempSync(join(tmpdir(), 'zeke-bench-index-'));
  const folder = join(scratch, 'index');
  try {
    const rounds = isQuick ? 1 : Math.min(runs, 5);
    const { builds, reads, ctagsRuns } = buildInTurns(tree, scratch, rounds);
    const last = builds.at(-1);
    if (last === undefined) throw new Error('nothing was built');
    const { indexedBytes, snapshotBytes, files } = last.status;
    const isLarge = indexedBytes > LARGE_BYTES;
    const asked = drive('ask', tree, folder);
    const listMs = medianTime(rounds + 2, 'rg', ['--files', ...NOT_GIT], tree);
    const buildMs = median(builds.map((build) => build.buildMs));
    const readMs = median(reads);
    const programBytes = peakOfBuild(tree, scratch);
    const ofText = (/** @type {number[]} */ kibibytes) =>
      (median(kibibytes) * 1024 * 100) / indexedBytes;
    const of = `${name} (${files} files, ${(indexedBytes / 1e6).toFixed(0)} MB)`;
    /** @type {readonly Figure[]} */
    const figures = [
      figure(`${of}: full build`, 'ms', buildMs, { floor: readMs, target: 8, floorName: 'rg -c' }),
      figure(`${name}: build, per MB of text`, 'ms', buildMs / (indexedBytes / 1e6)),
      ...(ctagsRuns.length === 0
        ? []
        : [
            figure(`${name}: ctags over the same files`, 'ms', median(ctagsRuns)),
            figure(`${name}: ctags against the build`, '×', median(ctagsRuns) / buildMs, {
              atLeast: 12,
            }),
          ]),
      figure(
        `${name}: peak memory of a build, the library's`,
        '%',
        ofText(builds.map((build) => build.peakKb - build.baseKb)),
        { atMost: 30 },
      ),
      figure(`${name}: peak memory of zeke index build`, '%', (programBytes * 100) / indexedBytes),
      figure(`${name}: peak memory of zeke index build`, 'MB', programBytes / 1e6, {
        floor: peakOf(['-e', '0'], { cwd: tree, scratch }) / 1e6,
        floorName: 'node -e 0',
      }),
      figure(`${name}: snapshot on disk`, '%', (snapshotBytes * 100) / indexedBytes, {
        atMost: 15,
      }),
      figure(`${name}: opening the snapshot`, 'ms', asked.openMs, { atMost: 20 }),
      figure(`${name}: refresh, nothing changed`, 'ms', median(asked.noChange), {
        floor: listMs,
        target: 1.2,
        floorName: 'rg --files',
      }),
      figure(`${name}: one changed file, until found`, 'ms', median(asked.changes), { atMost: 10 }),
      figure(`${name}: ranked query, median`, 'ms', median(asked.searches)),
      figure(`${name}: ranked query, 99 of 100 within`, 'ms', percentile(asked.searches, 0.99), {
        atMost: isLarge ? 15 : 2,
      }),
      figure(`${name}: context, 99 of 100 within`, 'ms', percentile(asked.contexts, 0.99), {
        atMost: 30,
      }),
      figure(`${name}: a key in the file finder, 99 of 100`, 'ms', percentile(asked.keys, 0.99), {
        atMost: 5,
      }),
      figure(`${name}: a text that is nowhere`, 'ms', median(asked.absent), {
        floor: readMs,
        target: 1,
        floorName: 'rg -c',
      }),
    ];
    return name === 'linux' ? [...figures, coldQuestion(tree)] : figures;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The whole program, from its start to its answer, on a snapshot that is there already. */
function coldQuestion(/** @type {string} */ tree) {
  const home = mkdtempSync(join(tmpdir(), 'zeke-bench-home-'));
  const env = { ...process.env, HOME: home, XDG_CACHE_HOME: join(home, '.cache') };
  const question = "where is the OOM killer's badness score computed?";
  const ask = () => {
    const startedAt = performance.now();
    const args = [zeke, 'ask', '--model', 'builtin', question];
    const { stdout } = spawnSync(process.execPath, args, { cwd: tree, env, encoding: 'utf8' });
    if (!stdout.includes('oom_badness')) throw new Error('oom_badness is not in the answer');
    return performance.now() - startedAt;
  };
  try {
    ask();
    const value = median([ask(), ask(), ask()]);
    return figure('linux: zeke ask, cold start to answer', 'ms', value, { atMost: 1000 });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/**
 * @param {string} what @param {string} unit @param {number} value
 * @param {Partial<Figure>} more
 * @returns {Figure}
 */
function figure(what, unit, value, more = {}) {
  return { what, unit, value, ...more };
}

/**
 * A build, a read of ripgrep's and a run of ctags by turns, so that all meet the same noise. The first
 * build is not measured: the files are in memory then, for all of them, and it says which they are.
 * @param {string} tree @param {string} scratch @param {number} most rounds, of a large tree three
 */
function buildInTurns(tree, scratch, most) {
  const folder = join(scratch, 'index');
  const list = join(scratch, 'files');
  const { paths, status } = drive('list', tree, folder);
  const rounds = status.indexedBytes > LARGE_BYTES ? Math.min(most, 3) : most;
  writeFileSync(list, paths.map((/** @type {string} */ path) => `${path}\n`).join(''));
  const hasCtags = spawnSync('ctags', ['--version']).status === 0;
  const builds = [];
  const reads = [];
  const ctagsRuns = [];
  for (let at = 0; at < rounds; at += 1) {
    reads.push(timeOf('rg', ['-c', ...NOT_GIT, ABSENT], tree));
    rmSync(folder, { recursive: true, force: true });
    builds.push(drive('build', tree, folder));
    if (hasCtags) ctagsRuns.push(timeOfCtags(tree, list, join(scratch, 'tags')));
  }
  return { builds, reads, ctagsRuns };
}

/**
 * As `ctags -R` works, a sorted file of tags written included, over exactly the files that the index
 * holds: left to itself it would read what git ignores as well.
 * @param {string} tree @param {string} list @param {string} tags
 */
function timeOfCtags(tree, list, tags) {
  const startedAt = performance.now();
  try {
    const { status, stderr } = spawnSync('ctags', ['-L', list, '-f', tags], {
      cwd: tree,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    // A run that ended early is no figure.
    if (status !== 0) throw new Error(`ctags ended with ${status}: ${stderr.slice(-200)}`);
    return performance.now() - startedAt;
  } finally {
    rmSync(tags, { force: true });
  }
}

/** What the whole program holds at most, Node included. @param {string} tree @param {string} scratch */
function peakOfBuild(tree, scratch) {
  return peakOf([zeke, 'index', 'build', '--json'], { cwd: tree, scratch });
}

/**
 * The peak of a Node's memory in bytes, as it says itself at its end.
 * @param {string[]} args @param {{ cwd: string, scratch: string }} place
 */
function peakOf(args, { cwd, scratch }) {
  const note = join(scratch, 'peak');
  const writePeak = `import { writeFileSync } from 'node:fs';
    process.on('exit', () => {
      writeFileSync(${JSON.stringify(note)}, String(process.resourceUsage().maxRSS * 1024));
    });`;
  const hook = `data:text/javascript,${encodeURIComponent(writePeak)}`;
  const env = { ...process.env, HOME: scratch, XDG_CACHE_HOME: join(scratch, 'cache') };
  const { status } = spawnSync(process.execPath, ['--import', hook, ...args], { cwd, env });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}`);
  return Number(readFileSync(note, 'utf8'));
}

/** @param {'list' | 'build' | 'ask'} mode @param {string} tree @param {string} folder */
function drive(mode, tree, folder) {
  const driver = join(import.meta.dirname, 'index-driver.mjs');
  const { stdout, stderr, status } = spawnSync(process.execPath, [driver, mode, tree, folder], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(stderr.trim().split('\n').at(-1) ?? 'the driver failed');
  return JSON.parse(stdout);
}

/** @param {number} runs @param {string} program @param {string[]} args @param {string} cwd */
function medianTime(runs, program, args, cwd) {
  return median(Array.from({ length: runs }, () => timeOf(program, args, cwd)));
}

/** @param {string} program @param {string[]} args @param {string} cwd */
function timeOf(program, args, cwd) {
  const startedAt = performance.now();
  const { error } = spawnSync(program, args, { cwd, stdio: 'ignore' });
  if (error !== undefined) throw new Error(`${program} cannot be started: ${error.message}`);
  return performance.now() - startedAt;
}
