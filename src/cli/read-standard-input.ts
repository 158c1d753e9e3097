/** What was piped into a command, as text. */
import { ZekeError } from '../platform/errors.ts';
import { hasPipedInput } from '../platform/standard-input.ts';
import type { Invocation } from './command.ts';

/** More than this is no context for a question; `zeke review` streams and has no such limit. */
const MAX_INPUT_BYTES = 8 * 1024 * 1024;

/** All of standard input, or '' when nothing is piped in. Throws a usage error past `maxBytes`. */
export async function readStandardInput(
  invocation: Invocation,
  maxBytes = MAX_INPUT_BYTES,
): Promise<string> {
  if (!hasPipedInput()) return '';
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of invocation.io.stdin) {
    const bytes = Buffer.from(chunk);
    sizeBytes += bytes.length;
    if (sizeBytes > maxBytes) {
      const size = `${maxBytes / 1024 / 1024} MiB`;
      throw new ZekeError('usage', `Standard input is larger than ${size}.`, {
        hint: 'Pipe the part that matters, or use "zeke review" for a diff.',
      });
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}
