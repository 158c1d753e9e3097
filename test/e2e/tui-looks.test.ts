/** Markdown, code and colours as they reach a real terminal. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseHex, type Rgb } from '../../src/tui/theme/colour.ts';
import { THEMES } from '../../src/tui/theme/palettes.ts';
import type { PtyProgram } from '../helpers/pty.ts';
import { exchange, TerminalPlace } from '../helpers/terminal-zeke.ts';

let place: TerminalPlace;
beforeEach(async () => {
  place = new TerminalPlace();
  await place.start();
});
afterEach(() => place.remove());

const DARK = parseHex('#1e1e1e');
const LIGHT = parseHex('#fdfdfd');
const CODE = 'const answer = call("deep");';

/** The colour of the first character of this text, wherever it stands; undefined for the default. */
function colourOf(program: PtyProgram, text: string): string | undefined {
  const buffer = program.terminal.buffer.active;
  for (let row = 0; row < buffer.length; row += 1) {
    const line = buffer.getLine(row);
    const column = line?.translateToString(true).indexOf(text) ?? -1;
    const cell = column < 0 ? undefined : line?.getCell(column);
    if (cell === undefined) continue;
    if (cell.isFgDefault()) return undefined;
    return cell.isFgRGB() ? `#${cell.getFgColor().toString(16).padStart(6, '0')}` : 'palette';
  }
  throw new Error(`${text} is not on the screen:\n${program.text()}`);
}

function paletteOf(name: string): Readonly<Record<string, string>> {
  const palette = THEMES.find((theme) => theme.name === name)?.palette;
  if (palette === undefined) throw new Error(`${name} is no theme.`);
  return palette.colours;
}

function open(background: Rgb, env: Record<string, string> = {}, args?: readonly string[]) {
  return place.openReady({ background, env, ...(args === undefined ? {} : { args }) });
}

test.each([
  ['dark', DARK, 'night'],
  ['light', LIGHT, 'day'],
])('code is coloured while it streams, on a %s background', async (_, background, theme) => {
  const program = await open(background);
  program.type('show me\r');
  const answer = await place.nextAnswer();
  answer.say(`Look:\n\n\`\`\`ts\n${CODE}\n`);
  await program.waitForText(CODE);
  const colours = paletteOf(theme);
  expect(colourOf(program, 'const answer')).toBe(colours.keyword);
  answer.say('// done\n```\n\nThat is all.\n');
  answer.end();
  await program.waitForText('That is all.');
  await program.waitForText('> Ask anything');
  expect(colourOf(program, 'const answer')).toBe(colours.keyword);
  expect(colourOf(program, '"deep"')).toBe(colours.string);
  expect(colourOf(program, '// done')).toBe(colours.comment);
  expect(colourOf(program, 'That is all.')).toBeUndefined();
});

test('code of a conversation that goes on is coloured at once', async () => {
  const first = await open(DARK);
  await exchange(place, first, {
    message: 'code',
    answer: `\`\`\`go\nfunc main() {}\n\`\`\`\nEnd.`,
  });
  first.type('\x04');
  await first.exit;
  const again = await open(DARK, {}, ['--continue', '--model', 'openai/test']);
  await again.waitForText('func main() {}');
  // The terminal may say its background after the first lines are drawn.
  expect(['palette', paletteOf('night').keyword]).toContain(colourOf(again, 'func main'));
});

test('NO_COLOR leaves weight and slant', async () => {
  const program = await open(DARK, { NO_COLOR: '1' });
  await exchange(place, program, {
    message: 'x',
    answer: `# Head\n\n\`\`\`ts\n${CODE}\n\`\`\`\nEnd.`,
  });
  expect(colourOf(program, 'const answer')).toBeUndefined();
  expect(program.raw).toMatch(/\x1b\[1mHead/);
  expect(program.raw).not.toMatch(/\x1b\[(?:\d+;)*(?:3[0-8]|9[0-7])[;m]/);
});

test('a long block of code is there once, line by line, as it was written', async () => {
  const lines = Array.from(
    { length: 300 },
    (_, index) => `\tlet line${index} = ${index}; /* ok */`,
  );
  const program = await open(DARK);
  program.type('much\r');
  const answer = await place.nextAnswer();
  for (let start = 0; start < lines.length; start += 7) {
    const part = lines.slice(start, start + 7).join('\n');
    answer.say(`${start === 0 ? '```js\n' : ''}${part}\n`);
  }
  answer.say('```\n\nThe end.');
  answer.end();
  await program.waitForText('The end.');
  await program.waitForText('> Ask anything');
  const shown = program.text().split('\n');
  const first = shown.findIndex((line) => line.includes('let line0 '));
  const expected = lines.map((line) => line.replace('\t', '        '));
  expect(shown.slice(first, first + lines.length)).toEqual(expected);
  expect(colourOf(program, 'let line150 ')).toBe(paletteOf('night').keyword);
});
