/** One clear line on standard error for whatever went wrong, and the exit code for it. */
import type { Environment } from '../../platform/env.ts';
import { errorMessage, ZekeError } from '../../platform/errors.ts';
import type { CommandIo } from '../command.ts';
import { EXIT, type ExitCode, exitCodeFor } from '../exit-codes.ts';

/**
 * Prints `zeke: message` and a line with the hint. An unexpected error (a bug of ours) is one line
 * too; its stack goes to the log, and to standard error when ZEKE_DEBUG is set.
 */
export async function reportError(error: unknown, stderr: CommandIo['stderr']): Promise<ExitCode> {
  const { sanitizeText } = await import('../../platform/terminal-text.ts');
  if (error instanceof ZekeError) {
    stderr.write(`zeke: ${sanitizeText(error.message)}\n`);
    if (error.hint !== undefined) stderr.write(`  ${sanitizeText(error.hint)}\n`);
    return exitCodeFor(error.kind);
  }
  const { readEnvironment } = await import('../../platform/env.ts');
  const env = readEnvironment();
  const stack = await withoutSecrets(
    error instanceof Error ? (error.stack ?? error.message) : String(error),
  );
  const logPath = await logUnexpected(stack, env);
  const where = logPath === undefined ? '' : ` (details in ${logPath})`;
  const [line] = (await withoutSecrets(errorMessage(error))).split('\n', 1);
  stderr.write(`zeke: ${sanitizeText(`Unexpected error: ${line ?? ''}${where}`)}\n`);
  if (env.ZEKE_DEBUG !== undefined) stderr.write(`${sanitizeText(stack)}\n`);
  return EXIT.provider;
}

/** Nobody knows what the message of an unexpected error holds. */
async function withoutSecrets(text: string): Promise<string> {
  try {
    const { createRedactor } = await import('../../platform/secrets/redactor.ts');
    return createRedactor().redact(text).text;
  } catch {
    // What went wrong may be what is needed here; the error still has to be reported.
    return 'the text is withheld, because it could not be searched for secrets';
  }
}

/** The path of the log that now holds the stack, or undefined when it cannot be written. */
async function logUnexpected(stack: string, env: Environment): Promise<string | undefined> {
  const { createLog } = await import('../../platform/log.ts');
  const { resolvePaths } = await import('../../platform/paths.ts');
  const log = createLog({ stateDir: resolvePaths(env, process.platform).stateDir });
  return (await log.write('error', stack)) ? log.path : undefined;
}
