/** Running git for output too big to hold: as a stream, with the same guards as runGit. */
import { spawn } from 'node:child_process';
import { childEnvironment, type Environment } from '../env.ts';
import { ZekeError } from '../errors.ts';
import { gitArguments } from '../process.ts';

export interface StreamGitOptions {
  readonly cwd: string;
  readonly env: Environment;
  readonly signal?: AbortSignal;
}

/** What git says about a failure is short; more than this is not kept. */
const MAX_ERROR_BYTES = 4096;

/**
 * The standard output of a git command, chunk by chunk, at the reader's pace. Throws a ZekeError of
 * kind `usage` with git's own first line when git fails; a reader that stops early ends git.
 */
export async function* streamGit(
  command: string,
  args: readonly string[],
  options: StreamGitOptions,
): AsyncGenerator<Uint8Array> {
  const env = { ...options.env, GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0' };
  const child = spawn('git', [...gitArguments(command, args)], {
    cwd: options.cwd,
    env: childEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? -1));
  });
  // The stream is read before this is awaited; a start that fails must not count as unhandled.
  ended.catch(() => undefined);
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    if (complaint.length < MAX_ERROR_BYTES) complaint += chunk.toString();
  });
  try {
    for await (const chunk of child.stdout) yield chunk;
    const exitCode = await ended;
    if (exitCode === 0 || options.signal?.aborted === true) return;
    const [line = ''] = complaint.split('\n', 1);
    throw new ZekeError('usage', `git ${command} failed: ${line.replace(/^fatal: /, '')}`);
  } finally {
    if (child.exitCode === null) child.kill();
  }
}
