import { PassThrough } from 'node:stream';
import { render } from 'ink';
import { describe, expect, it } from 'vitest';
import { StyledRows } from '../../../src/tui/components/styled-rows.tsx';
import { type Line, span } from '../../../src/tui/styled-text.ts';

const COLUMNS = 120;
/** Enough for the cursor's way to the row and back, and for the marks around a frame. */
const MOVES_BYTES = 80;

/** A terminal that counts what it is sent. */
function countingTerminal(): { stdout: NodeJS.WriteStream; taken: () => string } {
  let text = '';
  const stdout = Object.assign(new PassThrough(), { columns: COLUMNS, rows: 40, isTTY: true });
  stdout.write = (chunk: unknown, ...rest: unknown[]) => {
    text += String(chunk);
    const done = rest.at(-1);
    if (typeof done === 'function') done();
    return true;
  };
  return {
    stdout: stdout as unknown as NodeJS.WriteStream,
    taken: () => {
      const taken = text;
      text = '';
      return taken;
    },
  };
}

/** Rows of an answer; the last one has so many words. */
function rowsWith(words: number): readonly Line[] {
  const full = Array.from({ length: 10 }, (_, row) => [
    span(`row ${row} `, '1;36'),
    span('of what came before '.repeat(5)),
  ]);
  return [...full, [span('word '.repeat(words).trimEnd(), '2')]];
}

describe('rows of a frame', () => {
  it('show their text with its looks, blank ones too', async () => {
    const { stdout, taken } = countingTerminal();
    const rows: readonly Line[] = [[span('first', '1')], [], [span('third')]];
    const instance = render(<StyledRows rows={rows} />, {
      stdout,
      interactive: true,
      patchConsole: false,
    });
    await instance.waitUntilRenderFlush();
    expect(taken()).toContain('\x1b[1mfirst\x1b[22m\n\nthird');
    instance.unmount();
  });

  it('cost a word when a word is added, however many stand above it', async () => {
    const { stdout, taken } = countingTerminal();
    const instance = render(<StyledRows rows={rowsWith(1)} />, {
      stdout,
      interactive: true,
      incrementalRendering: true,
      patchConsole: false,
      maxFps: 1000,
    });
    await instance.waitUntilRenderFlush();
    taken();
    for (let words = 2; words < 12; words += 1) {
      instance.rerender(<StyledRows rows={rowsWith(words)} />);
      await instance.waitUntilRenderFlush();
      const written = taken();
      expect(written).toContain('word');
      expect(Buffer.byteLength(written)).toBeLessThan(MOVES_BYTES);
    }
    instance.unmount();
  });
});
