import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createCallQueue } from '../../../src/platform/native/call-queue.ts';

/** Work that ends when it is told to, and tells when it began. */
function createWork() {
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const work = (number: number) => async () => {
    begun.push(number);
    await new Promise<void>((resolve) => ends.push(resolve));
    return number;
  };
  return { begun, ends, work };
}

describe('the way into the library', () => {
  it('runs two short calls at a time, the others in order', async () => {
    const queue = createCallQueue();
    const { begun, ends, work } = createWork();
    const results = [1, 2, 3, 4].map((number) => queue.run('short', work(number)));
    await turn();
    expect(begun).toEqual([1, 2]);
    ends[1]?.();
    await turn();
    expect(begun).toEqual([1, 2, 3]);
    ends[0]?.();
    await turn();
    for (const end of ends) end();
    expect(await Promise.all(results)).toEqual([1, 2, 3, 4]);
  });

  it('lets short calls pass a long one', async () => {
    const queue = createCallQueue();
    const { begun, ends, work } = createWork();
    const long = [queue.run('long', work(1)), queue.run('long', work(2))];
    const short = queue.run('short', work(3));
    await turn();
    expect(begun).toEqual([1, 3]);
    for (const end of ends) end();
    await short;
    await turn();
    for (const end of ends) end();
    await Promise.all(long);
  });

  it('takes one that is aborted out of the queue, with its reason', async () => {
    const queue = createCallQueue();
    const { begun, ends, work } = createWork();
    const first = queue.run('long', work(1));
    const controller = new AbortController();
    const second = queue.run('long', work(2), controller.signal);
    const third = queue.run('long', work(3));
    await turn();
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(second).rejects.toBe(reason);
    ends[0]?.();
    await first;
    await turn();
    expect(begun).toEqual([1, 3]);
    ends[1]?.();
    await third;
    await expect(queue.run('long', work(4), controller.signal)).rejects.toBe(reason);
  });

  it('goes on after a call that failed', async () => {
    const queue = createCallQueue();
    const failing = () => Promise.reject(new Error('broken'));
    const calls = [1, 2, 3, 4].map(() => queue.run('short', failing));
    for (const call of calls) await expect(call).rejects.toThrow('broken');
    expect(await queue.run('short', () => Promise.resolve('fine'))).toBe('fine');
  });

  it('waits for what runs when it is closed, and refuses what waits', async () => {
    const queue = createCallQueue();
    const { ends, work } = createWork();
    const running = queue.run('long', work(1));
    const waiting = queue.run('long', work(2));
    let isClosed = false;
    await turn();
    const closing = queue.close().then(() => {
      isClosed = true;
    });
    await turn();
    expect(isClosed).toBe(false);
    ends[0]?.();
    expect(await running).toBe(1);
    await expect(waiting).rejects.toThrow('closed');
    await closing;
    await expect(queue.run('short', work(3))).rejects.toThrow('closed');
  });

  it('refuses more than may wait', async () => {
    const queue = createCallQueue();
    const { ends, work } = createWork();
    const calls = Array.from({ length: 1_001 }, (_, at) => queue.run('long', work(at)));
    await expect(queue.run('long', work(-1))).rejects.toThrow('wait for the code index');
    const closing = queue.close();
    await turn();
    ends[0]?.();
    await Promise.allSettled(calls);
    await closing;
  });
});
