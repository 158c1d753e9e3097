/** Lines of JSON out of bytes, however the network cut them. */

/**
 * The non-empty lines of a body, decoded and trimmed, each as soon as it is whole. The last line
 * may lack its line end.
 */
export async function* readLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let pieces: string[] = [];
  for await (const chunk of body) {
    const text = decoder.decode(chunk, { stream: true });
    if (!text.includes('\n')) {
      // Joined once, when the line ends: adding up a long line piece by piece would be quadratic.
      pieces.push(text);
      continue;
    }
    const lines = (pieces.join('') + text).split('\n');
    pieces = [lines.pop() ?? ''];
    for (const line of lines) if (line.trim() !== '') yield line.trim();
  }
  const last = (pieces.join('') + decoder.decode()).trim();
  if (last !== '') yield last;
}
