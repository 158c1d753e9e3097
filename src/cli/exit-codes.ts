/** What a command ends with. Documented in docs/cli.md; scripts rely on these. */
import type { ErrorKind } from '../platform/errors.ts';

export const EXIT = {
  ok: 0,
  /** `zeke review` has findings at or over `--fail-on`. */
  findings: 1,
  usage: 2,
  provider: 3,
  permission: 4,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The exit code for an error that nobody handled. */
export function exitCodeFor(kind: ErrorKind): ExitCode {
  switch (kind) {
    case 'usage':
    case 'config':
      return EXIT.usage;
    case 'permission':
      return EXIT.permission;
    case 'provider':
    case 'system':
      return EXIT.provider;
  }
}
