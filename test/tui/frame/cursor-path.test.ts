import { describe, expect, it } from 'vitest';
import { withStraightPaths } from '../../../src/tui/frame/cursor-path.ts';

describe('a frame goes straight to where it wants to be', () => {
  it.each([
    [
      'down to its end, and up again',
      '\x1b[2B\x1b[1G\x1b[5A\x1b[E\x1b[9G\x1b[Kf it',
      '\x1b[2A\x1b[9G\x1b[Kf it',
    ],
    [
      'down over unchanged rows, and up to the input',
      'it\r\n\x1b[E\x1b[E\x1b[E\x1b[2A\x1b[3G',
      'it\r\n\x1b[1B\x1b[3G',
    ],
    ['to the row where it is', '\x1b[2B\x1b[2A\x1b[K', '\x1b[K'],
    ['up by begins of rows', '\x1b[3F\x1b[B', '\x1b[2A\x1b[1G'],
  ])('%s', (_, frame, straight) => {
    expect(withStraightPaths(frame)).toBe(straight);
  });

  it.each(['\x1b[3A\x1b[K\x1b[2B', '\x1b[1G', 'text\r\n\x1b[2mgrey\x1b[22m'])(
    'what is no detour stays as it is: %j',
    (frame) => {
      expect(withStraightPaths(frame)).toBe(frame);
    },
  );
});
