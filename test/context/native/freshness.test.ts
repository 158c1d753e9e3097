import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createFreshness } from '../../../src/context/native/freshness.ts';
import type { NativeIndex } from '../../../src/platform/native/native-index.ts';

/** An index that only notes what it is asked; a refresh takes until it is let go. */
function createNotes(options: { readonly canWatch: boolean; readonly isSlow?: boolean }) {
  const calls: string[] = [];
  const ends: (() => void)[] = [];
  const index: NativeIndex = {
    call: async (operation) => {
      calls.push(operation);
      if (operation === 'watch') return { isWatching: options.canWatch, changed: [] };
      if (options.isSlow === true) await new Promise<void>((resolve) => ends.push(resolve));
      return {};
    },
    close: async () => undefined,
  };
  const refresh = async () => {
    await index.call('refresh', {});
  };
  return { calls, ends, freshness: createFreshness(index, refresh) };
}

describe('freshness', () => {
  it('compares once for one question, then watches', async () => {
    const { calls, freshness } = createNotes({ canWatch: true });
    await freshness.ensure();
    expect(calls).toEqual(['refresh']);
    await freshness.ensure();
    expect(calls).toEqual(['refresh', 'watch']);
    await freshness.ensure();
    await freshness.ensure();
    expect(calls).toEqual(['refresh', 'watch', 'watch', 'watch']);
  });

  it('watches by itself when the process stays', async () => {
    const { calls, freshness } = createNotes({ canWatch: true });
    await freshness.ensure();
    while (calls.length < 2) await wait(5);
    expect(calls).toEqual(['refresh', 'watch']);
  });

  it('compares for each question where nothing can be watched', async () => {
    const { calls, freshness } = createNotes({ canWatch: false });
    for (let question = 0; question < 4; question++) await freshness.ensure();
    expect(calls).toEqual(['refresh', 'watch', 'refresh', 'refresh', 'refresh']);
  });

  it('compares again when the watch ends by itself', async () => {
    const notes = { canWatch: true };
    const { calls, freshness } = createNotes(notes);
    await freshness.ensure();
    await freshness.ensure();
    notes.canWatch = false;
    await freshness.ensure();
    await freshness.ensure();
    expect(calls).toEqual(['refresh', 'watch', 'watch', 'refresh', 'refresh']);
  });

  it('shares the next comparison, not the one that may have passed a file already', async () => {
    const { calls, ends, freshness } = createNotes({ canWatch: false, isSlow: true });
    const first = freshness.ensure();
    const others = [freshness.ensure(), freshness.ensure()];
    await wait(1);
    expect(calls.filter((call) => call === 'refresh')).toHaveLength(1);
    ends[0]?.();
    await first;
    while (ends.length < 2) await wait(1);
    ends[1]?.();
    await Promise.all(others);
    expect(calls.filter((call) => call === 'refresh')).toHaveLength(2);
  });

  it('lets one who waits leave, and the work go on', async () => {
    const { ends, freshness } = createNotes({ canWatch: false, isSlow: true });
    const controller = new AbortController();
    const left = freshness.ensure(controller.signal);
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(left).rejects.toBe(reason);
    const stays = freshness.ensure();
    await wait(1);
    ends[0]?.();
    while (ends.length < 2) await wait(1);
    ends[1]?.();
    await stays;
  });
});
