import { describe, expect, test } from 'vitest';
import { readLines } from '../../src/providers/ndjson.ts';
import { inPieces } from '../conformance/replay-server.ts';

async function read(text: string, pieceBytes: number): Promise<readonly string[]> {
  async function* body(): AsyncGenerator<Uint8Array> {
    yield* inPieces(new TextEncoder().encode(text), pieceBytes);
  }
  const lines: string[] = [];
  for await (const line of readLines(body())) lines.push(line);
  return lines;
}

describe.each([1, 2, 3, 7, 10_000])('in pieces of %i bytes', (size) => {
  test('lines, CRLF, empty lines and a last line without its end', async () => {
    expect(await read('{"a":"ä😀"}\r\n\n  \n{"b":2}\n{"c":3}', size)).toEqual([
      '{"a":"ä😀"}',
      '{"b":2}',
      '{"c":3}',
    ]);
  });

  test('nothing', async () => {
    expect(await read('', size)).toEqual([]);
  });
});

test('a line that does not end is given up', async () => {
  const megabyte = new TextEncoder().encode('x'.repeat(1024 * 1024));
  let sentMegabytes = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    while (true) {
      sentMegabytes += 1;
      yield megabyte;
    }
  }
  const reading = (async () => {
    for await (const _ of readLines(endless())) break;
  })();
  await expect(reading).rejects.toMatchObject({ reason: 'network' });
  expect(sentMegabytes).toBeLessThan(40);
});
