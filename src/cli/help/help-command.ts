/** `zeke help [command]`. Beside the registry, so that nothing else is loaded for it. */
import { ZekeError } from '../../platform/errors.ts';
import { nearestName } from '../../platform/nearest.ts';
import type { Invocation } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { COMMANDS, findCommand } from '../registry.ts';
import { commandHelp, generalHelp } from './help.ts';

const DEFAULT_COLUMNS = 80;

/** Prints the help of one command, or the overview. */
export async function run({ positionals, io }: Invocation): Promise<ExitCode> {
  const columns = io.stdout.columns ?? DEFAULT_COLUMNS;
  const [name] = positionals;
  if (name === undefined) {
    io.stdout.write(generalHelp(columns));
    return EXIT.ok;
  }
  const command = findCommand(name);
  if (command === undefined) {
    const names = COMMANDS.map((known) => known.name);
    const typed = JSON.stringify(name);
    const nearest = nearestName(name, names);
    throw new ZekeError('usage', `Unknown command ${typed}; the nearest is "${nearest}".`);
  }
  io.stdout.write(commandHelp(command, columns));
  return EXIT.ok;
}
