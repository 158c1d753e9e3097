import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadLibrary } from '../../../src/platform/native/library.ts';
import { findZig } from '../../../tools/zig.mjs';

const folder = mkdtempSync(join(tmpdir(), 'zeke-library-'));

/** The reason for which the library at `path` does not serve. */
async function refusal(path: string): Promise<string> {
  const loaded = await loadLibrary(path);
  if (loaded.library !== undefined) throw new Error(`${path} was loaded`);
  return loaded.reason;
}

describe('the library', () => {
  it('is refused with its place where it is missing', async () => {
    const path = join(folder, 'missing.so');
    expect(await refusal(path)).toMatch(
      /^there is no library for \w+-\w+(?:-musl)? \(.*missing\.so\)$/,
    );
  });

  it('is refused where it is no library', async () => {
    const path = join(folder, 'text.so');
    writeFileSync(path, 'not a library');
    expect(await refusal(path)).toContain(`${path} does not load: `);
  });

  it('is refused when it has another interface', async (context) => {
    const zig = findZig();
    context.skip(zig === undefined, 'no Zig for this machine');
    const path = buildLibrary(zig ?? '', 'export fn zeke_abi_version() u32 { return 99; }');
    expect(await refusal(path)).toBe(`${path} has version 99 of its interface, not 1`);
  });

  it('is refused when it is another library', async (context) => {
    const zig = findZig();
    context.skip(zig === undefined, 'no Zig for this machine');
    const path = buildLibrary(zig ?? '', 'export fn other() u32 { return 1; }');
    expect(await refusal(path)).toContain('zeke_abi_version');
  });
});

function buildLibrary(zig: string, source: string): string {
  const place = mkdtempSync(join(folder, 'zig-'));
  writeFileSync(join(place, 'a.zig'), source);
  const result = spawnSync(zig, ['build-lib', '-dynamic', '-femit-bin=a.so', 'a.zig'], {
    cwd: place,
    encoding: 'utf8',
  });
  expect(result.status, result.stderr).toBe(0);
  return join(place, 'a.so');
}
