// Rows about the terminal while it waits and while an answer comes, through a pty of 120 × 40.
import { setTimeout as pause } from 'node:timers/promises';
import { bundleFloor } from './bundle-floor.mjs';
import { FIRST, LAST, markdownTokens } from './markdown-text.mjs';
import { startModelServer } from './model-server.mjs';
import { median, memoryOf, percentile, processorMs, zeke } from './processes.mjs';
import { openTerminal } from './terminals.mjs';

/**
 * @typedef {import('./run.mjs').Row} Row
 * @typedef {import('./run.mjs').Place} Place
 * @typedef {ReturnType<typeof openTerminal>} Terminal
 * @typedef {Awaited<ReturnType<typeof startModelServer>>} Server
 */

const MEBIBYTE = 1024 * 1024;
const PROMPT = /^\W{0,4}[>❯›]/m;
const SHORT = 2_000;
const LONG = 20_000;
/** Not in the text of the answers, so that each can be told when it is echoed. */
export const KEYS = [...'ABCDFGHIJKLMNOPQRSTUVWXYZ~^;=+'];
/** What a program still does after the last paint belongs to its cost. */
const SETTLE_MS = 400;

/** @type {readonly Row[]} */
export const TERMINAL_ROWS = [
  { name: 'idle', measure: measureIdle },
  { name: 'stream', measure: measureStream },
  { name: 'burst', measure: measureBurst },
  { name: 'growth', measure: measureGrowth },
];

/** @param {string} text */
export function showsPrompt(text) {
  return PROMPT.test(text);
}

/** @param {Place} place @param {Server} server */
export function chatEnvironment({ env }, { baseUrl }) {
  return { ...env, OPENAI_BASE_URL: baseUrl, OPENAI_API_KEY: 'bench' };
}

/** Zeke at its prompt, with everything loaded that is loaded while a person types. */
async function openChat(
  /** @type {{ cwd: string, env: NodeJS.ProcessEnv }} */ place,
  /** @type {readonly string[]} */ args = [],
) {
  const terminal = openTerminal([zeke, '--model', 'openai/bench', ...args], place);
  await terminal.waitFor(showsPrompt);
  await pause(SETTLE_MS);
  return terminal;
}

/** At the prompt, when nothing has been asked and nothing moves. @param {Place} place */
async function measureIdle({ cwd, env, isQuick }) {
  const windowMs = isQuick ? 5_000 : 20_000;
  const terminal = openTerminal([zeke, '--model', 'builtin'], { cwd, env });
  try {
    await terminal.waitFor(showsPrompt);
    await pause(isQuick ? 2_000 : 5_000);
    const [before, startedAt] = [processorMs(terminal.pid), performance.now()];
    const { bytes } = terminal.output.counts();
    await pause(windowMs);
    const cpuMs = processorMs(terminal.pid) - before;
    const percent = (cpuMs / (performance.now() - startedAt)) * 100;
    const { rssBytes, pssBytes } = memoryOf(terminal.pid);
    const written = terminal.output.counts().bytes - bytes;
    return [
      { what: 'idle: memory (RSS)', unit: 'MiB', value: rssBytes / MEBIBYTE, atMost: 120 },
      { what: 'idle: memory (PSS)', unit: 'MiB', value: pssBytes / MEBIBYTE },
      { what: 'idle: processor', unit: '%', value: percent, atMost: 0.2 },
      { what: 'idle: written to the terminal', unit: 'bytes', value: written, atMost: 0 },
    ];
  } finally {
    terminal.close();
  }
}

/**
 * One answer, asked for with Enter, until it stands on the screen.
 * @param {Terminal} terminal
 * @param {Server} server
 * @param {{ keys?: readonly string[], limitMs?: number }} options
 */
async function runAnswer(terminal, server, { keys = [], limitMs = 60_000 } = {}) {
  const count = server.seen.length;
  terminal.write('go');
  await terminal.waitFor((text) => text.includes('> go'));
  await pause(SETTLE_MS);
  const before = { cpuMs: processorMs(terminal.pid), ...terminal.output.counts() };
  const painted = [terminal.output.next(FIRST, limitMs), terminal.output.next(LAST, limitMs)];
  terminal.write('\r');
  const [firstAt = 0] = [await painted[0]];
  const echoes = await typeKeys(terminal, keys);
  const lastAt = (await painted[1]) ?? Number.NaN;
  await pause(SETTLE_MS);
  const after = { cpuMs: processorMs(terminal.pid), ...terminal.output.counts() };
  const sent = server.seen[count];
  if (sent === undefined) throw new Error('no request arrived');
  return {
    cpuMs: after.cpuMs - before.cpuMs,
    bytes: after.bytes - before.bytes,
    fullClears: after.fullClears - before.fullClears,
    firstMs: firstAt - sent.firstTokenAt,
    lastMs: lastAt - sent.lastTokenAt,
    echoes,
  };
}

/** Spread so that they meet frames at every phase. @param {Terminal} terminal @param {readonly string[]} keys */
export async function typeKeys(terminal, keys) {
  const echoes = [];
  for (const [index, key] of keys.entries()) {
    await pause(470 + ((index * 37) % 101));
    const echoed = terminal.output.next(key);
    const pressedAt = performance.now();
    terminal.write(key);
    echoes.push((await echoed) - pressedAt);
  }
  return echoes;
}

/** @param {Place} place */
async function measureStream(place) {
  const { cwd, runs, isQuick } = place;
  const tokens = markdownTokens(isQuick ? 500 : SHORT);
  const textBytes = Buffer.byteLength(tokens.join(''));
  const server = await startModelServer({ tokens, delayMs: 300, perSecond: 100 });
  const floor = await bundleFloor('ink-stream');
  const env = chatEnvironment(place, server);
  const keys = isQuick ? KEYS.slice(0, 7) : KEYS;
  const programs = {
    zeke: () => openChat({ cwd, env }),
    floor: async () => {
      const terminal = openTerminal([floor.path, server.baseUrl], { cwd, env });
      await terminal.waitFor(showsPrompt);
      return terminal;
    },
  };
  const once = async (/** @type {() => Promise<Terminal>} */ open) => {
    const terminal = await open();
    try {
      return await runAnswer(terminal, server, { keys });
    } finally {
      await terminal.quit();
    }
  };
  try {
    const [ours, floors] = [[], []];
    for (let at = 0; at < Math.min(3, runs); at += 1) {
      ours.push(await once(programs.zeke));
      floors.push(await once(programs.floor));
    }
    return streamFigures(ours, floors, textBytes);
  } finally {
    floor.remove();
    server.close();
  }
}

/**
 * @typedef {Awaited<ReturnType<typeof runAnswer>>} Answered
 * @param {readonly Answered[]} ours
 * @param {readonly Answered[]} floors
 * @param {number} textBytes
 */
function streamFigures(ours, floors, textBytes) {
  const of = (
    /** @type {readonly Answered[]} */ all,
    /** @type {'cpuMs' | 'bytes' | 'firstMs' | 'lastMs'} */ name,
  ) => median(all.map((one) => one[name]));
  const p95 = (/** @type {readonly Answered[]} */ all) =>
    percentile(
      all.flatMap(({ echoes }) => echoes),
      0.95,
    );
  const floorName = 'plain Ink';
  const clears = Math.max(...ours.map(({ fullClears }) => fullClears));
  return [
    {
      what: 'stream: processor time',
      unit: 'ms',
      value: of(ours, 'cpuMs'),
      floor: of(floors, 'cpuMs'),
      floorName,
      target: 1.5,
    },
    {
      what: 'stream: bytes written per byte of text',
      unit: '',
      value: of(ours, 'bytes') / textBytes,
      floor: of(floors, 'bytes') / textBytes,
      floorName,
      atMost: 30,
    },
    { what: 'stream: full clears', unit: '', value: clears, atMost: 0 },
    {
      what: 'stream: key echo, 95 of 100 within',
      unit: 'ms',
      value: p95(ours),
      floor: p95(floors),
      floorName,
      atMost: 16,
    },
    {
      what: 'stream: first token to paint',
      unit: 'ms',
      value: of(ours, 'firstMs'),
      floor: of(floors, 'firstMs'),
      floorName,
      atMost: 40,
    },
    {
      what: 'stream: last token to paint',
      unit: 'ms',
      value: of(ours, 'lastMs'),
      floor: of(floors, 'lastMs'),
      floorName,
      atMost: 40,
    },
  ];
}

/** Medians of answers of that many tokens at full speed. @param {Place} place @param {number} count */
async function answersOf(place, count) {
  const server = await startModelServer({ tokens: markdownTokens(count), delayMs: 300 });
  const env = chatEnvironment(place, server);
  const all = [];
  try {
    for (let at = 0; at < Math.min(3, place.runs); at += 1) {
      const terminal = await openChat({ cwd: place.cwd, env });
      try {
        all.push(await runAnswer(terminal, server));
      } finally {
        await terminal.quit();
      }
    }
  } finally {
    server.close();
  }
  return {
    cpuMs: median(all.map(({ cpuMs }) => cpuMs)),
    lastMs: median(all.map(({ lastMs }) => lastMs)),
    bytes: median(all.map(({ bytes }) => bytes)),
  };
}

/** @param {Place} place */
async function measureBurst(place) {
  const { lastMs, cpuMs, bytes } = await answersOf(place, LONG);
  const what = 'burst of 20,000 tokens';
  return [
    { what: `${what}: last token to paint`, unit: 'ms', value: lastMs, atMost: 1000 },
    { what: `${what}: processor time`, unit: 'ms', value: cpuMs },
    { what: `${what}: written to the terminal`, unit: 'KB', value: bytes / 1024 },
  ];
}

/** What an answer of one token costs is taken off: the request, the first frames. @param {Place} place */
async function measureGrowth(place) {
  const { cpuMs: fixed } = await answersOf(place, 2);
  const { cpuMs: short } = await answersOf(place, SHORT);
  const { cpuMs: long } = await answersOf(place, LONG);
  const what = 'growth: 20,000 tokens against 2,000';
  return [
    {
      what,
      unit: 'ms',
      value: long - fixed,
      floor: short - fixed,
      floorName: '2,000 tokens',
      target: 11,
    },
    { what: 'growth: an answer of two tokens', unit: 'ms', value: fixed },
  ];
}
