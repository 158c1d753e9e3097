/** Reading a file of any size, chunk by chunk. */
import { createReadStream } from 'node:fs';
import { errnoCode, ZekeError } from '../errors.ts';

/** The bytes of a file. Throws a ZekeError of kind `usage` when it cannot be read. */
export async function* streamFile(path: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(path)) yield chunk as Uint8Array;
  } catch (cause) {
    const code = errnoCode(cause);
    if (code === undefined) throw cause;
    const why = code === 'ENOENT' ? 'There is no such file' : `It could not be read (${code})`;
    throw new ZekeError('usage', `${why}: ${path}`, { cause });
  }
}
