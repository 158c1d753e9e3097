// Brings the trees that the index is measured on, out of Debian's packages: `node tools/fetch-trees.mjs`.
// A medium one (the sources of Go) and a very large one (the Linux kernel). Prints where they lie.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** By name: the package, and where its sources lie in it: a folder, or an archive to unpack. */
const TREES = {
  go: { package: 'golang-1.19-src', folder: 'usr/share/go-1.19/src' },
  linux: { package: 'linux-source-6.12', archive: 'usr/src/linux-source-6.12.tar.xz' },
};

const cacheFolder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'zeke-test');

/**
 * The trees that are there, by name. They are fetched by running this file, never by a bench or test.
 * @returns {ReadonlyMap<string, string>}
 */
export function fetchedTrees() {
  const found = new Map();
  for (const name of Object.keys(TREES)) {
    const folder = join(cacheFolder, `tree-${name}`);
    if (existsSync(folder)) found.set(name, folder);
  }
  return found;
}

/** @param {string} name @param {{ package: string, folder?: string, archive?: string }} source */
function fetchTree(name, source) {
  const target = join(cacheFolder, `tree-${name}`);
  if (existsSync(target)) return;
  mkdirSync(cacheFolder, { recursive: true });
  const scratch = mkdtempSync(join(cacheFolder, 'new-'));
  try {
    // Downloading needs no rights and installs nothing.
    run('apt-get', ['download', '-q', source.package], scratch);
    const file = readdirSync(scratch).find((entry) => entry.endsWith('.deb'));
    if (file === undefined) throw new Error(`${source.package} was not downloaded`);
    run('dpkg-deb', ['-x', file, 'unpacked'], scratch);
    const unpacked = join(scratch, 'unpacked');
    if (source.archive === undefined) {
      renameSync(join(unpacked, source.folder ?? ''), target);
    } else {
      run('tar', ['-xf', join(unpacked, source.archive)], scratch);
      const [top] = readdirSync(scratch).filter((entry) => entry.startsWith('linux-source'));
      renameSync(join(scratch, top ?? ''), target);
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** @param {string} program @param {string[]} args @param {string} cwd */
function run(program, args, cwd) {
  const { status, error } = spawnSync(program, args, {
    cwd,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? status}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const [name, source] of Object.entries(TREES)) {
    try {
      fetchTree(name, source);
    } catch (error) {
      console.error(`${name}: ${error instanceof Error ? error.message : error}`);
      process.exitCode = 1;
    }
  }
  for (const [name, folder] of fetchedTrees()) console.log(`${name}  ${folder}`);
}
