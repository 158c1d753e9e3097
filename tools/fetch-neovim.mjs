// Brings the real Neovims that tests drive: `node tools/fetch-neovim.mjs`, and part of `pretest`.
//
// Debian carries one in each of its suites. A private apt state is asked for the package and all it
// needs, down to the C library, so that neither rights nor this machine's release matter; the mirror
// is the one that this machine's own apt uses. The packages are unpacked into one folder, and the
// program is told to look for its loader and its libraries there. A folder that has been made is
// used again. Nothing here fails the run: what cannot be had is named in one line.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The versions that the plugin is tested on, with the suites of Debian that may carry them. */
export const NEOVIMS = [
  { version: '0.10.4', suites: ['trixie'] },
  { version: '0.12.4', suites: ['forky', 'sid'] },
];
/** Where Debian puts libraries, and the name of the loader there, by processor. */
const SYSTEMS = {
  x64: { libraries: 'usr/lib/x86_64-linux-gnu', loader: 'ld-linux-x86-64.so.2' },
  arm64: { libraries: 'usr/lib/aarch64-linux-gnu', loader: 'ld-linux-aarch64.so.1' },
};
/** What apt checks the mirror's signatures with. */
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const PROGRAM = 'usr/bin/nvim';
const LIMIT_MS = 300_000;

/**
 * A Neovim that is there.
 * @typedef {{ version: string, path: string }} Neovim
 * One that is not, and why.
 * @typedef {{ version: string, why: string }} MissingNeovim
 * @typedef {{ neovims: Neovim[], missing: MissingNeovim[] }} Neovims
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const cacheFolder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'zeke-test');

/**
 * Makes what is missing, says what cannot be had, and leaves the result for the tests, which read
 * it through test/helpers/test-setup.ts.
 */
export function bringNeovims() {
  const result = findOrFetchNeovims();
  for (const { version, why } of result.missing) {
    console.log(`test-setup: no Neovim ${version} (${why}); its tests will not run.`);
  }
  const path = join(root, 'node_modules/.cache/zeke/neovims.json');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(result, undefined, 2)}\n`);
  return result;
}

/** @returns {Neovims} */
export function findOrFetchNeovims() {
  /** @type {Neovims} */
  const result = { neovims: [], missing: [] };
  for (const wanted of NEOVIMS) {
    const { version } = wanted;
    const folder = join(cacheFolder, `nvim-${version}`);
    const why = existsSync(folder) ? undefined : fetchNeovim(wanted, folder);
    if (why === undefined) result.neovims.push({ version, path: join(folder, PROGRAM) });
    else result.missing.push({ version, why });
  }
  return result.missing.length === 0 ? result : withInstalled(result);
}

/**
 * The Neovim on PATH is tested where one is missing, whatever its version.
 * @param {Neovims} result
 * @returns {Neovims}
 */
function withInstalled({ neovims, missing }) {
  const version = versionOf('nvim');
  if (version === undefined || neovims.some((one) => one.version === version)) {
    return { neovims, missing };
  }
  return {
    neovims: [...neovims, { version, path: 'nvim' }],
    missing: missing.filter((one) => one.version !== version),
  };
}

/**
 * Makes the folder; returns why it could not, or undefined when it is there.
 * @param {{ version: string, suites: string[] }} wanted
 * @param {string} folder
 */
function fetchNeovim({ version, suites }, folder) {
  const system = process.platform === 'linux' ? SYSTEMS[process.arch] : undefined;
  if (system === undefined) return `there is none for ${process.platform}-${process.arch}`;
  if (!existsSync(KEYRING)) return "there is no keyring of Debian's archive";
  const mirrors = readMirrors();
  if (mirrors.length === 0) return 'there is no apt with a mirror';
  let why = '';
  for (const suite of suites) {
    for (const mirror of mirrors) {
      const scratch = makeScratch();
      try {
        download(scratch, `deb [signed-by=${KEYRING}] ${mirror} ${suite} main`);
        unpack(scratch, { system, folder });
        why = moveInto(folder, { from: join(scratch, 'root'), version });
        if (why === '') return undefined;
      } catch (error) {
        // Another run may have been faster: then its folder is as good.
        if (existsSync(join(folder, PROGRAM))) return undefined;
        why = error instanceof Error ? error.message : String(error);
      } finally {
        rmSync(scratch, { recursive: true, force: true });
      }
    }
  }
  return why;
}

/** The folder is beside its target, so that one rename moves the result. */
function makeScratch() {
  mkdirSync(cacheFolder, { recursive: true });
  const scratch = mkdtempSync(join(cacheFolder, 'new-'));
  for (const name of ['lists', 'archives', 'cache', 'root']) mkdirSync(join(scratch, name));
  return scratch;
}

/** The mirrors of whole suites in this machine's own apt configuration, each named once. */
function readMirrors() {
  const format = ['--no-release-info', '--format', '$(CREATED_BY) $(REPO_URI) $(RELEASE)'];
  const { status, stdout } = run('apt-get', ['indextargets', ...format]);
  if (status !== 0) return [];
  const lines = stdout.split('\n').map((line) => line.split(' '));
  const mirrors = lines.flatMap(([kind, address, suite]) =>
    // A suite with an addition, such as "-updates" or "/", is no place for whole programs.
    kind === 'Packages' && address !== undefined && /^\w+$/.test(suite ?? '') ? [address] : [],
  );
  return [...new Set(mirrors)];
}

/**
 * Downloads the package of Neovim and its closure, as if nothing were installed.
 * @param {string} scratch
 * @param {string} source
 */
function download(scratch, source) {
  writeFileSync(join(scratch, 'sources.list'), `${source}\n`);
  writeFileSync(join(scratch, 'status'), '');
  const settings = {
    'Dir::State': scratch,
    'Dir::State::lists': join(scratch, 'lists'),
    'Dir::State::status': join(scratch, 'status'),
    'Dir::Cache': join(scratch, 'cache'),
    'Dir::Cache::archives': join(scratch, 'archives'),
    'Dir::Etc::sourcelist': join(scratch, 'sources.list'),
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::Etc::preferences': '/dev/null',
    'Dir::Etc::preferencesparts': '/dev/null',
    // A mirror may keep a signed list past the day until which it vouches for being the newest.
    'Acquire::Check-Valid-Until': 'false',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '1',
    'Acquire::http::Timeout': '30',
    'APT::Sandbox::User': '',
    'APT::Install-Recommends': 'false',
    'Debug::NoLocking': '1',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  mustRun('apt-get', ['update', '-q', ...options]);
  const packages = ['neovim', 'patchelf'];
  mustRun('apt-get', ['install', '-q', '-y', '--download-only', ...options, ...packages]);
}

/**
 * Unpacks into `root` in the scratch folder, and ties the program to the folder it will lie in.
 * @param {string} scratch
 * @param {{ system: { libraries: string, loader: string }, folder: string }} options
 */
function unpack(scratch, { system, folder }) {
  const unpacked = join(scratch, 'root');
  const archives = join(scratch, 'archives');
  for (const name of readdirSync(archives).filter((entry) => entry.endsWith('.deb'))) {
    mustRun('dpkg-deb', ['-x', join(archives, name), unpacked]);
  }
  const libraries = join(unpacked, system.libraries);
  const target = join(folder, system.libraries);
  // patchelf is from the same suite, and so needs the loader and the libraries of that suite.
  mustRun(join(libraries, system.loader), [
    ...['--library-path', libraries, join(unpacked, 'usr/bin/patchelf')],
    ...['--set-interpreter', join(target, system.loader)],
    ...['--force-rpath', '--set-rpath', target],
    join(unpacked, PROGRAM),
  ]);
}

/**
 * The program runs only at its final place, so it is tried there. Returns what is wrong, or ''.
 * @param {string} folder
 * @param {{ from: string, version: string }} options
 */
function moveInto(folder, { from, version }) {
  renameSync(from, folder);
  const found = versionOf(join(folder, PROGRAM));
  if (found === version) return '';
  rmSync(folder, { recursive: true, force: true });
  return found === undefined ? 'it does not start here' : `the mirror has ${found} instead`;
}

/**
 * The version that a program calls itself; undefined where it does not start.
 * @param {string} path
 */
function versionOf(path) {
  const { status, stdout } = run(path, ['--version']);
  return status === 0 ? /^NVIM v(\d+\.\d+\.\d+)/.exec(stdout)?.[1] : undefined;
}

/** @param {string} program @param {string[]} args */
function mustRun(program, args) {
  const { status, stderr, error } = run(program, args);
  if (status === 0) return;
  const said = stderr.split('\n').find((line) => line.startsWith('E:')) ?? stderr.trim();
  throw new Error(`${program} ${args[0]}: ${error?.message ?? said.slice(0, 200)}`);
}

/** @param {string} program @param {string[]} args */
function run(program, args) {
  return spawnSync(program, args, {
    encoding: 'utf8',
    timeout: LIMIT_MS,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C.UTF-8', DEBIAN_FRONTEND: 'noninteractive' },
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { version, path } of bringNeovims().neovims) console.log(`Neovim ${version}: ${path}`);
}
