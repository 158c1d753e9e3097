/** What the screen looks like, in narrow, usual and wide windows: text, and below each row its looks. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { HarnessPlace } from '../helpers/harness-place.ts';
import type { PtyProgram } from '../helpers/pty.ts';

const place = new HarnessPlace();
beforeAll(() => place.prepare());
afterEach(() => place.closeAll());
afterAll(() => place.remove());

type Cell = NonNullable<
  ReturnType<
    NonNullable<ReturnType<PtyProgram['terminal']['buffer']['active']['getLine']>>['getCell']
  >
>;

/** One letter for the looks of a cell: which colour it is belongs to the tests of themes. */
function looksOf(cell: Cell): string {
  if (cell.isInverse() !== 0) return 'r';
  if (cell.isStrikethrough() !== 0) return 's';
  if (cell.isUnderline() !== 0) return 'u';
  if (cell.isBold() !== 0) return 'b';
  if (cell.isItalic() !== 0) return 'i';
  if (cell.isDim() !== 0) return 'd';
  return cell.isFgDefault() ? ' ' : 'c';
}

/** The rows that hold something, each with the looks of what is printed on it. */
function picture(program: PtyProgram): string {
  const { active } = program.terminal.buffer;
  const rows = program.screen().map((text, row) => {
    const line = active.getLine(active.viewportY + row);
    const looks = Array.from({ length: program.terminal.cols }, (_, column) => {
      const cell = line?.getCell(column);
      return cell === undefined || cell.getChars().trim() === '' ? ' ' : looksOf(cell);
    });
    const marks = looks.join('').trimEnd();
    return marks === '' ? text : `${text}\n${marks}`;
  });
  const { x, y } = program.cursor();
  return `${rows.join('\n').trimEnd()}\ncursor ${x},${y}\n`;
}

describe.each([40, 80, 200])('at %i columns', (columns) => {
  async function open(): Promise<PtyProgram> {
    const program = await place.openReady({ columns, rows: 30 });
    await program.waitForText('main');
    return program;
  }

  test('a short question', async () => {
    const program = await open();
    program.type('hello\r');
    await program.waitForText('You said: hello');
    await program.waitForText('15%');
    expect(picture(program)).toMatchSnapshot();
  });

  test('Markdown with code and a table', async () => {
    const program = await open();
    program.type('markdown\r');
    await program.waitForText('The end of it.');
    await program.waitForText('15%');
    expect(picture(program)).toMatchSnapshot();
  });

  test('a tool that waits for approval', async () => {
    const program = await open();
    program.type('edit\r');
    await program.waitForText('src/a.ts');
    await program.waitFor('the answers', (text) => /y .*allow/.test(text));
    expect(picture(program)).toMatchSnapshot();
  });

  test('the list of models', async () => {
    const program = await open();
    program.type('\x0f');
    await program.waitForText('test/other');
    program.type('\x1b[B');
    await program.waitFor('the choice', (text) => /› test\/other/.test(text));
    expect(picture(program)).toMatchSnapshot();
  });

  test('an error with what to do next', async () => {
    const program = await open();
    program.type('error\r');
    await program.waitForText('again');
    await program.waitForText('> Ask');
    expect(picture(program)).toMatchSnapshot();
  });
});
