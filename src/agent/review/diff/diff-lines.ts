/** Bytes to lines: any chunk borders, any line length, bounded memory. */

export interface RawLine {
  /** Without the line feed; a carriage return before it is kept. */
  readonly text: string;
  /** True when the line was longer than the limit and the rest was left out. */
  readonly isCut: boolean;
}

/** Longer lines are cut: minified bundles have lines of megabytes, and no person reviews those. */
const MAX_LINE_CHARACTERS = 256 * 1024;

/**
 * Yields the lines of a stream, many at a time, because an await for each of two million lines
 * costs more than parsing them. UTF-8, or UTF-16 with a byte order mark (PowerShell's `>`).
 */
export async function* readLines(
  input: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>,
): AsyncGenerator<readonly RawLine[]> {
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  let partial = '';
  let isCut = false;
  const take = (text: string): readonly RawLine[] => {
    const lines: RawLine[] = [];
    let position = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', position)) {
      lines.push(finishLine(partial, text.slice(position, end), isCut));
      partial = '';
      isCut = false;
      position = end + 1;
    }
    const room = MAX_LINE_CHARACTERS - partial.length;
    if (text.length - position > room) isCut = true;
    partial += text.slice(position, position + Math.max(0, room));
    return lines;
  };
  for await (const chunk of input) {
    if (typeof chunk === 'string') {
      yield take(chunk);
      continue;
    }
    decoder ??= decoderFor(chunk);
    yield take(decoder.decode(chunk, { stream: true }));
  }
  const rest = take(decoder?.decode() ?? '');
  yield partial === '' ? rest : [...rest, finishLine(partial, '', isCut)];
}

function finishLine(partial: string, end: string, wasCut: boolean): RawLine {
  const text = partial === '' ? end : partial + end;
  if (text.length <= MAX_LINE_CHARACTERS) return { text, isCut: wasCut };
  return { text: text.slice(0, MAX_LINE_CHARACTERS), isCut: true };
}

function decoderFor(chunk: Uint8Array): InstanceType<typeof TextDecoder> {
  if (chunk[0] === 0xff && chunk[1] === 0xfe) return new TextDecoder('utf-16le');
  if (chunk[0] === 0xfe && chunk[1] === 0xff) return new TextDecoder('utf-16be');
  return new TextDecoder('utf-8');
}
