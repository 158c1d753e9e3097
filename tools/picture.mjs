// Draws docs/pictures/conversation.svg: a real conversation with the built program in a real
// terminal, on the built-in engine. Run it with `node tools/picture.mjs` after a build.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PtyProgram } from '../test/helpers/pty.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = join(root, 'docs/pictures/conversation.svg');
const COLUMNS = 100;
const ROWS = 40;
const QUESTION = 'where is the login token checked?';
const NEXT_QUESTION = 'explain @src/to';
/** A project small enough for its answers to fit a picture. */
const PROJECT = {
  'AGENTS.md': 'Answer briefly. Tests live in test/.\n',
  'src/token.ts': [
    '/** True while the token is signed by us and has not expired. */',
    'export function checkToken(token: LoginToken, now: Date): boolean {',
    '  return verify(token.signature) && token.expires > now;',
    '}',
    '',
  ].join('\n'),
  'src/server.ts': [
    "import { checkToken } from './token.ts';",
    '',
    'export async function handle(request: Request): Promise<Response> {',
    "  const token = readToken(request.headers.get('authorization'));",
    "  if (!checkToken(token, new Date())) return new Response('log in', { status: 401 });",
    '  return route(request);',
    '}',
    '',
  ].join('\n'),
  'test/token.test.ts': "test('an expired login token is refused', () => {});\n",
};

const BACKGROUND = '#16181d';
const FOREGROUND = '#d8dae0';
/** The sixteen colours of a usual dark terminal. */
const PALETTE = [
  ...['#3b4048', '#e06c75', '#8fc379', '#e0b56a', '#6aa8f0', '#c68ae0', '#5cc0cc', '#c8ccd4'],
  ...['#7a818e', '#f08a92', '#a8d894', '#f0cb8a', '#8cc0ff', '#d8a8f0', '#80d8e4', '#ffffff'],
];

const home = mkdtempSync(join(tmpdir(), 'zeke-picture-'));
const project = join(home, 'shop');
for (const [path, text] of Object.entries(PROJECT)) {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  writeFileSync(join(project, path), text);
}
execFileSync('git', ['init', '-q', '-b', 'main', project]);
const program = new PtyProgram({
  command: process.execPath,
  args: [join(root, 'bin/zeke'), '--model', 'builtin/zeke'],
  cwd: project,
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
  await program.waitFor('the answer', (text) => text.includes('server.ts'));
  await program.waitFor('the prompt', (text) => text.includes('> Ask anything'));
  await program.waitForText('· main');
  program.type(NEXT_QUESTION);
  await program.waitForText('› src/token.ts');
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
  const buffer = terminal.buffer.active;
  const texts = Array.from({ length: terminal.rows }, (_, row) =>
    buffer.getLine(buffer.viewportY + row)?.translateToString(true),
  );
  const rowCount = texts.findLastIndex((text) => text?.trim()) + 1;
  const height = Math.ceil(rowCount * cell.height + 2 * margin);
  const rows = Array.from({ length: rowCount }, (_, row) => {
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
