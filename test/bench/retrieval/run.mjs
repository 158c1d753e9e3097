// How well the index finds what a question is about: `npm run bench:retrieval -- --repos DIR`.
//
//   --repos DIR       bare repositories or clones: owner+name/repo, owner/name or name.git
//   --dev             only the six repositories the ranking was tuned on
//   --held-out        only the others
//   --sets A,B,C,D    some of the sets
//   --issues FILE     set A (default ../shared/retrieval/swe-lite-dev.jsonl beside the project)
//   --questions FILE  set C: JSON lines {repo, commit, question, files}
//   --commits N       commits of each repository in set B (default 100)
//   --functions N     functions of each repository in set D (default 100)
//   --library FILE    the native library to measure
//   --no-history      without the repository's log
//   --vary SHARE      instead: each weight of the ranking that much smaller and larger (0.3), and what
//                     leaving one repository out says; builds a library of its own, takes long
//   --json            every answer as one JSON line instead of tables
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runDocstringQueries } from './docstring-set.mjs';
import { runFileQueries } from './file-sets.mjs';
import { findGitDir } from './git.mjs';
import { commitQueries, issueQueries } from './queries.mjs';
import { printBelowBaseline, printSet } from './report.mjs';
import { buildTunableLibrary } from './tunable-library.mjs';
import { printVariation, variationOf } from './variation.mjs';

const DEV = [
  'pytest-dev/pytest',
  'sphinx-doc/sphinx',
  'pallets/flask',
  'psf/requests',
  'vuejs/core',
  'zigtools/zls',
];
const HELD_OUT = [
  'sympy/sympy',
  'astropy/astropy',
  'pylint-dev/pylint',
  'pydata/xarray',
  'mwaskom/seaborn',
  'sveltejs/svelte',
  'microsoft/playwright',
  'vitest-dev/vitest',
  'continuedev/continue',
  'ghostty-org/ghostty',
  'redis/redis',
];

const { values: options } = parseArgs({
  options: {
    repos: { type: 'string', default: process.env.ZEKE_BENCH_REPOS ?? '' },
    dev: { type: 'boolean', default: false },
    'held-out': { type: 'boolean', default: false },
    sets: { type: 'string', default: 'A,B,C,D' },
    issues: {
      type: 'string',
      default: join(import.meta.dirname, '../../../../shared/retrieval/swe-lite-dev.jsonl'),
    },
    questions: { type: 'string' },
    commits: { type: 'string', default: '100' },
    functions: { type: 'string', default: '100' },
    library: { type: 'string' },
    'no-history': { type: 'boolean', default: false },
    vary: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

const asked = options.dev ? DEV : options['held-out'] ? HELD_OUT : [...DEV, ...HELD_OUT];
const sets = options.sets.split(',');
const gitDirs = new Map();
for (const repo of asked) {
  const gitDir = findGitDir(options.repos, repo);
  if (gitDir === undefined)
    skip(`${repo}: no repository in --repos ${options.repos || '(not given)'}`);
  else gitDirs.set(repo, gitDir);
}

const tunable = options.vary === undefined ? undefined : await buildTunableLibrary();
const variation = tunable === undefined ? undefined : variationOf(tunable, Number(options.vary));

if (sets.includes('A')) await runQueries('A. issue → files', readQueries(options.issues, 'set A'));
if (sets.includes('B')) await runCommits();
if (sets.includes('C'))
  await runQueries('C. question → files', readQueries(options.questions, 'set C'));
if (sets.includes('D')) await runDocstrings();
tunable?.close();

function readQueries(file, name) {
  if (file !== undefined && existsSync(file)) return issueQueries(file);
  skip(`${name}: ${file === undefined ? 'no file given' : `${file} is missing`}`);
  return [];
}

async function runQueries(name, queries) {
  const answers = [];
  for (const [repo, group] of Map.groupBy(queries, (query) => query.repo)) {
    const gitDir = gitDirs.get(repo);
    if (gitDir === undefined) continue;
    answers.push(...(await runFileQueries(group, askOptions(gitDir))));
  }
  report(name, answers);
}

async function runCommits() {
  const answers = [];
  for (const [repo, gitDir] of gitDirs) {
    const queries = commitQueries(repo, gitDir, Number(options.commits));
    answers.push(...(await runFileQueries(queries, askOptions(gitDir))));
  }
  report('B. commit message → files', answers);
}

async function runDocstrings() {
  const answers = [];
  for (const [repo, gitDir] of gitDirs) {
    const wanted = Number(options.functions);
    answers.push(...(await runDocstringQueries(repo, askOptions(gitDir), wanted)));
  }
  report('D. doc string → function', answers);
}

function askOptions(gitDir) {
  const libraryPath = tunable?.path ?? options.library;
  return { gitDir, libraryPath, hasHistory: !options['no-history'], variation };
}

function report(name, answers) {
  if (options.json) {
    for (const answer of answers) console.log(JSON.stringify({ set: name[0], ...answer }));
    return;
  }
  if (variation !== undefined) {
    printVariation(name, answers);
    return;
  }
  printSet(name, answers);
  printBelowBaseline(name, answers);
}

function skip(what) {
  console.error(`skipped: ${what}`);
}
