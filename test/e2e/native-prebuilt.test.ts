/** The libraries of the npm package: each built here, each looked at without running it. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildNative, libraryPath, PLATFORMS } from '../../tools/build-native.mjs';
import { findZig } from '../../tools/zig.mjs';
import { readLibrary } from '../helpers/binary-format.ts';
import { PROJECT_ROOT } from '../helpers/zeke.ts';

/** The first build for Windows makes its C library as well. */
const BUILD_LIMIT_MS = 1_200_000;
const MAX_LIBRARY_BYTES = 4 * 1024 * 1024;
/** What linkers add of their own. */
const OF_THE_LINKER = ['_DllMainCRTStartup', '__dso_handle', '_mh_dylib_header'];
/** Libraries that every system of its kind has. */
const OF_THE_SYSTEM: Readonly<Record<string, RegExp>> = {
  ELF: /^(?:lib(?:c|m|pthread|dl|rt)\.so(?:\.\d)?|ld-linux-[\w-]+\.so\.\d)$/,
  'Mach-O': /^\/usr\/lib\/libSystem\.B\.dylib$/,
  PE: /^(?:kernel32|ntdll|advapi32|ws2_32|api-ms-win-crt-[\w-]+)\.dll$/i,
};
const OLDEST_GLIBC = 17;

const header = readFileSync(join(PROJECT_ROOT, 'native/include/zeke_index.h'), 'utf8');
const functions = [...header.matchAll(/^\w+ (zeke_\w+)\(/gm)].map(([, name]) => name).sort();

function formatOf(platform: string): string {
  if (platform.startsWith('win32')) return 'PE';
  return platform.startsWith('darwin') ? 'Mach-O' : 'ELF';
}

describe.skipIf(findZig() === undefined)('the library of each platform', () => {
  beforeAll(async () => {
    expect(await buildNative(PLATFORMS)).toBe(true);
  }, BUILD_LIMIT_MS);

  it.each(PLATFORMS)('%s', (platform) => {
    const library = readLibrary(readFileSync(libraryPath(platform)));
    const format = formatOf(platform);
    expect(library).toMatchObject({ format, machine: platform.split('-')[1] });
    expect(library.exports.filter((name) => !OF_THE_LINKER.includes(name))).toEqual(functions);
    expect(library.needed.filter((name) => !OF_THE_SYSTEM[format]?.test(name))).toEqual([]);
    const minors = library.versions.map((version) => Number(version.split('.')[1]));
    expect(minors.filter((minor) => minor > OLDEST_GLIBC)).toEqual([]);
    expect(library.needed.includes('libc.so.6')).toBe(/^linux-\w+$/.test(platform));
    if (platform === 'darwin-arm64') expect(library.isSigned).toBe(true);
    expect(statSync(libraryPath(platform)).size).toBeLessThan(MAX_LIBRARY_BYTES);
  });
});
