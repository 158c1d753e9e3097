/** Where things are on this machine: config, state, cache, sockets, and the root of a project. */
import { createHash } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { Environment } from './env.ts';

export interface Paths {
  /** The user's own settings: config.toml, keys. `ZEKE_CONFIG_DIR` overrides. */
  readonly configDir: string;
  /** Journals, input history, logs. `ZEKE_STATE_DIR` overrides. */
  readonly stateDir: string;
  /** What can be made again: snapshots of the code index. `ZEKE_CACHE_DIR` overrides. */
  readonly cacheDir: string;
  /** Sockets and locks; private to this user. */
  readonly runtimeDir: string;
}

/** The platform's usual folders (XDG on Linux, Library on macOS, AppData on Windows). */
export function resolvePaths(env: Environment, platform: NodeJS.Platform): Paths {
  const home = env.HOME ?? homedir();
  const stateDir = env.ZEKE_STATE_DIR ?? defaultStateDir(env, platform, home);
  return {
    configDir: env.ZEKE_CONFIG_DIR ?? defaultConfigDir(env, platform, home),
    stateDir,
    cacheDir: env.ZEKE_CACHE_DIR ?? defaultCacheDir(env, platform, home),
    runtimeDir: runtimeDir(env, stateDir),
  };
}

function defaultConfigDir(env: Environment, platform: NodeJS.Platform, home: string): string {
  if (platform === 'win32') return join(env.APPDATA ?? join(home, 'AppData', 'Roaming'), 'zeke');
  if (platform === 'darwin') return join(home, 'Library', 'Preferences', 'zeke');
  return join(env.XDG_CONFIG_HOME ?? join(home, '.config'), 'zeke');
}

function defaultStateDir(env: Environment, platform: NodeJS.Platform, home: string): string {
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'zeke');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'zeke');
  return join(env.XDG_STATE_HOME ?? join(home, '.local', 'state'), 'zeke');
}

function defaultCacheDir(env: Environment, platform: NodeJS.Platform, home: string): string {
  if (platform === 'win32') {
    return join(env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'zeke', 'cache');
  }
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'zeke');
  return join(env.XDG_CACHE_HOME ?? join(home, '.cache'), 'zeke');
}

/**
 * XDG_RUNTIME_DIR where the system gives one. Otherwise a folder named after the user and the state
 * folder, so that two users, or two test runs with their own state, never meet. Short on purpose: a
 * socket path may have only 107 bytes on Linux and 103 on macOS. A relative XDG_RUNTIME_DIR is as good
 * as none (the XDG rules say so): it would be another one in each folder of a project.
 */
function runtimeDir(env: Environment, stateDir: string): string {
  const { XDG_RUNTIME_DIR: given = '', ZEKE_STATE_DIR } = env;
  if (isAbsolute(given) && ZEKE_STATE_DIR === undefined) return join(given, 'zeke');
  return join(tmpdir(), `zeke-${userInfo().uid}-${shortHash(stateDir)}`);
}

/** A path a person wrote: `~/` at its beginning is the home folder. */
export function resolveHome(path: string, env: Environment): string {
  return path.startsWith('~/') ? join(env.HOME ?? homedir(), path.slice(2)) : path;
}

/** The first 12 hex digits of the SHA-256: names for folders and sockets, not for security. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

/**
 * The root of the project that holds `directory`: the nearest folder upwards with `.git` or
 * `.zeke`, else the folder itself. Always a real path, because trust and sockets hang on it.
 */
export function findProjectRoot(directory: string): string {
  const start = realpathSync(resolve(directory));
  for (let current = start; ; current = dirname(current)) {
    if (existsSync(join(current, '.git')) || existsSync(join(current, '.zeke'))) return current;
    if (dirname(current) === current) return start;
  }
}
