import { ExtData, encode } from '@msgpack/msgpack';
import { describe, expect, test } from 'vitest';
import {
  decodeMessage,
  encodeNotification,
  encodeRequest,
  encodeResponse,
  FrameSplitter,
  WireError,
} from '../../../src/session/share/wire.ts';

const LIMIT = 1_000_000;

/** One of everything that msgpack has, each size of head included. */
const VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  127,
  128,
  65_535,
  65_536,
  2 ** 32,
  -200,
  -70_000,
  -(2 ** 40),
  1.5,
  '',
  'ü🙂',
  'x'.repeat(40),
  'x'.repeat(300),
  'x'.repeat(70_000),
  new Uint8Array(3),
  new Uint8Array(300),
  new Uint8Array(70_000),
  [],
  Array.from({ length: 20 }, () => 1),
  Array.from({ length: 70_000 }, () => 1),
  {},
  { a: { b: [{ c: null }] } },
  Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`k${index}`, index])),
  ...[1, 2, 4, 8, 16, 3, 300].map((size) => new ExtData(1, new Uint8Array(size))),
  new ExtData(0, encode(1000)),
];

function concat(frames: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(frames);
}

describe('cutting a stream into messages', () => {
  const frames = VALUES.map((value) => encode(value));
  const stream = concat(frames);

  test.each([stream.length, 65_536, 7, 1])('pieces of %i bytes', (pieceBytes) => {
    const splitter = new FrameSplitter(LIMIT);
    const found: Uint8Array[] = [];
    for (let start = 0; start < stream.length; start += pieceBytes) {
      found.push(...splitter.push(stream.subarray(start, start + pieceBytes)));
    }
    expect(found).toHaveLength(frames.length);
    expect(found.every((frame, index) => Buffer.compare(frame, frames[index]!) === 0)).toBe(true);
  });

  test('a message over the limit is refused before it has arrived', () => {
    const splitter = new FrameSplitter(1000);
    expect(() => splitter.push(encode('x'.repeat(2000)).subarray(0, 5))).toThrow(WireError);
    const list = new FrameSplitter(1000);
    expect(() => list.push(Uint8Array.of(0xdd, 0xff, 0xff, 0xff, 0xff))).toThrow(WireError);
    const many = new FrameSplitter(1000);
    expect(() => many.push(new Uint8Array(2000).fill(0x91))).toThrow(WireError);
  });

  test('a byte that msgpack does not have is refused', () => {
    expect(() => new FrameSplitter(LIMIT).push(Uint8Array.of(0x91, 0xc1))).toThrow(WireError);
  });

  test('small messages under the limit go on for ever', () => {
    const splitter = new FrameSplitter(100);
    for (let index = 0; index < 1000; index += 1) {
      expect(splitter.push(encode('x'.repeat(50)))).toHaveLength(1);
    }
  });
});

describe('messages', () => {
  test('come back as they were sent', () => {
    expect(decodeMessage(encodeRequest(7, 'hello', [{ protocol: 1 }]))).toEqual({
      kind: 'request',
      id: 7,
      method: 'hello',
      params: [{ protocol: 1 }],
    });
    expect(decodeMessage(encodeResponse(7, null, 'fine'))).toEqual({
      kind: 'response',
      id: 7,
      error: null,
      result: 'fine',
    });
    expect(decodeMessage(encodeNotification('events', ['[]']))).toEqual({
      kind: 'notification',
      method: 'events',
      params: ['[]'],
    });
  });

  test('Neovim’s own handles (buffer, window, tab page) are understood', () => {
    const handles = [0, 1, 2].map((type) => new ExtData(type, encode(1000)));
    const message = decodeMessage(encode([2, 'nvim_event', handles]));
    expect(message).toMatchObject({ kind: 'notification', params: [{ type: 0 }, {}, { type: 2 }] });
  });

  test.each([
    [7],
    ['text'],
    [null],
    [[]],
    [[0, 1, 'method']],
    [[0, -1, 'method', []]],
    [[0, 1, 7, []]],
    [[2, 'method', 'params']],
    [[9, 1, 'method', []]],
    [[1, 'id', null, null]],
  ])('no message: %j', (value) => {
    expect(() => decodeMessage(encode(value))).toThrow(WireError);
  });

  test('a key that would change an object’s prototype is refused', () => {
    const frame = encode(JSON.parse('[2, "events", [{"__proto__": {"isAdmin": true}}]]'));
    expect(() => decodeMessage(frame)).toThrow(WireError);
  });

  test('two hundred thousand levels do not end the process', () => {
    const deep = concat([new Uint8Array(200_000).fill(0x91), Uint8Array.of(0x90)]);
    const [frame] = new FrameSplitter(LIMIT).push(deep);
    expect(() => decodeMessage(frame!)).toThrow(WireError);
  });
});
