/**
 * The sources of the Linux kernel, for whoever has them: `node tools/fetch-trees.mjs` brings them,
 * and ZEKE_KERNEL_TREE names their folder. They are too large for every run.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestHome, runZeke } from '../helpers/zeke.ts';

const TREE = process.env.ZEKE_KERNEL_TREE ?? '';
const isThere = TREE !== '' && existsSync(join(TREE, 'mm/oom_kill.c'));

describe('the kernel', () => {
  beforeEach(({ skip }) => skip(!isThere, 'ZEKE_KERNEL_TREE names no kernel sources'));

  const home = createTestHome();
  afterAll(() => home.remove());
  const zeke = async (...args: readonly string[]) => {
    const result = await runZeke({ home, args, cwd: TREE });
    expect(result.code).toBe(0);
    return result.stdout;
  };

  it('is indexed whole', async () => {
    const built = JSON.parse(await zeke('index', 'build', '--json'));
    expect(built.files).toBeGreaterThan(80_000);
    const status = JSON.parse(await zeke('index', 'status', '--json'));
    expect(status.symbols).toBeGreaterThan(1_000_000);
    expect(status.snapshotBytes).toBeLessThan(status.indexedBytes * 0.15);
    const again = JSON.parse(await zeke('index', 'build', '--json'));
    expect(again).toMatchObject({ added: 0, changed: 0, removed: 0 });
  });

  it.each([
    ["where is the OOM killer's badness score computed?", 'mm/oom_kill.c', 'oom_badness'],
    ['how does the kernel pick the next task to run', 'kernel/sched', undefined],
    ['tcp_v4_connect', 'net/ipv4/tcp_ipv4.c', 'tcp_v4_connect'],
    ['allocate a page from the buddy allocator', 'mm/page_alloc.c', undefined],
  ])('answers "%s"', async (question, path, symbol) => {
    const { results } = JSON.parse(
      await zeke('index', 'search', '--json', '--limit', '5', question),
    );
    const paths = results.map((hit: { path: string }) => hit.path).join('\n');
    expect(paths).toContain(path);
    if (symbol !== undefined) expect(results[0]).toMatchObject({ path, symbol });
  });

  it('is asked by the built-in engine', async () => {
    const question = "where is the OOM killer's badness score computed?";
    const answer = await zeke('ask', '--model', 'builtin', question);
    expect(answer.slice(0, 400)).toMatch(/mm\/oom_kill\.c/);
    expect(answer.slice(0, 400)).toContain('oom_badness');
  });

  it('finds a text and who refers to a name', async () => {
    const nowhere = JSON.parse(
      await zeke('index', 'search', '--exact', '--json', 'zzqq_not_there'),
    );
    expect(nowhere.results).toEqual([]);
    const refs = JSON.parse(await zeke('index', 'refs', '--json', 'oom_badness'));
    expect(refs.definitions[0]).toMatchObject({ path: 'mm/oom_kill.c' });
    expect(refs.results.length).toBeGreaterThan(2);
  });
});
