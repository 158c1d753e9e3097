/** What stands behind standard input, found out without opening it as a stream. */
import { fstatSync } from 'node:fs';
import { isatty } from 'node:tty';
import { errnoCode } from './errors.ts';

/** File descriptor of standard input. */
const STANDARD_INPUT = 0;

/** True when something may come from there: a pipe, a file, a socket; no terminal, no /dev/null. */
export function hasPipedInput(): boolean {
  if (isatty(STANDARD_INPUT)) return false;
  try {
    return !fstatSync(STANDARD_INPUT).isCharacterDevice();
  } catch (error) {
    // Closed by whoever started the program (`zeke ask … <&-`): nothing comes.
    if (errnoCode(error) === 'EBADF') return false;
    throw error;
  }
}
