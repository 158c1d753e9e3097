/** Starting other programs: never through a shell, never with our keys, always with a limit. */
import { spawn } from 'node:child_process';
import { childEnvironment, type Environment } from './env.ts';
import { errnoCode, ZekeError } from './errors.ts';

export interface RunOptions {
  readonly cwd: string;
  readonly env: Environment;
  readonly signal?: AbortSignal;
  /** The program is ended after this long. */
  readonly timeoutMs?: number;
  /** Output past this many bytes ends the program; `isCut` says so. */
  readonly maxOutputBytes?: number;
  /** `latin1` keeps every byte of standard output as one character; UTF-8 where absent. */
  readonly outputEncoding?: 'utf8' | 'latin1';
}
export interface RunResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly isCut: boolean;
}

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Runs a program to its end. Rejects with a ZekeError when it cannot be started. */
export function run(
  command: string,
  args: readonly string[],
  options: RunOptions,
): Promise<RunResult> {
  const maxBytes = options.maxOutputBytes ?? DEFAULT_MAX_OUTPUT_BYTES;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: childEnvironment(options.env),
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let sizeBytes = 0;
    let isCut = false;
    const collect = (into: Buffer[]) => (chunk: Buffer) => {
      if (isCut) return;
      sizeBytes += chunk.length;
      into.push(chunk);
      if (sizeBytes > maxBytes) {
        isCut = true;
        child.kill();
      }
    };
    child.stdout.on('data', collect(stdout));
    child.stderr.on('data', collect(stderr));
    child.on('error', (error) => reject(startError(command, error)));
    child.on('close', (code) => {
      const out = Buffer.concat(stdout).toString(options.outputEncoding ?? 'utf8');
      resolve({
        exitCode: code ?? -1,
        stdout: out,
        stderr: Buffer.concat(stderr).toString(),
        isCut,
      });
    });
  });
}

function startError(command: string, cause: Error): Error {
  if (errnoCode(cause) !== 'ENOENT') return cause;
  return new ZekeError('system', `The program "${command}" was not found.`, {
    hint: `Install ${command} or put it on your PATH.`,
    cause,
  });
}

/**
 * Settings that keep a repository's own configuration from running programs when git is called:
 * hooks, fsmonitor, external diffs, textconv, pagers and signing are all off. Paths are the
 * repository's wherever git runs, so that what is left out by its name is left out.
 */
const GIT_GUARDS = [
  '-c',
  'core.fsmonitor=false',
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'core.pager=cat',
  '-c',
  'diff.external=',
  '-c',
  'core.quotePath=true',
  '-c',
  'color.ui=false',
  '-c',
  'log.showSignature=false',
  '-c',
  'diff.relative=false',
] as const;
/** Sub-commands that show diffs need these too; git refuses them elsewhere. */
const DIFF_GUARDS = ['--no-ext-diff', '--no-textconv', '--no-color'] as const;
const DIFF_COMMANDS = new Set(['diff', 'show', 'log', 'diff-tree', 'diff-index']);

/** Arguments for a safe git call: `gitArguments('diff', ['--cached'])`. */
export function gitArguments(command: string, args: readonly string[]): readonly string[] {
  const guards = DIFF_COMMANDS.has(command) ? DIFF_GUARDS : [];
  return ['--no-pager', ...GIT_GUARDS, command, ...guards, ...args];
}

/** Runs git without anything that the repository could make it run. */
export function runGit(
  command: string,
  args: readonly string[],
  options: RunOptions,
): Promise<RunResult> {
  const env = { ...options.env, GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0' };
  return run('git', gitArguments(command, args), { ...options, env });
}
