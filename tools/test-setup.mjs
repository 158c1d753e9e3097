// Brings what the tests need and npm ci does not: `pretest`. Quick when everything is there, and
// never fails the run: what cannot be had is named in one line, and its tests skip with that reason.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bringNeovims } from './fetch-neovim.mjs';

const ENGINE_VERSION = '3.22.1';
const LIMIT_MS = 300_000;
/** The library of the code index is optimised as a whole. */
const BUILD_LIMIT_MS = 1_200_000;
/** Programs that tests start, by the Debian package that holds them. */
const PROGRAMS = {
  bash: 'bash',
  zsh: 'zsh',
  fish: 'fish',
  git: 'git',
  jq: 'jq',
  luacheck: 'lua-check',
  man: 'man-db',
  openssl: 'openssl',
  tmux: 'tmux',
  'dbus-run-session': 'dbus',
  'gnome-keyring-daemon': 'gnome-keyring',
  valgrind: 'valgrind',
};
/** The engine's prebuilt libraries, by platform and processor. */
const ENGINE_LIBRARIES = {
  'linux-x64': '@node-llama-cpp/linux-x64',
  'linux-arm64': '@node-llama-cpp/linux-arm64',
  'darwin-x64': '@node-llama-cpp/mac-x64',
  'darwin-arm64': '@node-llama-cpp/mac-arm64-metal',
  'win32-x64': '@node-llama-cpp/win-x64',
};

const root = fileURLToPath(new URL('..', import.meta.url));
const cacheFolder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'zeke-test');

buildProgram();
const engineFolder = fetchEngine();
installPrograms();
const missing = Object.keys(PROGRAMS).filter((name) => !isOnPath(name));
for (const name of missing) console.log(`test-setup: ${name} is missing; its tests will not run.`);
writeResult({ engineFolder, missing });
bringNeovims();

function buildProgram() {
  const { status } = run(process.execPath, ['tools/build.mjs'], {
    shows: true,
    limitMs: BUILD_LIMIT_MS,
  });
  if (status !== 0) console.log('test-setup: the build failed; tests of the program will fail.');
}

/** The folder whose node_modules holds the inference engine, or null where it cannot be had. */
function fetchEngine() {
  const target = join(cacheFolder, `node-llama-cpp-${ENGINE_VERSION}`);
  if (existsSync(target)) return target;
  const key = `${process.platform}-${process.arch}`;
  const library = Object.hasOwn(ENGINE_LIBRARIES, key) ? ENGINE_LIBRARIES[key] : undefined;
  if (library === undefined) return withoutEngine(`there is no prebuilt engine for ${key}`);
  try {
    mkdirSync(cacheFolder, { recursive: true });
    const temporary = mkdtempSync(join(cacheFolder, 'new-'));
    writeFileSync(join(temporary, 'package.json'), '{"private":true}\n');
    const packages = ['node-llama-cpp', library].map((name) => `${name}@${ENGINE_VERSION}`);
    const flags = ['--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund'];
    const result = run('npm', ['install', ...flags, ...packages], { cwd: temporary });
    if (result.status === 0) renameSync(temporary, target);
    else rmSync(temporary, { recursive: true, force: true });
  } catch (error) {
    return withoutEngine(String(error));
  }
  return existsSync(target) ? target : withoutEngine('npm could not install it');
}

/** @param {string} why */
function withoutEngine(why) {
  console.log(`test-setup: no inference engine (${why}); tests of local models will not run.`);
  return null;
}

/** Asks the system's package manager, where it is there and this user may. */
function installPrograms() {
  const wanted = Object.entries(PROGRAMS).filter(([name]) => !isOnPath(name));
  if (wanted.length === 0 || process.getuid?.() !== 0 || !isOnPath('apt-get')) return;
  const packages = wanted.map(([, name]) => name);
  const install = ['install', '-y', '-q', '--no-install-recommends', ...packages];
  if (run('apt-get', install).status === 0) return;
  if (run('apt-get', ['update', '-q']).status === 0) run('apt-get', install);
}

/** @param {string} name */
function isOnPath(name) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.some((folder) => folder !== '' && existsSync(join(folder, name)));
}

/**
 * What the tests read: test/helpers/test-setup.ts.
 * @param {{ engineFolder: string | null, missing: string[] }} result
 */
function writeResult(result) {
  const path = join(root, 'node_modules/.cache/zeke/test-setup.json');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(result, undefined, 2)}\n`);
}

/**
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, shows?: boolean, limitMs?: number }} options
 */
function run(program, args, { cwd = root, shows = false, limitMs = LIMIT_MS } = {}) {
  return spawnSync(program, args, {
    cwd,
    timeout: limitMs,
    stdio: ['ignore', shows ? 'inherit' : 'ignore', shows ? 'inherit' : 'ignore'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}
