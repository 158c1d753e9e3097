/** Standard output that loses nothing and survives a reader that leaves. */
import { errnoCode, ZekeError } from '../../platform/errors.ts';

export interface OutputListeners {
  /** The reader of standard output went away (`| head`), or the terminal with its user. */
  readonly onClosed: (isTerminal: boolean) => void;
  /** Standard output cannot be written: what was asked for is lost. */
  readonly onFailure: (error: Error) => void;
}

/**
 * Watches standard output. Without this, Node would end the process with a stack. Errors of
 * standard error are ignored: there is nobody left to tell.
 */
export function watchOutput({ onClosed, onFailure }: OutputListeners): void {
  process.stdout.on('error', (error) => {
    const code = errnoCode(error);
    const isTerminal = process.stdout.isTTY;
    if (code === 'EPIPE' || (isTerminal && code === 'EIO')) onClosed(isTerminal);
    else if (code !== 'ERR_STREAM_DESTROYED') onFailure(outputError(error));
  });
  process.stderr.on('error', () => undefined);
}

/** Resolves when everything written so far has left the process, or can never leave it. */
export async function drainOutput(): Promise<void> {
  await Promise.all([drain(process.stdout), drain(process.stderr)]);
  // An error of the last write is announced a moment after the write itself has ended.
  await new Promise((resolve) => setImmediate(resolve));
}

function drain(stream: NodeJS.WriteStream): Promise<void> {
  if (stream.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    stream.once('close', () => resolve());
    stream.write('', () => resolve());
  });
}

function outputError(cause: Error): ZekeError {
  const code = errnoCode(cause) ?? cause.message;
  return new ZekeError('system', `Could not write to standard output (${code}).`, { cause });
}
