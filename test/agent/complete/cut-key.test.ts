import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { withoutCutKey } from '../../../src/agent/complete/cut-key.ts';

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const LINES = privateKey.trim().split('\n');
const text = (from: number, to?: number) => LINES.slice(from, to).join('\n');

describe('a private key that the window cuts', () => {
  test.each([
    ['with its end', `${text(5)}\nx = `, '\nx = '],
    ['indented', `${text(5).replaceAll(/^/gm, '    ')}\nx = `, '\nx = '],
    ['with \\r\\n', `${text(5).replaceAll('\n', '\r\n')}\r\nx = `, '\r\nx = '],
    ['up to its last line', `${text(-1)}\nx = `, '\nx = '],
    ['without its end', `${text(5, 9)}\nx = `, 'x = '],
  ])('before the cursor, %s', (_, prefix, rest) => {
    expect(withoutCutKey({ prefix, suffix: '\n' })?.prefix).toBe(rest);
  });

  test.each([
    ['between two lines', `${text(5, 9)}\n`, `\n${text(9)}`],
    [
      'amid a line',
      `${text(5, 9)}\n${LINES[9]?.slice(0, 30)}`,
      `${LINES[9]?.slice(30)}\n${text(10)}`,
    ],
    ['with both ends cut', text(5, 9), `\n${text(9, 14)}\n`],
    ['before its last line', `${text(5, -1)}\n`, `\n${text(-1)}`],
  ])('at the cursor, %s: nothing is asked', (_, prefix, suffix) => {
    expect(withoutCutKey({ prefix, suffix })).toBeUndefined();
  });

  test.each([
    ['code', 'const a = b;\nreturn ', '\n}\n'],
    ['one long word', 'x'.repeat(90), ''],
    ['a checksum', `${'0a'.repeat(32)}  file\nx`, '\n'],
    ['a whole key, which is known for one', `${privateKey}x = `, '\n'],
  ])('is not %s', (_, prefix, suffix) => {
    expect(withoutCutKey({ prefix, suffix })).toEqual({ prefix, suffix });
  });

  test('takes no longer where there are many lines', () => {
    const prefix = `${'A'.repeat(39)}\n`.repeat(20_000);
    expect(withoutCutKey({ prefix, suffix: '\n' })?.prefix).toBe(prefix);
  });
});
