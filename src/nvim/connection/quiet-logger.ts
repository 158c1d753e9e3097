/**
 * The logger that the `neovim` package is given everywhere. Without one it makes its own, which
 * takes the global console away from everybody else in the process.
 */
import type { NeovimClient } from 'neovim/lib/api/client.js';

type Logger = NonNullable<NonNullable<ConstructorParameters<typeof NeovimClient>[0]>['logger']>;

const say = (() => QUIET_LOGGER) as unknown as Logger['info'];

/** Says nothing: what goes wrong is told by errors. */
export const QUIET_LOGGER: Logger = {
  level: 'silent',
  info: say,
  warn: say,
  error: say,
  debug: say,
};
