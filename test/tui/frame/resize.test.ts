import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { ResizeWatch } from '../../../src/tui/frame/resize.ts';

const BEGIN = '\x1b[?2026h';
const END = '\x1b[?2026l';

/** The renderer's stream, and each write that came out of it. */
function openWatch(): { watch: ResizeWatch; written: readonly string[]; asked: () => number } {
  const written: string[] = [];
  let asked = 0;
  const stdout = Object.assign(new PassThrough(), { columns: 80, rows: 24, isTTY: true });
  stdout.write = (chunk: unknown) => {
    written.push(String(chunk));
    return true;
  };
  const watch = new ResizeWatch({
    stdout: stdout as unknown as NodeJS.WriteStream,
    refreshSize: () => {
      asked += 1;
    },
    correction: () => '',
  });
  return { watch, written, asked: () => asked };
}

describe('what the renderer writes', () => {
  it('goes out as one write for a frame, in its order', () => {
    const { watch, written, asked } = openWatch();
    for (const part of [BEGIN, 'erased', 'finished\n', 'frame', END]) watch.stream.write(part);
    expect(written).toEqual([`${BEGIN}erasedfinished\nframe${END}`]);
    expect(asked()).toBe(1);
  });

  it('goes out at once outside of a frame', () => {
    const { watch, written } = openWatch();
    watch.stream.write('\x1b[?25l');
    expect(written).toEqual(['\x1b[?25l']);
  });

  it('is not kept back by a frame that never ended', () => {
    const { watch, written } = openWatch();
    watch.stream.write(BEGIN);
    watch.stream.write('half');
    watch.stream.write('', () => undefined);
    watch.stream.write('after');
    expect(written.join('')).toBe(`${BEGIN}halfafter`);
    watch.stream.write(BEGIN);
    watch.stream.write('half');
    watch.endFrame();
    expect(written.join('')).toBe(`${BEGIN}halfafter${BEGIN}half`);
  });
});
