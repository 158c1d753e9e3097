// Figures of the built program, taken in one run: `npm run bench`, or some: `npm run bench -- version`.
// Medians of several runs, as ratios to floors that the bench itself contains.
import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { makeWorkplace, root } from './processes.mjs';
import { CONVERSATION_ROWS } from './rows-conversation.mjs';
import { INDEX_ROWS } from './rows-index.mjs';
import { NEOVIM_ROWS } from './rows-neovim.mjs';
import { START_ROWS } from './rows-start.mjs';
import { STREAM_ROWS } from './rows-stream.mjs';
import { SYMBOL_ROWS } from './rows-symbols.mjs';
import { TERMINAL_ROWS } from './rows-terminal.mjs';

/**
 * One line of the table. A target is a ratio to the floor, or a bound of the value itself.
 * @typedef {object} Figure
 * @property {string} what
 * @property {string} unit
 * @property {number} value
 * @property {number} [floor]
 * @property {string} [floorName]
 * @property {number} [target] the ratio to stay under
 * @property {number} [atMost]
 * @property {number} [atLeast]
 *
 * @typedef {object} Place
 * @property {string} cwd
 * @property {NodeJS.ProcessEnv} env
 * @property {number} runs
 * @property {boolean} isQuick one short run, to see whether a change helps
 *
 * @typedef {object} Row
 * @property {string} name
 * @property {(place: Place) => Promise<readonly Figure[]>} measure
 */

const isQuick = process.argv.includes('--quick');
const RUNS = isQuick ? 1 : 7;
const COLUMNS = [46, 12, 22, 7, 10, 8];

const asked = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const isJson = process.argv.includes('--json');
const rows = [
  ...START_ROWS,
  ...STREAM_ROWS,
  ...TERMINAL_ROWS,
  ...CONVERSATION_ROWS,
  ...INDEX_ROWS,
  ...SYMBOL_ROWS,
  ...NEOVIM_ROWS,
];
const unknown = asked.filter((name) => !rows.some((row) => row.name === name));
if (unknown.length > 0) {
  console.error(
    `bench: no row called ${unknown.join(', ')}; there are ${rows.map((row) => row.name).join(', ')}.`,
  );
  process.exit(2);
}
if (!existsSync(join(root, 'dist/main.js'))) {
  console.error('bench: dist is missing; run "npm run build" first.');
  process.exit(2);
}

if (!isJson) {
  console.log(
    `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model.trim()}, medians of ${RUNS} or more runs`,
  );
  printLine(['what', 'value', 'floor', 'ratio', 'target', '']);
}
for (const row of rows) {
  if (asked.length === 0 || asked.includes(row.name)) await runRow(row);
}

/** @param {Row} row */
async function runRow(row) {
  const place = makeWorkplace();
  try {
    for (const figure of await row.measure({ ...place, runs: RUNS, isQuick })) printFigure(figure);
  } catch (error) {
    console.error(
      `${row.name}: could not be measured: ${error instanceof Error ? error.message : error}`,
    );
    process.exitCode = 1;
  } finally {
    place.remove();
  }
}

/** @param {Figure} figure */
function printFigure(figure) {
  if (isJson) {
    console.log(JSON.stringify({ ...figure, verdict: verdictOf(figure) }));
    return;
  }
  const { what, unit, value, floor, floorName, target, atMost, atLeast } = figure;
  printLine([
    what,
    `${format(value)} ${unit}`,
    floor === undefined ? '' : `${format(floor)} ${unit} ${floorName ?? ''}`,
    floor === undefined ? '' : `${(value / floor).toFixed(2)}×`,
    target !== undefined ? `≤ ${target}×` : bound(atMost, atLeast, unit),
    verdictOf(figure),
  ]);
}

/** @param {number | undefined} atMost @param {number | undefined} atLeast @param {string} unit */
function bound(atMost, atLeast, unit) {
  if (atMost !== undefined) return `≤ ${atMost} ${unit}`;
  return atLeast === undefined ? '' : `≥ ${atLeast} ${unit}`;
}

/** @param {Figure} figure */
function verdictOf({ value, floor, target, atMost, atLeast }) {
  const checks = [
    target === undefined || floor === undefined ? undefined : value <= target * floor,
    atMost === undefined ? undefined : value <= atMost,
    atLeast === undefined ? undefined : value >= atLeast,
  ].filter((check) => check !== undefined);
  if (checks.length === 0) return '';
  return checks.every(Boolean) ? 'met' : 'missed';
}

/** @param {number} value */
function format(value) {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1);
}

/** @param {readonly string[]} cells */
function printLine(cells) {
  console.log(
    cells
      .map((cell, at) => cell.padEnd(COLUMNS[at] ?? 0))
      .join(' ')
      .trimEnd(),
  );
}
