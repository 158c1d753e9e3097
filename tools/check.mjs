// Every check in one command: `npm run check`, or some: `npm run check -- types layers`.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const TIDY = 'test/tidy.test.ts';

/** Quick ones run side by side; `tests` use every core themselves and run last, alone. */
const QUICK_STEPS = [
  { name: 'format', command: ['biome', 'check', '--linter-enabled=false', '.'] },
  { name: 'lint', command: ['biome', 'lint', '--error-on-warnings', '.'] },
  { name: 'types', command: ['tsc', '-p', '.'] },
  { name: 'layers', command: ['node', 'tools/layers.mjs'] },
  { name: 'dead-code', command: ['knip', '--no-progress'] },
  { name: 'zig', command: ['node', 'tools/zig.mjs', 'fmt', '--check', '.'] },
  { name: 'lua-format', command: ['node', 'tools/lua.mjs', 'check'] },
  { name: 'lua-lint', command: ['node', 'tools/lua.mjs', 'lint'] },
  { name: 'tidy', command: ['vitest', 'run', '--project', 'unit', TIDY] },
];
const TEST_STEP = {
  name: 'tests',
  command: ['vitest', 'run', '--project', 'unit', '--exclude', TIDY],
};

/**
 * @typedef {{ name: string, command: string[] }} Step
 * @typedef {{ name: string, isFine: boolean, seconds: number }} Result
 */

const asked = process.argv.slice(2);
const all = [...QUICK_STEPS, TEST_STEP];
const unknown = asked.filter((name) => !all.some((step) => step.name === name));
if (unknown.length > 0) {
  const known = all.map((step) => step.name).join(', ');
  console.error(`check: no step called ${unknown.join(', ')}. There are: ${known}.`);
  process.exit(2);
}
const isWanted = (/** @type {Step} */ step) => asked.length === 0 || asked.includes(step.name);
const results = await runAll(QUICK_STEPS.filter(isWanted), Math.min(2, availableParallelism()));
results.push(...(await runAll([TEST_STEP].filter(isWanted), 1)));
printSummary(results);

/**
 * @param {Step[]} steps
 * @param {number} atOnce
 */
async function runAll(steps, atOnce) {
  const waiting = [...steps];
  /** @type {Result[]} */
  const done = [];
  const work = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      done.push(await runStep(step));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return done.sort((a, b) => order(steps, a) - order(steps, b));
}

/** @param {Step[]} steps @param {Result} result */
function order(steps, result) {
  return steps.findIndex((step) => step.name === result.name);
}

/**
 * Output is held back and printed in one piece, so that two steps never mix their lines; a step
 * that is fine prints one line, with the note that it leaves about what it could not look at.
 * @param {Step} step
 * @returns {Promise<Result>}
 */
function runStep({ name, command: [program = '', ...args] }) {
  const started = performance.now();
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: root,
      env: { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}` },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    /** @type {Buffer[]} */
    const output = [];
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => output.push(chunk));
    child.on('error', (error) => output.push(Buffer.from(`${error.message}\n`)));
    child.on('close', (code) => {
      const isFine = code === 0;
      const seconds = (performance.now() - started) / 1000;
      const said = Buffer.concat(output).toString();
      const note = /^note: .*$/m.exec(said)?.[0] ?? '';
      console.log(`${isFine ? '✓' : '✗'} ${name} (${seconds.toFixed(1)} s) ${note}`.trimEnd());
      if (!isFine) console.log(said);
      resolve({ name, isFine, seconds });
    });
  });
}

/** @param {Result[]} results */
function printSummary(results) {
  const failed = results.filter((result) => !result.isFine).map((result) => result.name);
  const count = `${results.length - failed.length} of ${results.length} checks passed`;
  console.log(
    failed.length === 0 ? `check: ${count}` : `check: ${count}; see ${failed.join(', ')}`,
  );
  process.exitCode = failed.length === 0 ? 0 : 1;
  leaveCounts(results.length - failed.length, failed.length);
}

/** For `.ci/run`, as tools/count-reporter.mjs does. @param {number} passed @param {number} failed */
function leaveCounts(passed, failed) {
  const folder = process.env.ZEKE_TEST_RESULTS;
  if (folder === undefined || folder === '') return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'checks.json'), JSON.stringify({ passed, failed }));
}
