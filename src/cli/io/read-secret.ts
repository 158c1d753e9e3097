/** Reads a secret: typed without being shown, or from what is piped in. Never from argv. */
import { ZekeError } from '../../platform/errors.ts';
import type { CommandIo } from '../command.ts';

const MAX_CHARACTERS = 16 * 1024;
const CTRL_C = '\x03';
const CTRL_U = '\x15';
const ENTER = ['\r', '\n', '\x04'];
const BACKSPACES = ['\x7f', '\b'];
/** Terminals put these around pasted text when a program before asked for it. */
const PASTE_MARKS = /\x1b\[20[01]~/g;

/**
 * The secret without the line break at its end. On a terminal the prompt goes to standard error
 * and what is typed is not shown; Ctrl+C rejects with an AbortError, after which the terminal is
 * as it was.
 */
export async function readSecret(
  io: CommandIo,
  prompt: string,
  signal: AbortSignal,
): Promise<string> {
  if (!io.stdin.isTTY) return readPiped(io.stdin);
  // Before the prompt: whoever answers it at once must not see the first letters of the key.
  io.stdin.setRawMode(true);
  io.stderr.write(prompt);
  try {
    return await readKeys(io.stdin, signal);
  } finally {
    io.stdin.setRawMode(false);
    io.stdin.pause();
    io.stderr.write('\n');
  }
}

async function readPiped(stdin: CommandIo['stdin']): Promise<string> {
  let text = '';
  for await (const chunk of stdin.setEncoding('utf8')) {
    text += String(chunk);
    if (text.length > MAX_CHARACTERS) throw new ZekeError('usage', 'That is too long for a key.');
  }
  return text.trim();
}

function readKeys(stdin: CommandIo['stdin'], signal: AbortSignal): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let typed = '';
  const onData = (chunk: string): void => {
    for (const key of chunk.replace(PASTE_MARKS, '')) {
      if (ENTER.includes(key)) resolve(typed.trim());
      else if (key === CTRL_C) reject(new DOMException('Interrupted', 'AbortError'));
      else if (key === CTRL_U) typed = '';
      else if (BACKSPACES.includes(key)) typed = typed.slice(0, -1);
      else if (key >= ' ' && typed.length < MAX_CHARACTERS) typed += key;
    }
  };
  const onAbort = (): void => reject(signal.reason);
  stdin.setEncoding('utf8').on('data', onData);
  signal.addEventListener('abort', onAbort, { once: true });
  return promise.finally(() => {
    stdin.off('data', onData);
    signal.removeEventListener('abort', onAbort);
  });
}
