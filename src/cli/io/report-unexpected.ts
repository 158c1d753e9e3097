/**
 * The report of an unexpected error, a bug of ours. Loaded only then: it needs the log and the
 * search for secrets.
 */
import { type Environment, readEnvironment } from '../../platform/env.ts';
import { errorMessage } from '../../platform/errors.ts';
import { createLog } from '../../platform/log.ts';
import { resolvePaths } from '../../platform/paths.ts';
import { createRedactor } from '../../platform/secrets/redactor.ts';
import { sanitizeText } from '../../platform/terminal-text.ts';
import type { CommandIo } from '../command.ts';

/** Prints one line that says where the stack is; with ZEKE_DEBUG set, the stack as well. */
export async function reportUnexpected(error: unknown, stderr: CommandIo['stderr']): Promise<void> {
  const env = readEnvironment();
  const stack = withoutSecrets(
    error instanceof Error ? (error.stack ?? error.message) : String(error),
  );
  const logPath = await logStack(stack, env);
  const where = logPath === undefined ? '' : ` (details in ${logPath})`;
  const [line] = withoutSecrets(errorMessage(error)).split('\n', 1);
  stderr.write(`zeke: ${sanitizeText(`Unexpected error: ${line ?? ''}${where}`)}\n`);
  if (env.ZEKE_DEBUG !== undefined) stderr.write(`${sanitizeText(stack)}\n`);
}

/** Nobody knows what the message of an unexpected error holds. */
function withoutSecrets(text: string): string {
  try {
    return createRedactor().redact(text).text;
  } catch {
    // What went wrong may be what is needed here; the error still has to be reported.
    return 'the text is withheld, because it could not be searched for secrets';
  }
}

/** The path of the log that now holds the stack, or undefined when it cannot be written. */
async function logStack(stack: string, env: Environment): Promise<string | undefined> {
  const log = createLog({ stateDir: resolvePaths(env, process.platform).stateDir });
  return (await log.write('error', stack)) ? log.path : undefined;
}
