/**
 * The program. Reads the command line, loads the one command that was asked for, and ends with its
 * exit code after everything it printed has left the process.
 */
import type { Environment } from '../platform/env.ts';
import { ZekeError } from '../platform/errors.ts';
import { nearestName } from '../platform/nearest.ts';
import { ZEKE_VERSION } from '../platform/version.ts';
import type { Invocation } from './command.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { commandHelp, generalHelp } from './help/help.ts';
import { drainOutput, watchOutput } from './io/output.ts';
import { type CommandLine, parseCommandLine } from './parse.ts';
import { COMMANDS } from './registry.ts';

/** Commands get this long to put things away after the first signal or a closed pipe. */
const GRACE_MS = 5000;
const DEFAULT_COLUMNS = 80;

await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<void> {
  const stop = listenForStop();
  let exitCode: ExitCode;
  try {
    exitCode = await runCommandLine(argv, stop.signal);
    if (stop.exitCode() !== undefined) exitCode = stop.exitCode() ?? exitCode;
  } catch (error) {
    exitCode = stop.exitCode() ?? (isInterrupt(error) ? EXIT.interrupted : await report(error));
  }
  await drainOutput();
  const failure = stop.outputFailure();
  process.exit(failure === undefined ? exitCode : await report(failure));
}

async function runCommandLine(argv: readonly string[], signal: AbortSignal): Promise<ExitCode> {
  const line = parseCommandLine(argv);
  if (line.show !== undefined) return showText(line);
  if (line.command.name === 'chat') requireTerminal(line);
  const { readEnvironment } = await import('../platform/env.ts');
  const { run } = await line.command.load();
  return run(invocationOf(line, readEnvironment(), signal));
}

function showText(line: CommandLine): ExitCode {
  const columns = process.stdout.columns ?? DEFAULT_COLUMNS;
  if (line.show === 'version') process.stdout.write(`zeke ${ZEKE_VERSION}\n`);
  else if (line.isNamed) process.stdout.write(commandHelp(line.command, columns));
  else process.stdout.write(generalHelp(columns));
  return EXIT.ok;
}

/** The conversation draws on a terminal and reads keys from it; scripts want `zeke ask`. */
function requireTerminal(line: CommandLine): void {
  if (process.stdin.isTTY && process.stdout.isTTY) return;
  const [word] = line.positionals;
  const isLone = line.positionals.length === 1 && !line.isNamed;
  if (isLone && word !== undefined && /^[a-z][a-z-]*$/.test(word)) {
    const nearest = nearestName(
      word,
      COMMANDS.map((command) => command.name),
    );
    throw new ZekeError(
      'usage',
      `Unknown command "${word}"; the nearest is "${nearest}". As a question: zeke ask ${word}`,
    );
  }
  const example = word === undefined ? 'zeke ask "question"' : 'zeke ask with the same words';
  throw new ZekeError(
    'usage',
    `The conversation needs a terminal; for one answer in a script or a pipe use ${example}.`,
  );
}

function invocationOf(line: CommandLine, env: Environment, signal: AbortSignal): Invocation {
  return {
    positionals: line.positionals,
    options: line.options,
    io: {
      // Made when it is read: opening standard input costs more than parsing the command line.
      get stdin() {
        return process.stdin;
      },
      stdout: process.stdout,
      stderr: process.stderr,
    },
    env: line.options['no-color'] === true ? { ...env, NO_COLOR: '1' } : env,
    cwd: process.cwd(),
    signal,
  };
}

interface Stop {
  readonly signal: AbortSignal;
  /** Why the program was stopped from outside, as an exit code; undefined while it was not. */
  readonly exitCode: () => ExitCode | undefined;
  /** Why standard output could not be written, when it could not. */
  readonly outputFailure: () => Error | undefined;
}

/**
 * The first Ctrl+C (or SIGTERM, or the terminal closing) asks the command to stop, a second Ctrl+C
 * or SIGTERM ends the program at once. A closed pipe stops it too, quietly: the reader has what it
 * wanted.
 */
function listenForStop(): Stop {
  const controller = new AbortController();
  let code: ExitCode | undefined;
  const stopWith = (exitCode: ExitCode): void => {
    code = exitCode;
    controller.abort();
    setTimeout(() => process.exit(exitCode), GRACE_MS).unref();
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (code === undefined) stopWith(EXIT.interrupted);
      // A closed terminal is told by its shell, by the system and by every write: nobody insists.
      else if (name !== 'SIGHUP') process.exit(code);
    });
  }
  let failure: Error | undefined;
  watchOutput({
    onClosed: (isTerminal) => {
      if (code === undefined) stopWith(isTerminal ? EXIT.interrupted : EXIT.ok);
    },
    onFailure: (error) => {
      failure = error;
      controller.abort();
    },
  });
  process.on('uncaughtException', (error) => void report(error).then((code) => process.exit(code)));
  return { signal: controller.signal, exitCode: () => code, outputFailure: () => failure };
}

/** Ctrl+C that a command read as a key, while the terminal was in raw mode. */
function isInterrupt(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

async function report(error: unknown): Promise<ExitCode> {
  const { reportError } = await import('./io/report-error.ts');
  return reportError(error, process.stderr);
}
