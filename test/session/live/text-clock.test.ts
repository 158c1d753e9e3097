import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TextClock } from '../../../src/session/live/text-clock.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A clock, and how often it has let something be shown. */
function countingClock(): { clock: TextClock; shown: () => number } {
  let count = 0;
  const clock = new TextClock(() => {
    count += 1;
  });
  return { clock, shown: () => count };
}

describe('the clock of a text', () => {
  it('lets the first piece through at once', () => {
    const { clock, shown } = countingClock();
    clock.request();
    expect(shown()).toBe(1);
  });

  it('gathers a hundred pieces a second into fewer than twenty', () => {
    const { clock, shown } = countingClock();
    for (let piece = 0; piece < 100; piece += 1) {
      clock.request();
      vi.advanceTimersByTime(10);
    }
    expect(shown()).toBeGreaterThan(10);
    expect(shown()).toBeLessThan(20);
  });

  it('never leaves the last piece waiting, and then rests', () => {
    const { clock, shown } = countingClock();
    clock.request();
    clock.request();
    vi.runAllTimers();
    expect(shown()).toBe(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('lets a piece after a pause through at once again', () => {
    const { clock, shown } = countingClock();
    clock.request();
    vi.advanceTimersByTime(1000);
    clock.request();
    expect(shown()).toBe(2);
  });

  it('shows nothing any more once it is stopped', () => {
    const { clock, shown } = countingClock();
    clock.request();
    clock.request();
    clock.stop();
    vi.runAllTimers();
    expect(shown()).toBe(1);
  });
});
