/**
 * `zeke completion bash|zsh|fish`. Beside the registry, so that nothing else is loaded for it.
 */
import { ZekeError } from '../../platform/errors.ts';
import type { Invocation } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { completionScript, isShell } from './completion.ts';

/** Prints the script; the registry's choices have made sure that the shell is known. */
export async function run({ positionals, io }: Invocation): Promise<ExitCode> {
  const [shell = ''] = positionals;
  if (!isShell(shell)) throw new ZekeError('usage', `No completion for ${JSON.stringify(shell)}.`);
  io.stdout.write(completionScript(shell));
  return EXIT.ok;
}
