/**
 * Errors that a person reads. Each says what happened, to what, and what to do next; `exitCode`
 * is what a command ends with when nobody handles it (see src/cli/exit-codes.ts).
 */
export type ErrorKind =
  /** The command line or a file the user wrote is wrong. */
  | 'usage'
  /** The user's configuration is wrong. */
  | 'config'
  /** A model host or the network failed. */
  | 'provider'
  /** A missing or refused key, or a file this user may not touch. */
  | 'permission'
  /** The machine would not do it: full disk, missing program, broken file. */
  | 'system';

/** The one error class of Zeke: `kind` decides the exit code, `hint` says what to do next. */
export class ZekeError extends Error {
  readonly kind: ErrorKind;
  readonly hint: string | undefined;

  constructor(kind: ErrorKind, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ZekeError';
    this.kind = kind;
    this.hint = options.hint;
  }
}

/** The errno code (`ENOENT`, `EACCES` …) of a system error, or undefined for anything else. */
export function errnoCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** The message of whatever was thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
