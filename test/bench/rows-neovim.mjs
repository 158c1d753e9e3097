// Rows about Neovim: what the plugin adds to its start, to a key while an answer streams, and to ghost text.
// Keys are typed and screens are read through an attached UI, as a terminal does it.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { cleanArguments, startNeovim } from '../helpers/neovim.ts';
import { readTestSetup } from '../helpers/test-setup.ts';
import { createTestHome } from '../helpers/zeke.ts';
import { markdownTokens } from './markdown-text.mjs';
import { startModelServer } from './model-server.mjs';
import { median, percentile, processorMs, zeke } from './processes.mjs';
import { SESSION, writeJournal } from './rows-conversation.mjs';

/**
 * @typedef {import('./run.mjs').Row} Row
 * @typedef {import('./run.mjs').Place} Place
 * @typedef {import('./run.mjs').Figure} Figure
 * @typedef {import('../helpers/neovim-process.ts').Neovim} Neovim
 * @typedef {import('../helpers/zeke.ts').TestHome} TestHome
 * @typedef {{ version: string, path: string }} Kind
 */

const TOKENS = 20_000;
const TOKENS_PER_SECOND = 2_000;
const KEY_EVERY_MS = 40;
/** Keys of one line; a line that is full is emptied, which is not measured. */
const LINE_KEYS = 30;
const QUIET_KEYS = 200;
const GHOST_KEYS = 200;
/** Not in what is typed. */
const GHOST = 'ghostly';
const DEBOUNCE_MS = 1;
/** 5 MB of text. */
const LONG_TURNS = 1_000;
const LONG_ANSWER_TOKENS = 1_250;
const SETUP = `lua local begun = vim.uv.hrtime() require("zeke").setup({ chat = { layout = "tab" } })
  io.stdout:write(("%.4f"):format((vim.uv.hrtime() - begun) / 1e6))`;

/** @type {readonly Row[]} */
export const NEOVIM_ROWS = [
  { name: 'neovim-start', measure: (place) => measureNeovims(place, [measureStart]) },
  {
    name: 'neovim',
    measure: (place) => measureNeovims(place, [measureJoin, measureKeys, measureGhost]),
  },
  { name: 'neovim-long', measure: (place) => measureNeovims(place, [measureLong]) },
];

/**
 * @param {Place} place
 * @param {readonly ((kind: Kind, place: Place) => Promise<readonly Figure[]>)[]} measures
 */
async function measureNeovims(place, measures) {
  const { neovims, missingNeovims } = readTestSetup();
  for (const { version, why } of missingNeovims) console.error(`no Neovim ${version}: ${why}`);
  /** @type {Figure[]} */
  const figures = [];
  for (const kind of neovims) {
    for (const measure of measures) {
      for (const figure of await measure(kind, place)) {
        figures.push({ ...figure, what: `${kind.version}: ${figure.what}` });
      }
    }
  }
  return figures;
}

/** What `--startuptime` says of the plugin's file, beside the whole start. @param {Kind} kind @param {Place} place */
async function measureStart({ path }, { cwd, env, runs }) {
  const log = join(cwd, 'startuptime');
  const started = (/** @type {readonly string[]} */ args, /** @type {RegExp} */ pattern) => {
    writeFileSync(log, '');
    spawnSync(path, [...args, '--headless', '--startuptime', log, '+qa'], { cwd, env });
    return Number(pattern.exec(readFileSync(log, 'utf8'))?.[1]);
  };
  const setUp = () =>
    Number(
      spawnSync(path, [...cleanArguments(), '--headless', '-c', SETUP, '+qa'], { cwd, env }).stdout,
    );
  const times = { plugin: [0], setup: [0], clean: [0] };
  for (const values of Object.values(times)) values.pop();
  for (let at = 0; at < runs * 3; at += 1) {
    times.plugin.push(started(cleanArguments(), /([\d.]+): sourcing \S*plugin\/zeke\.lua/));
    times.setup.push(setUp());
    times.clean.push(started(['--clean'], /^([\d.]+) .*NVIM STARTED/m));
  }
  const floor = { floor: median(times.clean), floorName: 'nvim --clean', unit: 'ms' };
  return [
    { what: 'plugin/zeke.lua at start', value: median(times.plugin), ...floor, atMost: 1 },
    { what: 'setup()', value: median(times.setup), ...floor, atMost: 2 },
  ];
}

/**
 * Runs what is measured in a home and with a model host of its own.
 * @template Value
 * @param {Parameters<typeof startModelServer>[0]} answer
 * @param {Kind} kind
 * @param {(open: (completion?: string) => Promise<Neovim>, home: TestHome) => Promise<Value>} use
 * @returns {Promise<Value>}
 */
async function withNeovims(answer, { path }, use) {
  const server = await startModelServer(answer);
  const home = createTestHome();
  /** @type {Neovim[]} */
  const opened = [];
  const open = async (completion = 'enabled = false') => {
    const binary = [process.execPath, zeke].map((part) => JSON.stringify(part)).join(', ');
    const neovim = await startNeovim(path, {
      home,
      width: 120,
      height: 40,
      env: { OPENAI_BASE_URL: server.baseUrl, OPENAI_API_KEY: 'bench', ZEKE_MODEL: 'openai/bench' },
      init: `vim.g.zeke = { binary = { ${binary} }, completion = { ${completion} } }`,
    });
    opened.push(neovim);
    return neovim;
  };
  try {
    return await use(open, home);
  } finally {
    for (const neovim of opened) await neovim.close();
    server.close();
    home.remove();
  }
}

/** How long a Neovim takes to join, in milliseconds. @param {Neovim} neovim */
async function joinTime(neovim) {
  const begun = performance.now();
  const joined = neovim.nextNotification('joined');
  await neovim.lua('require("zeke.rpc").join(function() vim.rpcnotify(1, "joined") end)');
  await joined;
  return performance.now() - begun;
}

/** @param {Kind} kind @param {Place} place */
function measureJoin(kind, { runs }) {
  return withNeovims({ tokens: ['done'] }, kind, async (open) => {
    const alone = await joinTime(await open());
    const others = [];
    for (let at = 0; at < runs; at += 1) others.push(await joinTime(await open()));
    return [
      { what: 'joins where no Zeke runs', unit: 'ms', value: alone },
      { what: 'joins where one runs', unit: 'ms', value: median(others) },
    ];
  });
}

/**
 * From each key to its being on the screen, for as long as `goesOn`; the cursor stands in an empty line.
 * @param {Neovim} neovim
 * @param {(count: number) => boolean} goesOn
 */
async function typeKeys(neovim, goesOn) {
  const times = [];
  const processor = [];
  const { column: start } = neovim.cursor;
  for (let count = 0; goesOn(count); count += 1) {
    await pause(KEY_EVERY_MS);
    const at = (count % LINE_KEYS) + 1;
    const before = processorMs(neovim.pid);
    const begun = performance.now();
    const shown = neovim.waitForScreen(() => neovim.cursor.column === start + at, `key ${count}`);
    await neovim.input('x');
    await shown;
    times.push(performance.now() - begun);
    processor.push(processorMs(neovim.pid) - before);
    if (at < LINE_KEYS) continue;
    await neovim.input('<C-u>');
    await neovim.waitForScreen(() => neovim.cursor.column === start, 'an empty line');
  }
  return { times, processor };
}

/** Keys in one window while an answer comes in the other. @param {Kind} kind @param {Place} place */
function measureKeys(kind, { isQuick }) {
  const tokens = markdownTokens(isQuick ? TOKENS / 4 : TOKENS);
  return withNeovims({ tokens, perSecond: TOKENS_PER_SECOND }, kind, async (open) => {
    const neovim = await open();
    await joinTime(neovim);
    await neovim.input('i');
    await neovim.waitForScreen(() => neovim.mode === 'insert', 'insert mode');
    const quiet = await typeKeys(neovim, (count) => count < QUIET_KEYS);
    await neovim.input('<C-u><Esc>');
    await neovim.lua(
      'local own = vim.api.nvim_get_current_win() vim.cmd("ZekeChat go on") vim.api.nvim_set_current_win(own) vim.cmd.startinsert()',
    );
    let goesOn = true;
    void neovim.waitFor('#require("zeke.session").get().turns == 1').then(() => {
      goesOn = false;
    });
    await neovim.waitFor('require("zeke.session").get().running');
    await neovim.waitForScreen(() => neovim.mode === 'insert', 'insert mode');
    const before = processorMs(neovim.pid);
    const busy = await typeKeys(neovim, () => goesOn);
    const processor = processorMs(neovim.pid) - before;
    return [
      {
        what: `a key while ${tokens.length} tokens stream, 99 of 100 within`,
        unit: 'ms',
        value: percentile(busy.times, 0.99),
        floor: percentile(quiet.times, 0.99),
        floorName: 'nothing streams',
        atMost: 16,
      },
      {
        what: 'the same, median',
        unit: 'ms',
        value: median(busy.times),
        floor: median(quiet.times),
        floorName: 'nothing streams',
      },
      {
        what: 'the same, processor time of Neovim, 99 of 100 within',
        unit: 'ms',
        value: percentile(busy.processor, 0.99),
        atMost: 16,
      },
      { what: `${tokens.length} tokens: processor time of Neovim`, unit: 'ms', value: processor },
    ];
  });
}

/**
 * A conversation of 5 MB: what it opens with, then all of it, with keys in another window meanwhile.
 * @param {Kind} kind
 */
function measureLong(kind) {
  return withNeovims({ tokens: ['done'] }, kind, async (open, home) => {
    writeJournal({ cwd: home.project, env: home.env }, LONG_TURNS, LONG_ANSWER_TOKENS);
    const neovim = await open();
    await joinTime(neovim);
    await neovim.lua(
      'local own = vim.api.nvim_get_current_win() vim.cmd("ZekeChat") vim.api.nvim_set_current_win(own) vim.cmd.startinsert()',
    );
    await neovim.waitForScreen(() => neovim.mode === 'insert', 'insert mode');
    const quiet = await typeKeys(neovim, (count) => count < QUIET_KEYS);
    await emptyLine(neovim);
    const opened = await loadWhileTyping(neovim, {
      begin: `require("zeke.rpc").op({ type = "open-session", sessionId = "${SESSION}" })`,
      isKnown: `sessionId == "${SESSION}"`,
    });
    const all = await loadWhileTyping(neovim, {
      begin: 'require("zeke.chat.earlier").load(true)',
      isKnown: 'earlierTurnCount == 0',
    });
    const what = 'a conversation of 5 MB';
    return [
      { what: `${what}: opened, with its last 256 KB`, unit: 'ms', value: opened.tookMs },
      { what: `${what}: processor time of Neovim for that`, unit: 'ms', value: opened.processorMs },
      { what: `${what}: all of it loaded`, unit: 'ms', value: all.tookMs },
      { what: `${what}: processor time of Neovim for that`, unit: 'ms', value: all.processorMs },
      {
        what: `${what}: a key while all is loaded, 99 of 100 within`,
        unit: 'ms',
        value: percentile(all.times, 0.99),
        floor: percentile(quiet.times, 0.99),
        floorName: 'nothing is loaded',
        atMost: 16,
      },
      {
        what: 'the same, processor time of Neovim, 99 of 100 within',
        unit: 'ms',
        value: percentile(all.processor, 0.99),
        atMost: 16,
      },
    ];
  });
}

/** @param {Neovim} neovim */
async function emptyLine(neovim) {
  await neovim.input('<C-u>');
  await neovim.waitForScreen(() => neovim.cursor.column === 0, 'an empty line');
}

/**
 * Types until everything that is known of the conversation stands in its buffer.
 * @param {Neovim} neovim
 * @param {{ begin: string, isKnown: string }} load Lua that begins it, and what is true of the state then.
 */
async function loadWhileTyping(neovim, { begin, isKnown }) {
  const before = processorMs(neovim.pid);
  const begun = performance.now();
  let tookMs = 0;
  let goesOn = true;
  await neovim.lua(begin);
  // Above it stand the lines of the head and the heading of the turn.
  const written = `(function()
      local state = require("zeke.session").get()
      local lines = vim.api.nvim_buf_get_lines(vim.fn.bufnr("^zeke://chat$"), 0, 5, false)
      return state.${isKnown} and vim.tbl_contains(lines, "question " .. state.earlierTurnCount)
    end)()`;
  void neovim.waitFor(written).then(() => {
    tookMs = performance.now() - begun;
    goesOn = false;
  });
  const { times, processor } = await typeKeys(neovim, () => goesOn);
  const used = processorMs(neovim.pid) - before;
  await emptyLine(neovim);
  return { tookMs, times, processor, processorMs: used };
}

/** From a key to its ghost text, without the wait for another key. @param {Kind} kind @param {Place} place */
function measureGhost(kind, { isQuick }) {
  const answer = { tokens: [`<insert>${GHOST}</insert>`] };
  const count = isQuick ? GHOST_KEYS / 4 : GHOST_KEYS;
  return withNeovims(answer, kind, async (open) => {
    const keys = await typeLines(await open(), { count, after: '' });
    const completion = `enabled = true, allow_paid = true, debounce_ms = ${DEBOUNCE_MS}`;
    const { times, processor } = await typeLines(await open(completion), { count, after: GHOST });
    const ghosts = times.map((time) => time - DEBOUNCE_MS);
    return [
      {
        what: 'ghost text of an instant host, 99 of 100 within',
        unit: 'ms',
        value: percentile(ghosts, 0.99),
        floor: percentile(keys.times, 0.99),
        floorName: 'the key alone',
        atMost: 15,
      },
      {
        what: 'the same, median',
        unit: 'ms',
        value: median(ghosts),
        floor: median(keys.times),
        floorName: 'the key alone',
      },
      {
        what: 'the same, processor time of Neovim and Zeke, 99 of 100',
        unit: 'ms',
        value: percentile(processor, 0.99),
        atMost: 15,
      },
    ];
  });
}

/**
 * From the keys of a short new line to the line being on the screen, with what is to stand behind it.
 * @param {Neovim} neovim
 * @param {{ count: number, after: string }} wanted
 */
async function typeLines(neovim, { count, after }) {
  await joinTime(neovim);
  await neovim.command('edit main.lua');
  await neovim.input('i');
  await neovim.waitForScreen(() => neovim.mode === 'insert', 'insert mode');
  const host = await neovim.lua('return require("zeke.rpc").status().welcome.process');
  const hostPid = Number.parseInt(String(host), 10);
  const processorOfBoth = () => processorMs(neovim.pid) + processorMs(hostPid);
  const times = [];
  const processor = [];
  for (let at = 1; at <= count; at += 1) {
    await pause(KEY_EVERY_MS);
    const before = processorOfBoth();
    const begun = performance.now();
    const shown = neovim.waitForScreen(`${at}x${after}`);
    await neovim.input(`<C-u>${at}x`);
    await shown;
    times.push(performance.now() - begun);
    processor.push(processorOfBoth() - before);
  }
  return { times, processor };
}
