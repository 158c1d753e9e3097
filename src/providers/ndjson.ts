/** Lines of JSON out of bytes, however the network cut them. */
import { HttpError } from '../platform/http/errors.ts';

/** One line may be at most this long; more is no answer of a model. */
const MAX_LINE_CHARACTERS = 32 * 1024 * 1024;

/**
 * The non-empty lines of a body, decoded and trimmed, each as soon as it is whole. The last line
 * may lack its line end. Rejects with an HttpError for a line that does not end.
 */
export async function* readLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let pieces: string[] = [];
  let characters = 0;
  for await (const chunk of body) {
    const text = decoder.decode(chunk, { stream: true });
    if (!text.includes('\n')) {
      // Joined once, when the line ends: adding up a long line piece by piece would be quadratic.
      pieces.push(text);
      characters += text.length;
      if (characters <= MAX_LINE_CHARACTERS) continue;
      throw new HttpError('network', 'The host sent a line that does not end.');
    }
    const lines = (pieces.join('') + text).split('\n');
    const rest = lines.pop() ?? '';
    pieces = [rest];
    characters = rest.length;
    for (const line of lines) if (line.trim() !== '') yield line.trim();
  }
  const last = (pieces.join('') + decoder.decode()).trim();
  if (last !== '') yield last;
}
