import { describe, expect, test } from 'vitest';
import type { FrameLayout } from '../../../src/tui/frame/frame-layout.ts';
import { ReflowGuard } from '../../../src/tui/frame/reflow-guard.ts';
import { plainLine } from '../../../src/tui/styled-text.ts';

const FRAME: FrameLayout = {
  live: [plainLine('x'.repeat(100)), plainLine('x'.repeat(99)), plainLine('short')],
  activity: undefined,
  queue: [],
  gap: [[]],
  popup: [],
  input: [plainLine('> hello')],
  picker: undefined,
  status: [plainLine('model')],
  cursor: { x: 7, y: 4 },
  height: 6,
};

function draw(env: Record<string, string> = {}): ReflowGuard {
  const guard = new ReflowGuard(env);
  guard.commit(FRAME);
  guard.markDrawn();
  return guard;
}

describe('ReflowGuard', () => {
  test('moves up by the rows that wrapping has added above the cursor', () => {
    expect(draw().correction(60)).toBe('\x1b[2A');
    expect(draw().correction(30)).toBe('\x1b[6A');
    expect(draw().correction(5)).toBe(`\x1b[${19 + 19 + 0 + 1}A`);
  });
  test('does nothing where nothing wraps, and nothing twice', () => {
    expect(draw().correction(100)).toBe('');
    const guard = draw();
    guard.correction(60);
    expect(guard.correction(50)).toBe('');
  });
  test('does nothing before a frame is drawn or on terminals that cut rows off', () => {
    const guard = new ReflowGuard({});
    guard.commit(FRAME);
    expect(guard.correction(60)).toBe('');
    expect(draw({ XTERM_VERSION: 'XTerm(390)' }).correction(60)).toBe('');
    expect(draw({ TERM: 'linux' }).correction(60)).toBe('');
  });
});
