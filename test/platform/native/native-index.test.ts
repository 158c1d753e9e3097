import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { loadLibrary } from '../../../src/platform/native/library.ts';
import { type NativeIndex, openNativeIndex } from '../../../src/platform/native/native-index.ts';
import { findZig } from '../../../tools/zig.mjs';
import { makeWorkspace } from '../../helpers/workspace.ts';

const opened: NativeIndex[] = [];
afterEach(async () => {
  for (const index of opened.splice(0)) await index.close();
});

async function open(root: string, memoryLimitBytes?: number): Promise<NativeIndex> {
  const { library } = await loadLibrary();
  if (library === undefined) throw new Error('The library is not built: npm run build:native');
  const limit = memoryLimitBytes === undefined ? {} : { memoryLimitBytes };
  const index = await openNativeIndex(library, { root, ...limit });
  opened.push(index);
  return index;
}

function manyFiles(count: number): string {
  const files = Array.from({ length: count }, (_, at) => {
    return [
      `folder-${at % 50}/a-rather-long-name-of-a-file-${at}.ts`,
      `export const a${at} = 1;\n`,
    ];
  });
  return makeWorkspace(Object.fromEntries(files));
}

describe.skipIf(findZig() === undefined)('an open index', () => {
  it('carries out operations, a result that is longer than the first buffer included', async () => {
    const index = await open(manyFiles(3_000));
    expect(await index.call('refresh', {})).toMatchObject({ files: 3_000, added: 3_000 });
    const all = await index.call('files', { pattern: '', limit: 3_000 });
    expect((all as { paths: readonly string[] }).paths).toHaveLength(3_000);
  });

  it('answers more calls at once than koffi would take', async () => {
    const index = await open(makeWorkspace({ 'a.ts': 'export const a = 1;\n' }));
    await index.call('refresh', {});
    const calls = Array.from({ length: 600 }, () => index.call('status', {}));
    for (const status of await Promise.all(calls)) expect(status).toMatchObject({ files: 1 });
  });

  it('reports how far a long call is, and lets the event loop turn', async () => {
    const index = await open(manyFiles(5_000));
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const seen: number[] = [];
    await index.call(
      'refresh',
      {},
      { onProgress: ({ phase, done }) => phase === 'reading' && seen.push(done) },
    );
    clearInterval(timer);
    // A call that held the loop up would let it turn once at most.
    expect(turns).toBeGreaterThan(1);
    expect(seen).toEqual([...seen].sort((left, right) => left - right));
  });

  it('stops when it is aborted, with the reason, and goes on with the next call', async () => {
    const index = await open(manyFiles(5_000));
    const controller = new AbortController();
    const refreshing = index.call('refresh', {}, { signal: controller.signal });
    await setImmediate();
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(refreshing).rejects.toBe(reason);
    expect(await index.call('refresh', {})).toMatchObject({ files: 5_000 });
  });

  it('says that it may not have the memory it needs, and what to do about it', async () => {
    const index = await open(manyFiles(5_000), 300_000);
    const refreshing = index.call('refresh', {});
    await expect(refreshing).rejects.toMatchObject({
      kind: 'system',
      message: 'The code index ran out of memory: there is not enough memory',
      hint: expect.stringContaining('.zekeignore'),
    });
    expect(await index.call('status', {})).toMatchObject({ files: 0 });
  });

  it('ends while a call runs', async () => {
    const index = await open(manyFiles(5_000));
    const refreshing = index.call('refresh', {}).then(
      () => 'done',
      (error: Error) => error.message,
    );
    const waiting = index.call('refresh', {});
    await setImmediate();
    const closing = index.close();
    await expect(waiting).rejects.toThrow('closed');
    await closing;
    expect(await refreshing).toContain('closed');
    await expect(index.call('status', {})).rejects.toThrow('closed');
  });

  it('says what a request lacks', async () => {
    const index = await open(makeWorkspace({ 'a.ts': '' }));
    await index.call('refresh', {});
    for (const request of [{}, { name: 1, limit: 1 }, { name: 'a', limit: -1 }, [], 'text']) {
      const asked = index.call('definitions', request as object);
      await expect(asked).rejects.toMatchObject({ name: 'ZekeError', kind: 'usage' });
    }
  });

  it('refuses a root that is not there', async () => {
    await expect(open('/nonexistent/zeke')).rejects.toMatchObject({ name: 'ZekeError' });
  });
});
