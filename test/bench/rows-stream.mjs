// Rows about a running answer and a huge diff: what a pipe waits for, and what memory holds.
import { createReadStream, createWriteStream, rmSync } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { startModelServer } from './model-server.mjs';
import { medianOf, root, startNode, zeke } from './processes.mjs';

/**
 * @typedef {import('./run.mjs').Row} Row
 * @typedef {import('./run.mjs').Place} Place
 */

const TOKENS = 20_000;
const DIFF_BYTES = 100 * 1024 * 1024;
const MEBIBYTE = 1024 * 1024;

/** @type {readonly Row[]} */
export const STREAM_ROWS = [
  { name: 'first-token', measure: measureFirstToken },
  { name: 'long-answer', measure: measureLongAnswer },
  { name: 'huge-diff', measure: measureHugeDiff },
];

const ask = [zeke, 'ask', '--model', 'openai/bench', 'hello'];
const relay = join(root, 'test/bench/raw-relay.mjs');

/** @param {Place} place @param {{ baseUrl: string }} server */
function hostEnvironment({ env }, { baseUrl }) {
  return { ...env, OPENAI_BASE_URL: baseUrl, OPENAI_API_KEY: 'bench' };
}

/** From the server's write to the reader's data event, both on one clock. @param {Place} place */
async function measureFirstToken(place) {
  const server = await startModelServer({ tokens: ['first', ' second'], delayMs: 300 });
  const env = hostEnvironment(place, server);
  const once = async (/** @type {readonly string[]} */ args) => {
    const { child, ended } = startNode(args, { cwd: place.cwd, env });
    child.stdin.end();
    const at = await new Promise((resolve) => {
      child.stdout.once('data', () => resolve(performance.now()));
      child.once('close', () => resolve(Number.NaN));
    });
    const { errors, code } = await ended;
    if (code !== 0) throw new Error(errors.trim().split('\n')[0]);
    return at - (server.seen.at(-1)?.firstTokenAt ?? Number.NaN);
  };
  try {
    const value = await medianOf(place.runs, () => once(ask));
    const floor = await medianOf(place.runs, () => once([relay, server.baseUrl]));
    const what = 'first token to standard output';
    return [{ what, unit: 'ms', value, floor, atMost: 5, floorName: 'raw relay' }];
  } finally {
    server.close();
  }
}

/** @param {Place} place */
async function measureLongAnswer(place) {
  const tokens = Array.from({ length: TOKENS }, (_, at) =>
    at % 20 === 19 ? ` t${at}.\n` : ` t${at}`,
  );
  const server = await startModelServer({ tokens });
  const env = hostEnvironment(place, server);
  const fast = async (/** @type {readonly string[]} */ args) => {
    const { child, ended } = startNode(args, { cwd: place.cwd, env });
    child.stdin.end();
    child.stdout.resume();
    return (await ended).cpuMs;
  };
  try {
    const value = await medianOf(place.runs, () => fast(ask));
    const floor = await medianOf(place.runs, () => fast([relay, server.baseUrl]));
    const expected = tokens.join('').trim();
    const got = (await readSlowly(place, env)).trim();
    const kept = got === expected ? 100 : Math.min(99.9, (got.length / expected.length) * 100);
    const what = `${TOKENS.toLocaleString('en')} tokens`;
    return [
      { what: `${what}: processor time`, unit: 'ms', value, floor, floorName: 'raw relay' },
      { what: `${what}: arrive through a slow pipe`, unit: '%', value: kept, atLeast: 100 },
    ];
  } finally {
    server.close();
  }
}

/** A reader that takes a few kilobytes and then rests. @param {Place} place @param {NodeJS.ProcessEnv} env */
async function readSlowly({ cwd }, env) {
  const { child, ended } = startNode(ask, { cwd, env });
  child.stdin.end();
  let text = '';
  child.stdout.setEncoding('utf8');
  for await (const chunk of child.stdout) {
    text += chunk;
    await wait(20);
  }
  await ended;
  return text;
}

/** @param {Place} place */
async function measureHugeDiff({ cwd, env }) {
  const path = join(cwd, '..', 'huge.diff');
  await writeDiff(path);
  try {
    const started = performance.now();
    const args = [zeke, 'review', '--model', 'builtin', '--format', 'json'];
    const { child, ended } = startNode(args, { cwd, env });
    let outputBytes = 0;
    child.stdout.on('data', (chunk) => {
      outputBytes += chunk.length;
    });
    const sent = finished(createReadStream(path).pipe(child.stdin)).catch((error) => error);
    const { code, peakBytes, errors } = await ended;
    await sent;
    const seconds = (performance.now() - started) / 1000;
    if (code !== 0 && code !== 1) throw new Error(`exit ${code}: ${errors.trim().split('\n')[0]}`);
    if (outputBytes === 0) throw new Error('it printed nothing');
    return [
      {
        what: 'review of a 100 MB diff: peak memory',
        unit: 'MiB',
        value: peakBytes / MEBIBYTE,
        atMost: 200,
      },
      { what: 'review of a 100 MB diff: wall', unit: 's', value: seconds },
    ];
  } finally {
    rmSync(path, { force: true });
  }
}

/** Many changed files with ordinary lines, a few of them worth a finding. @param {string} path */
async function writeDiff(path) {
  const out = createWriteStream(path);
  for (let file = 0, size = 0; size < DIFF_BYTES; file += 1) {
    const added = Array.from({ length: 200 }, (_, at) =>
      at === 100 && file % 500 === 0
        ? '+  try { run(); } catch (error) {}'
        : `+  const value${at} = compute(${file}, ${at}, previous.value${at} ?? fallback);`,
    );
    const name = `src/part-${file % 97}/file-${file}.ts`;
    const text = [
      `diff --git a/${name} b/${name}`,
      'index 1111111..2222222 100644',
      `--- a/${name}`,
      `+++ b/${name}`,
      '@@ -1,2 +1,202 @@',
      ' import { compute } from "./compute";',
      ...added,
      ' export const done = true;',
      '',
    ].join('\n');
    size += text.length;
    if (!out.write(text)) await new Promise((resolve) => out.once('drain', resolve));
  }
  out.end();
  await finished(out);
}
