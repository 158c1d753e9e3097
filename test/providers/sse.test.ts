import { describe, expect, test } from 'vitest';
import { readSse, type SseEvent } from '../../src/providers/sse.ts';
import { inPieces } from '../conformance/replay-server.ts';

async function read(text: string, pieceBytes: number): Promise<readonly SseEvent[]> {
  const pieces = inPieces(new TextEncoder().encode(text), pieceBytes);
  const events: SseEvent[] = [];
  for await (const event of readSse(stream(pieces))) events.push(event);
  return events;
}

async function* stream(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

describe.each([1, 2, 3, 7, 10_000])('in pieces of %i bytes', (size) => {
  const data = async (text: string) => (await read(text, size)).map((event) => event.data);

  test.each(['\n', '\r\n', '\r'])('line ends %j', async (end) => {
    const text = ['event: a', 'data: ä€😀', '', 'data:second', 'data: line', '', ''].join(end);
    expect(await read(text, size)).toEqual([
      { event: 'a', data: 'ä€😀' },
      { event: undefined, data: 'second\nline' },
    ]);
  });

  test('a BOM, comments and the event name after the data', async () => {
    const text = '\ufeff: hello\n\ndata: 1\nevent: late\n\n: ping\n\n';
    expect(await read(text, size)).toEqual([{ event: 'late', data: '1' }]);
  });

  test('a last event without its blank line', async () => {
    expect(await data('data: 1\n\ndata: 2')).toEqual(['1', '2']);
    expect(await data('data: 1\n\ndata: 2\n')).toEqual(['1', '2']);
  });

  test('a body that is no event stream gives nothing', async () => {
    expect(await data('{"error":"x"}')).toEqual([]);
    expect(await data('')).toEqual([]);
  });
});

test('an event that does not end is given up', async () => {
  const megabyte = new TextEncoder().encode('x'.repeat(1024 * 1024));
  let sentMegabytes = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode('data: ');
    while (true) {
      sentMegabytes += 1;
      yield megabyte;
    }
  }
  const reading = (async () => {
    for await (const _ of readSse(endless())) break;
  })();
  await expect(reading).rejects.toMatchObject({ reason: 'network' });
  expect(sentMegabytes).toBeLessThan(40);
});
