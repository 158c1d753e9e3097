/**
 * Runs one line of shell: for the user who typed it, or for a model whose user allowed it. It has no
 * input and no terminal, its group of processes is ended with it, and it never sees our keys.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { childEnvironment, type Environment } from '../env.ts';
import { errnoCode, errorMessage, ZekeError } from '../errors.ts';

export interface ShellRun {
  readonly command: string;
  /** An absolute path, from `userShell` or `SYSTEM_SHELL`. */
  readonly shell: string;
  readonly cwd: string;
  readonly env: Environment;
  /** Ends the whole group: asked first, and made to shortly after. */
  readonly signal: AbortSignal;
  readonly timeLimitMs?: number;
  /** What the command leaves running in the background is ended too. */
  readonly endsLeftovers?: boolean;
  /** Standard output and error in the order they were written; only what is UTF-8. */
  readonly onOutput: (text: string) => void;
}
export interface ShellEnd {
  /** Undefined when a signal ended it. */
  readonly exitCode: number | undefined;
  readonly endSignal: string | undefined;
  readonly isOutOfTime: boolean;
}

/** How long a program that was asked to end may take before it is made to. */
const END_GRACE_MS = 300;
/** A program in the background may hold the pipe open; what it says later is not waited for. */
const LAST_WORDS_MS = 250;
const IS_WINDOWS = process.platform === 'win32';

/** The shell whose rules `allowed_commands` are read by; the same on every machine. */
export const SYSTEM_SHELL = '/bin/sh';

/** The shell the user works in; the system's where there is none that could be started. */
export function userShell(env: Environment): string {
  const { SHELL: shell } = env;
  return shell !== undefined && isAbsolute(shell) && existsSync(shell) ? shell : SYSTEM_SHELL;
}

/** Runs the line to its end. Rejects with a ZekeError when no shell can be started. */
export function runShell(run: ShellRun): Promise<ShellEnd> {
  if (run.signal.aborted) {
    return Promise.resolve({ exitCode: undefined, endSignal: 'SIGTERM', isOutOfTime: false });
  }
  return new Promise((resolve, reject) => {
    const child = startShell(run);
    const group = new ProcessGroup(child);
    let isOutOfTime = false;
    const stop = (): void => group.end();
    const timer = startTimer(run.timeLimitMs, () => {
      isOutOfTime = true;
      stop();
    });
    for (const stream of [child.stdout, child.stderr]) {
      const decoder = new StringDecoder('utf8');
      const tell = (text: string): void => {
        const shown = text.replaceAll('\ufffd', '');
        if (shown !== '') run.onOutput(shown);
      };
      stream?.on('data', (bytes: Buffer) => tell(decoder.write(bytes)));
      stream?.on('end', () => tell(decoder.end()));
    }
    const settle = (code: number | null, endSignal: NodeJS.Signals | null): void => {
      clearTimeout(timer);
      run.signal.removeEventListener('abort', stop);
      if (run.endsLeftovers === true) group.end();
      group.forget();
      resolve({ exitCode: code ?? undefined, endSignal: endSignal ?? undefined, isOutOfTime });
    };
    run.signal.addEventListener('abort', stop, { once: true });
    child.on('error', (error) => {
      clearTimeout(timer);
      group.forget();
      reject(startError(run, error));
    });
    child.on('exit', (code, endSignal) => {
      let hangUp: NodeJS.Immediate | undefined;
      // Once what can be read was read: a busy program's timers are early.
      const patience = setTimeout(() => {
        hangUp = setImmediate(() => {
          child.stdout?.destroy();
          child.stderr?.destroy();
        });
      }, LAST_WORDS_MS);
      child.on('close', () => {
        clearTimeout(patience);
        clearImmediate(hangUp);
        settle(code, endSignal);
      });
    });
  });
}

/**
 * Both outputs go into one pipe, so that they come in the order they were written. A session of its
 * own has no terminal: nothing can ask for a password behind our screen, or read our keys.
 */
function startShell({ command, shell, cwd, env }: ShellRun): ChildProcess {
  const options = { cwd, env: childEnvironment(env), windowsHide: true };
  if (IS_WINDOWS) {
    return spawn(env.COMSPEC ?? 'cmd.exe', ['/d', '/s', '/c', `"${command}"`], {
      ...options,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsVerbatimArguments: true,
    });
  }
  return spawn(SYSTEM_SHELL, ['-c', 'exec "$0" -c "$1" 2>&1', shell, command], {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
}

function startTimer(limitMs: number | undefined, act: () => void): NodeJS.Timeout | undefined {
  return limitMs === undefined ? undefined : setTimeout(act, limitMs);
}

function startError(run: ShellRun, cause: Error): ZekeError {
  const why = errnoCode(cause) ?? errorMessage(cause);
  return new ZekeError('system', `The command could not be started in ${run.cwd} (${why}).`, {
    cause,
  });
}

/** The shell and everything it started. */
class ProcessGroup {
  readonly #pid: number | undefined;
  readonly #onExit = (): void => void this.#signal('SIGKILL');
  #isEnding = false;

  constructor({ pid }: ChildProcess) {
    this.#pid = pid;
    // Whatever ends this program ends what it started; nothing is asked for its consent then.
    process.once('exit', this.#onExit);
  }

  /** Asks the group to end, and makes it. */
  end(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    if (!this.#signal('SIGTERM')) return;
    setTimeout(() => this.#signal('SIGKILL'), END_GRACE_MS);
  }

  /** The group has ended, or is left alone on purpose. */
  forget(): void {
    if (!this.#isEnding) process.removeListener('exit', this.#onExit);
    else setTimeout(() => process.removeListener('exit', this.#onExit), 2 * END_GRACE_MS);
  }

  /** False when there is nobody left. */
  #signal(name: 'SIGTERM' | 'SIGKILL'): boolean {
    if (this.#pid === undefined) return false;
    if (IS_WINDOWS) {
      spawn('taskkill', ['/pid', String(this.#pid), '/t', '/f'], { stdio: 'ignore' });
      return true;
    }
    try {
      process.kill(-this.#pid, name);
      return true;
    } catch (error) {
      if (errnoCode(error) === undefined) throw error;
      return false;
    }
  }
}
