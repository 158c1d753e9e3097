import { expect, it } from 'vitest';
import { pathFromBytes, pathToBytes } from '../../../src/platform/walk/path-bytes.ts';

it.each([
  [[0x61, 0x2f, 0xc3, 0xbc]],
  [[0xff]],
  [[0x61, 0xc3, 0x2f, 0xf0, 0x9f, 0x98, 0x80, 0xed, 0xa0, 0x80, 0xfe, 0x0a]],
  [[0xed, 0xb2, 0x80]],
])('gives back the bytes %j', (bytes) => {
  const path = pathFromBytes(Buffer.from(bytes));
  expect([...Buffer.from(pathToBytes(path))]).toEqual(bytes);
});

it('keeps names in UTF-8 as text', () => {
  expect(pathFromBytes(Buffer.from('ü/😀'))).toBe('ü/😀');
  expect(pathToBytes('ü/😀')).toBe('ü/😀');
});
