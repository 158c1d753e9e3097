/**
 * The command contract. The registry holds only specs, so that help, completion and `--version`
 * load nothing else; what a command does is imported when it runs.
 */
import type { Environment } from '../platform/env.ts';
import type { ExitCode } from './exit-codes.ts';

export interface CommandSpec {
  readonly name: string;
  /** One line, no full stop. */
  readonly summary: string;
  /** A paragraph or two for `zeke help <command>`, the manual and the docs. */
  readonly description?: string;
  readonly arguments: readonly ArgumentSpec[];
  readonly options: readonly OptionSpec[];
  readonly examples: readonly ExampleSpec[];
  readonly load: () => Promise<CommandModule>;
}
export interface ArgumentSpec {
  readonly name: string;
  readonly description: string;
  readonly isOptional?: boolean;
  readonly isRepeated?: boolean;
  /** The only values allowed, for usage errors and completion. */
  readonly choices?: readonly string[];
  /** What completion offers. */
  readonly completes?: CompletionKind;
}
export interface OptionSpec {
  /** Long name without dashes. */
  readonly name: string;
  readonly short?: string;
  readonly description: string;
  /** Name of the value in help (`MODEL`); absent for a switch. */
  readonly value?: string;
  readonly isRepeated?: boolean;
  readonly choices?: readonly string[];
  readonly completes?: CompletionKind;
}
type CompletionKind = 'file' | 'directory' | 'model' | 'command';
interface ExampleSpec {
  readonly command: string;
  readonly description: string;
}

interface CommandModule {
  readonly run: (invocation: Invocation) => Promise<ExitCode>;
}

/** Everything a command may know about how it was called. */
export interface Invocation {
  readonly positionals: readonly string[];
  /** By long name. Repeated options are arrays. */
  readonly options: { readonly [name: string]: OptionValue };
  readonly io: CommandIo;
  readonly env: Environment;
  readonly cwd: string;
  /** Aborted by the first Ctrl+C or SIGTERM; the command ends with 130 then. */
  readonly signal: AbortSignal;
}
export type OptionValue = string | boolean | readonly string[] | undefined;

/** Standard output carries answers only; everything else goes to standard error. */
export interface CommandIo {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}
