/** The tests of the library in Zig, run by Zig; they count among the others. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { findZig } from '../../tools/zig.mjs';

const ZIG_LIMIT_MS = 600_000;

it('passes every test of native/src', { timeout: ZIG_LIMIT_MS }, (context) => {
  const zig = findZig();
  context.skip(zig === undefined, 'no Zig for this machine');
  const { status, stderr } = spawnSync(zig ?? '', ['build', 'test', '--summary', 'all'], {
    cwd: fileURLToPath(new URL('../../native', import.meta.url)),
    encoding: 'utf8',
    timeout: ZIG_LIMIT_MS,
  });
  const [, passed = '0', all = '0'] = /(\d+)\/(\d+) tests passed/.exec(stderr) ?? [];
  leaveCounts(Number(passed), Number(all) - Number(passed));
  expect(status, stderr).toBe(0);
  expect(Number(passed)).toBeGreaterThan(0);
});

/** For `.ci/run`, as tools/count-reporter.mjs does. */
function leaveCounts(passed: number, failed: number): void {
  const folder = process.env.ZEKE_TEST_RESULTS;
  if (folder === undefined || folder === '') return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'zig.json'), JSON.stringify({ passed, failed }));
}
