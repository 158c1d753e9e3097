/** Runs the built program the way a user does: a process of its own, in a home of its own. */
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { removeFolder } from './remove-folder.ts';

export const PROJECT_ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const ZEKE = join(PROJECT_ROOT, 'bin', 'zeke');

/** A new user: empty home, config and state, and a project folder to stand in. */
export interface TestHome {
  readonly dir: string;
  /** The working directory: an empty project. */
  readonly project: string;
  readonly env: NodeJS.ProcessEnv;
  remove(): void;
}

/** Variables that would let the machine's own settings leak into a test. */
const FOREIGN =
  /^(?:ZEKE|OPENAI|ANTHROPIC|OLLAMA|GHOSTLLM|XDG|DBUS|HTTPS?_PROXY|https?_proxy|NO_COLOR|FORCE_COLOR|NODE_OPTIONS|VITEST|NODE_ENV)/;

export function createTestHome(): TestHome {
  const dir = mkdtempSync(join(tmpdir(), 'zeke-test-'));
  const project = mkdtempSync(join(dir, 'project-'));
  const inherited = Object.entries(process.env).filter(([name]) => !FOREIGN.test(name));
  return {
    dir,
    project,
    env: {
      ...Object.fromEntries(inherited),
      HOME: dir,
      ZEKE_CONFIG_DIR: join(dir, 'config'),
      ZEKE_STATE_DIR: join(dir, 'state'),
      // Nothing may be found by chance on the ports of GhostLLM and Ollama.
      GHOSTLLM_URL: 'http://127.0.0.1:9',
      OLLAMA_HOST: 'http://127.0.0.1:9',
    },
    // A Zeke in the background may still be leaving.
    remove: () => removeFolder(dir),
  };
}

export interface ZekeRun {
  readonly home: TestHome;
  readonly args: readonly string[];
  readonly input?: string | Buffer;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Called with each piece of standard output as it comes. */
  readonly onStdout?: (text: string) => void;
}
export interface ZekeResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `zeke` to its end. */
export function runZeke(options: ZekeRun): Promise<ZekeResult> {
  const { home, args } = options;
  const child = spawn(process.execPath, [ZEKE, ...args], {
    cwd: options.cwd ?? home.project,
    env: { ...home.env, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => {
    stdout.push(chunk);
    options.onStdout?.(chunk.toString());
  });
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  // A program that does not read its input closes the pipe: that is its right.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({
        code,
        signal,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
      });
    });
  });
}
