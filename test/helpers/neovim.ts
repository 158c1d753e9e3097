/**
 * Real Neovims for tests: each a process of its own in a home of its own, driven over MessagePack-RPC
 * and seen through an attached UI, so that a test asserts what a person would see without a terminal.
 *
 * ```ts
 * describeNeovims('the chat', (kind) => {
 *   it('opens', async () => {
 *     const neovim = await kind.start();
 *     await neovim.command('ZekeChat');
 *     await neovim.waitForScreen('Ask anything');
 *   });
 * });
 * ```
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, it, onTestFinished } from 'vitest';
import { Neovim } from './neovim-process.ts';
import { readTestSetup } from './test-setup.ts';
import { createTestHome, PROJECT_ROOT, type TestHome } from './zeke.ts';

export interface NeovimOptions {
  /** Whose home, state and Zeke this is; others may share it. Otherwise a new one, removed at the end. */
  readonly home?: TestHome;
  /** Where it is started; the project of the home unless told. */
  readonly cwd?: string;
  /** Added to the environment, over what the home gives. */
  readonly env?: NodeJS.ProcessEnv;
  /** Lua that is its init.lua. Without it there is none. */
  readonly init?: string;
  /** A file that is its init.lua: `-u`. */
  readonly initFile?: string;
  /**
   * True unless told: `--clean`, with this checkout first on the runtimepath. False starts it as a
   * person does, from `$XDG_CONFIG_HOME/nvim` of the home, and puts nothing on the runtimepath.
   */
  readonly isClean?: boolean;
  /** More arguments: files to open, `-c` and so on. */
  readonly args?: readonly string[];
  /** 80 × 24 unless told. */
  readonly width?: number;
  readonly height?: number;
}
/** One of the Neovims that the tests run on. */
export interface NeovimKind {
  /** `0.12.4` */
  readonly version: string;
  readonly path: string;
  /** Starts one for the test that runs, and closes it when the test ends. */
  start(options?: NeovimOptions): Promise<Neovim>;
  /** Runs a script without a screen, `nvim -l`, and resolves when it has ended. */
  runLua(script: string, options?: ScriptOptions): Promise<ScriptResult>;
}
export interface ScriptOptions {
  readonly home?: TestHome;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** What the script gets as `arg[1]` and so on. */
  readonly args?: readonly string[];
}
export interface ScriptResult {
  /** 1 after an error; null where a signal ended it. */
  readonly code: number | null;
  /** What it wrote with `io.stdout` or `io.write`. */
  readonly stdout: string;
  /** What it wrote with `print`, and errors. */
  readonly stderr: string;
}

/** Variables by which one Neovim would leak into another that runs inside it. */
const FOREIGN = /^(?:N?VIM|MYVIMRC)/;
const ENTERED = 'test_entered';
/** After the start-up files and VimEnter, once the main loop is there for requests. */
const TELL_WHEN_ENTERED = `lua vim.api.nvim_create_autocmd("VimEnter", { once = true, callback = vim.schedule_wrap(function() vim.rpcnotify(1, "${ENTERED}") end) })`;

/**
 * Runs the suite once for each Neovim that is there: `name (Neovim 0.12.4)`. One that is missing is
 * a skipped test that says why.
 */
export function describeNeovims(name: string, suite: (kind: NeovimKind) => void): void {
  const { neovims, missingNeovims } = readTestSetup();
  for (const { version, path } of neovims) {
    const start = async (options: NeovimOptions = {}) => {
      const neovim = await startNeovim(path, options);
      onTestFinished(() => neovim.close());
      return neovim;
    };
    const runLua = (script: string, options?: ScriptOptions) => runScript(path, script, options);
    describe(`${name} (Neovim ${version})`, () => suite({ version, path, start, runLua }));
  }
  for (const { version, why } of missingNeovims) {
    it(`${name} (Neovim ${version})`, ({ skip }) => skip(why));
  }
}

/**
 * Starts one that the caller closes: for hooks and for benchmarks. In a test, `kind.start()` is
 * shorter. Resolves after VimEnter; the first screen is drawn soon after.
 */
export async function startNeovim(path: string, options: NeovimOptions = {}): Promise<Neovim> {
  const { isClean = true, init, args = [], width = 80, height = 24 } = options;
  const home = options.home ?? createTestHome();
  const env = neovimEnvironment(home, options.env);
  const initFile = init === undefined ? options.initFile : writeLua(home, init);
  const child = spawn(
    path,
    [
      '--embed',
      ...(isClean ? cleanArguments() : []),
      ...['--cmd', TELL_WHEN_ENTERED],
      ...(initFile === undefined ? [] : ['-u', initFile]),
      ...args,
    ],
    { cwd: options.cwd ?? home.project, env, stdio: ['pipe', 'pipe', 'pipe'] },
  );
  const neovim = new Neovim(child, home, options.home === undefined);
  const entered = neovim.nextNotification(ENTERED);
  const look = { rgb: true, ext_linegrid: true, ext_hlstate: true };
  try {
    await Promise.all([neovim.request('nvim_ui_attach', width, height, look), entered]);
  } catch (error) {
    await neovim.kill();
    neovim.forgetHome();
    throw error;
  }
  return neovim;
}

async function runScript(
  path: string,
  script: string,
  options: ScriptOptions = {},
): Promise<ScriptResult> {
  const home = options.home ?? createTestHome();
  const args = [...cleanArguments(), '-l', writeLua(home, script), ...(options.args ?? [])];
  const child = spawn(path, args, {
    cwd: options.cwd ?? home.project,
    env: neovimEnvironment(home, options.env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    }),
  ]);
  if (options.home === undefined) home.remove();
  return { code, stdout, stderr };
}

/** A file of its own, because homes are shared. */
function writeLua(home: TestHome, code: string): string {
  const path = join(mkdtempSync(join(home.dir, 'lua-')), 'init.lua');
  writeFileSync(path, code);
  return path;
}

/** The arguments of a Neovim without a person's configuration that finds Zeke's plugin. */
export function cleanArguments(): readonly string[] {
  const root = JSON.stringify(PROJECT_ROOT.replace(/\/$/, ''));
  return ['--clean', '--cmd', `lua vim.opt.runtimepath:prepend(${root})`];
}

/**
 * What a Neovim of this home gets to see: folders of its own in place of the person's. For one in
 * a pty, or one that runs `-l`; `startNeovim` does it by itself.
 */
export function neovimEnvironment(
  home: TestHome,
  env: NodeJS.ProcessEnv = {},
): Record<string, string> {
  const folders = {
    XDG_CONFIG_HOME: join(home.dir, 'xdg', 'config'),
    XDG_DATA_HOME: join(home.dir, 'xdg', 'data'),
    XDG_STATE_HOME: join(home.dir, 'xdg', 'state'),
    XDG_CACHE_HOME: join(home.dir, 'xdg', 'cache'),
    XDG_RUNTIME_DIR: join(home.dir, 'run'),
  };
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Nothing that is installed for every user of the machine, either.
  const systemFolders = { XDG_CONFIG_DIRS: home.dir, XDG_DATA_DIRS: home.dir };
  const inherited = Object.entries(home.env).filter(([name]) => !FOREIGN.test(name));
  const all = { ...Object.fromEntries(inherited), ...folders, ...systemFolders, ...env };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
