// Draws docs/pictures/conversation.svg: a real conversation with the built program in a real
// terminal, on the built-in engine. Run it with `node tools/picture.mjs` after a build.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PtyProgram } from '../test/helpers/pty.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = join(root, 'docs/pictures/conversation.svg');
const COLUMNS = 100;
const ROWS = 32;
const QUESTION = 'where is text made safe for the terminal?';
const NEXT_QUESTION = 'explain @src/platform/terminal-te';

const BACKGROUND = '#16181d';
const FOREGROUND = '#d8dae0';
/** The sixteen colours of a usual dark terminal. */
const PALETTE = [
  ...['#3b4048', '#e06c75', '#8fc379', '#e0b56a', '#6aa8f0', '#c68ae0', '#5cc0cc', '#c8ccd4'],
  ...['#7a818e', '#f08a92', '#a8d894', '#f0cb8a', '#8cc0ff', '#d8a8f0', '#80d8e4', '#ffffff'],
];

const home = mkdtempSync(join(tmpdir(), 'zeke-picture-'));
const program = new PtyProgram({
  command: process.execPath,
  args: [join(root, 'bin/zeke'), '--model', 'builtin/zeke'],
  cwd: root,
  env: {
    HOME: home,
    ZEKE_CONFIG_DIR: join(home, 'config'),
    ZEKE_STATE_DIR: join(home, 'state'),
    PATH: process.env.PATH ?? '',
  },
  columns: COLUMNS,
  rows: ROWS,
});
try {
  await program.waitForText('builtin/zeke');
  program.type(`${QUESTION}\r`);
  await program.waitFor('the answer', (text) => /Also:|```\n/.test(text));
  await program.waitFor('the prompt', (text) => text.includes('> Ask anything'));
  program.type(NEXT_QUESTION);
  await program.waitForText('› src/platform/terminal-text.ts');
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, drawScreen(program.terminal));
  console.log(target);
} finally {
  await program.dispose();
  rmSync(home, { recursive: true, force: true });
}

// ------------------------------------------------------------------------------------ the drawing

/** The screen as a picture that needs nothing but a browser: rows of text with colours. */
function drawScreen(terminal) {
  const cell = { width: 8.4, height: 18 };
  const margin = 16;
  const width = Math.ceil(terminal.cols * cell.width + 2 * margin);
  const height = Math.ceil(terminal.rows * cell.height + 2 * margin);
  const buffer = terminal.buffer.active;
  const rows = Array.from({ length: terminal.rows }, (_, row) => {
    const runs = rowRuns(buffer.getLine(buffer.viewportY + row), terminal.cols);
    const top = margin + row * cell.height;
    return runs.map((run) => drawRun(run, { cell, margin, top })).join('');
  });
  const cursor = drawCursor(buffer, { cell, margin });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<title>A conversation with Zeke in the terminal</title>
<rect width="${width}" height="${height}" rx="8" fill="${BACKGROUND}"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="${FOREGROUND}">
${rows.filter((row) => row !== '').join('\n')}
${cursor}
</g>
</svg>
`;
}

/** Neighbouring cells with the same looks, as one piece of text. */
function rowRuns(line, columns) {
  const runs = [];
  for (let column = 0; column < columns; column += 1) {
    const cell = line?.getCell(column);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const looks = looksOf(cell);
    const text = cell.getChars() || ' ';
    const last = runs.at(-1);
    if (last !== undefined && last.looks.key === looks.key) last.text += text;
    else runs.push({ column, looks, text });
  }
  return runs.filter(({ text, looks }) => text.trim() !== '' || looks.isInverse);
}

function looksOf(cell) {
  const isInverse = cell.isInverse() !== 0;
  const colour = cell.isFgPalette() ? (PALETTE[cell.getFgColor()] ?? FOREGROUND) : FOREGROUND;
  const attributes = [
    ['fill', isInverse ? BACKGROUND : colour],
    ...(cell.isBold() ? [['font-weight', 'bold']] : []),
    ...(cell.isItalic() ? [['font-style', 'italic']] : []),
    ...(cell.isDim() ? [['opacity', '0.6']] : []),
    ...(cell.isUnderline() ? [['text-decoration', 'underline']] : []),
  ];
  const text = attributes.map(([name, value]) => `${name}="${value}"`).join(' ');
  return { text, isInverse, key: `${text}${isInverse}` };
}

function drawRun({ column, looks, text }, { cell, margin, top }) {
  const x = (margin + column * cell.width).toFixed(1);
  const length = ([...text].length * cell.width).toFixed(1);
  const back = looks.isInverse
    ? `<rect x="${x}" y="${top}" width="${length}" height="${cell.height}" fill="${FOREGROUND}"/>`
    : '';
  const y = top + cell.height - 5;
  return `${back}<text x="${x}" y="${y}" textLength="${length}" xml:space="preserve" ${looks.text}>${escapeXml(text)}</text>`;
}

function drawCursor(buffer, { cell, margin }) {
  const x = (margin + buffer.cursorX * cell.width).toFixed(1);
  const y = margin + buffer.cursorY * cell.height;
  return `<rect x="${x}" y="${y}" width="2" height="${cell.height}" fill="${FOREGROUND}"/>`;
}

function escapeXml(text) {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
