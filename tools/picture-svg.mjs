// Draws screens of a terminal emulator as a picture that needs nothing but a browser.

const CELL = { width: 8.4, height: 18 };
const MARGIN = 16;
/** Between two terminals side by side. */
const GAP = 24;

/** The sixteen colours of a usual dark terminal and of a usual light one. */
const DARK = {
  background: '#16181d',
  foreground: '#d8dae0',
  colours: [
    ...['#3b4048', '#e06c75', '#8fc379', '#e0b56a', '#6aa8f0', '#c68ae0', '#5cc0cc', '#c8ccd4'],
    ...['#7a818e', '#f08a92', '#a8d894', '#f0cb8a', '#8cc0ff', '#d8a8f0', '#80d8e4', '#ffffff'],
  ],
};
const LIGHT = {
  background: '#fafafa',
  foreground: '#2a2c33',
  colours: [
    ...['#2a2c33', '#c0322f', '#2f7d32', '#8a6100', '#1f5fbf', '#8a3fa8', '#0f7480', '#7a7e87'],
    ...['#5c616b', '#d8403c', '#3c9140', '#a37400', '#2f74d8', '#a04fc0', '#178a98', '#111111'],
  ],
};

/** One picture of one terminal, or of several side by side. */
export function drawTerminals(terminals, { title, isLight = false }) {
  const palette = isLight ? LIGHT : DARK;
  const parts = terminals.map((terminal) => drawScreen(terminal, palette));
  const height = Math.max(...parts.map((part) => part.height));
  let x = 0;
  const groups = parts.map(({ width, body }) => {
    const group = `<g transform="translate(${x} 0)">
<rect width="${width}" height="${height}" rx="8" fill="${palette.background}"/>
${body}
</g>`;
    x += width + GAP;
    return group;
  });
  const width = x - GAP;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<title>${escapeXml(title)}</title>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="${palette.foreground}">
${groups.join('\n')}
</g>
</svg>
`;
}

/** The rows that hold something, as text with colours. */
function drawScreen(terminal, palette) {
  const buffer = terminal.buffer.active;
  const lines = Array.from({ length: terminal.rows }, (_, row) =>
    buffer.getLine(buffer.viewportY + row),
  );
  const rowCount = lines.findLastIndex((line) => line?.translateToString(true).trim()) + 1;
  const rows = lines.slice(0, rowCount).map((line, row) => {
    const top = MARGIN + row * CELL.height;
    return rowRuns(line, { columns: terminal.cols, palette })
      .map((run) => drawRun(run, { top }))
      .join('');
  });
  return {
    width: Math.ceil(terminal.cols * CELL.width + 2 * MARGIN),
    height: Math.ceil(rowCount * CELL.height + 2 * MARGIN),
    body: [...rows.filter((row) => row !== ''), drawCursor(buffer, palette)].join('\n'),
  };
}

/** Neighbouring cells with the same looks, as one piece of text. */
function rowRuns(line, { columns, palette }) {
  const runs = [];
  for (let column = 0; column < columns; column += 1) {
    const cell = line?.getCell(column);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const looks = looksOf(cell, palette);
    const text = cell.getChars() || ' ';
    const last = runs.at(-1);
    if (last !== undefined && last.looks.key === looks.key) {
      last.text += text;
      last.width += cell.getWidth();
    } else runs.push({ column, looks, text, width: cell.getWidth() });
  }
  return runs.filter(({ text, looks }) => text.trim() !== '' || looks.back !== undefined);
}

/** How a cell looks: what its text is drawn with, and the colour behind it where it has one. */
function looksOf(cell, palette) {
  const own = backOf(cell, palette);
  const isInverse = cell.isInverse() !== 0;
  const attributes = [
    ['fill', isInverse ? (own ?? palette.background) : colourOf(cell, palette)],
    ...(cell.isBold() ? [['font-weight', 'bold']] : []),
    ...(cell.isItalic() ? [['font-style', 'italic']] : []),
    ...(cell.isDim() ? [['opacity', '0.6']] : []),
    ...(cell.isUnderline() ? [['text-decoration', 'underline']] : []),
  ];
  const text = attributes.map(([name, value]) => `${name}="${value}"`).join(' ');
  const back = isInverse ? colourOf(cell, palette) : own;
  return { text, back, key: `${text}${back}` };
}

function colourOf(cell, palette) {
  if (cell.isFgRGB()) return hexOf(cell.getFgColor());
  if (cell.isFgPalette()) return palette.colours[cell.getFgColor()] ?? palette.foreground;
  return palette.foreground;
}

function backOf(cell, palette) {
  if (cell.isBgRGB()) return hexOf(cell.getBgColor());
  return cell.isBgPalette() ? palette.colours[cell.getBgColor()] : undefined;
}

function hexOf(colour) {
  return `#${colour.toString(16).padStart(6, '0')}`;
}

function drawRun({ column, looks, text, width }, { top }) {
  const x = (MARGIN + column * CELL.width).toFixed(1);
  const length = (width * CELL.width).toFixed(1);
  const back =
    looks.back === undefined
      ? ''
      : `<rect x="${x}" y="${top}" width="${length}" height="${CELL.height}" fill="${looks.back}"/>`;
  const y = top + CELL.height - 5;
  return `${back}<text x="${x}" y="${y}" textLength="${length}" xml:space="preserve" ${looks.text}>${escapeXml(text)}</text>`;
}

function drawCursor(buffer, palette) {
  const x = (MARGIN + buffer.cursorX * CELL.width).toFixed(1);
  const y = MARGIN + buffer.cursorY * CELL.height;
  return `<rect x="${x}" y="${y}" width="2" height="${CELL.height}" fill="${palette.foreground}"/>`;
}

function escapeXml(text) {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
