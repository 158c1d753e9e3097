/**
 * File names as text. POSIX names are bytes; most are UTF-8, some are not. A byte that is no UTF-8
 * becomes a lone surrogate (U+DC80–U+DCFF), which no valid name contains, so the way back is exact.
 */
import { isUtf8 } from 'node:buffer';

const ESCAPE_BASE = 0xdc00;
const LONGEST_UTF8_BYTES = 4;

/** The name as text. Bytes that are no UTF-8 survive as lone surrogates. */
export function pathFromBytes(bytes: Buffer): string {
  return isUtf8(bytes) ? bytes.toString() : escapeBytes(bytes);
}

/** What to hand to the file system for a name from `pathFromBytes`: text where it can be text. */
export function pathToBytes(path: string): string | Buffer {
  if (path.isWellFormed()) return path;
  const parts = [...path].map((character) => {
    const code = character.codePointAt(0) ?? 0;
    const isEscaped = code >= ESCAPE_BASE + 0x80 && code <= ESCAPE_BASE + 0xff;
    return isEscaped ? Buffer.of(code - ESCAPE_BASE) : Buffer.from(character);
  });
  return Buffer.concat(parts);
}

function escapeBytes(bytes: Buffer): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const length = characterLength(bytes, at);
    text +=
      length === 0
        ? String.fromCharCode(ESCAPE_BASE + (bytes[at] ?? 0))
        : bytes.toString('utf8', at, at + length);
    at += Math.max(length, 1);
  }
  return text;
}

/** The length in bytes of the UTF-8 character at `at`, or 0 where there is none. */
function characterLength(bytes: Buffer, at: number): number {
  for (let length = 1; length <= LONGEST_UTF8_BYTES && at + length <= bytes.length; length++) {
    if (isUtf8(bytes.subarray(at, at + length))) return length;
  }
  return 0;
}
