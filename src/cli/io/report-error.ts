/** One clear line on standard error for whatever went wrong, and the exit code for it. */
import { ZekeError } from '../../platform/errors.ts';
import { sanitizeText } from '../../platform/terminal-text.ts';
import type { CommandIo } from '../command.ts';
import { EXIT, type ExitCode, exitCodeFor } from '../exit-codes.ts';

/**
 * Prints `zeke: message` and a line with the hint. An unexpected error (a bug of ours) is one line
 * too; its stack goes to the log, and to standard error when ZEKE_DEBUG is set.
 */
export async function reportError(error: unknown, stderr: CommandIo['stderr']): Promise<ExitCode> {
  if (error instanceof ZekeError) {
    stderr.write(`zeke: ${sanitizeText(error.message)}\n`);
    if (error.hint !== undefined) stderr.write(`  ${sanitizeText(error.hint)}\n`);
    return exitCodeFor(error.kind);
  }
  const { reportUnexpected } = await import('./report-unexpected.ts');
  await reportUnexpected(error, stderr);
  return EXIT.provider;
}
