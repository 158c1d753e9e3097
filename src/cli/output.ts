/** Standard output that loses nothing and survives a reader that leaves. */
import { errnoCode, ZekeError } from '../platform/errors.ts';

/**
 * Watches for the reader of standard output going away (`| head`). Without this, Node would end
 * the process with a stack. Errors of standard error are ignored: there is nobody left to tell.
 */
export function watchForClosedPipe(onClosed: () => void): void {
  process.stdout.on('error', (error) => {
    if (errnoCode(error) === 'EPIPE' || errnoCode(error) === 'ERR_STREAM_DESTROYED') onClosed();
    else throw outputError(error);
  });
  process.stderr.on('error', (error) => {
    if (errnoCode(error) !== 'EPIPE') throw error;
  });
}

/** Resolves when everything written so far has left the process, or can never leave it. */
export async function drainOutput(): Promise<void> {
  await Promise.all([drain(process.stdout), drain(process.stderr)]);
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
