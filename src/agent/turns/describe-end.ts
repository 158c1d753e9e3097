/** How a command ended, where it did not end well. */
import type { ShellEnd } from '../../platform/shell/run-shell.ts';

/** A line in brackets for a command that failed or was ended; undefined for one that did well. */
export function describeEnd({ exitCode, endSignal }: ShellEnd): string | undefined {
  if (exitCode === 0) return undefined;
  return exitCode === undefined
    ? `[ended by ${endSignal ?? 'a signal'}]`
    : `[exit code ${exitCode}]`;
}
