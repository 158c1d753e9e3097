/**
 * Hostile files, requests and snapshots, thrown at the library by its own programs (native/fuzz), in a
 * build that checks every index and overflow, and under valgrind. Longer with ZEKE_FUZZ_SECONDS, and
 * with other input by ZEKE_FUZZ_SEED: a run that everybody waits for tries the same each time.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findZig } from '../../tools/zig.mjs';
import { readTestSetup } from '../helpers/test-setup.ts';
import { PROJECT_ROOT } from '../helpers/zeke.ts';

const BUILD_LIMIT_MS = 600_000;
const FUZZ_LIMIT_MS = 3_600_000;
const SECONDS = process.env.ZEKE_FUZZ_SECONDS ?? '15';
const SEED = process.env.ZEKE_FUZZ_SEED ?? '20261121';
/** Valgrind may say much of a system call it does not know; all of it is kept for the report. */
const OUTPUT = { encoding: 'utf8', maxBuffer: 256 << 20 } as const;
const VALGRIND = [
  '-q',
  '--error-exitcode=99',
  '--leak-check=full',
  '--errors-for-leak-kinds=definite',
];

const zig = process.platform === 'linux' ? findZig() : undefined;
const programs = readdirSync(join(PROJECT_ROOT, 'native/fuzz'))
  .filter((name) => /^(?:fuzz|crash)_.*\.zig$/.test(name))
  .map((name) => name.replace('.zig', ''));

describe.skipIf(zig === undefined)('thrown at the library', () => {
  const folder = mkdtempSync(join(tmpdir(), 'zeke-fuzz-programs-'));
  const program = (name: string) => join(folder, 'bin', name);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  beforeAll(() => {
    const checks = ['-Doptimize=ReleaseSafe', '-Dc-allocator'];
    const args = ['build', 'fuzz-programs', ...checks, '--prefix', folder];
    const cwd = join(PROJECT_ROOT, 'native');
    const { status, stderr } = spawnSync(zig ?? '', args, { cwd, ...OUTPUT });
    expect(status, stderr).toBe(0);
  }, BUILD_LIMIT_MS);

  it.each(programs)('%s finds nothing', { timeout: FUZZ_LIMIT_MS }, (name) => {
    const { status, stderr } = spawnSync(program(name), [SECONDS, SEED], OUTPUT);
    expect(status, stderr).toBe(0);
  });

  it.for(programs.filter((name) => name.startsWith('fuzz_')))(
    '%s finds nothing under valgrind',
    { timeout: FUZZ_LIMIT_MS },
    (name, context) => {
      context.skip(readTestSetup().missing.includes('valgrind'), 'valgrind is not installed');
      const args = [...VALGRIND, program(name), SECONDS, SEED];
      const { status, stderr } = spawnSync('valgrind', args, OUTPUT);
      expect(status, stderr).toBe(0);
    },
  );
});
