/**
 * The bytes between Zeke and a Neovim. Other than in the attach protocol, text may be anything a
 * buffer holds, and handles of buffers, windows and tab pages are values of their own.
 */
import { isUtf8 } from 'node:buffer';
import { decode, type ExtensionCodec, encode } from '@msgpack/msgpack';
import { errorMessage } from '../../platform/errors.ts';
import { WireError } from '../../session/share/wire.ts';

/** A buffer of that many lines is read in pieces. */
const MAX_LIST_LENGTH = 1_000_000;
/** Deeper data is in no message of ours, and would overflow the stack of whoever walks it. */
const MAX_DEPTH = 100;

/**
 * The value in a whole frame. Strings that are UTF-8 are text, all others stay the bytes they are.
 * Throws a WireError for what cannot be read.
 */
export function decodeFrame(frame: Uint8Array, extensionCodec: ExtensionCodec): unknown {
  let value: unknown;
  try {
    value = decode(frame, {
      extensionCodec,
      rawStrings: true,
      maxArrayLength: MAX_LIST_LENGTH,
      maxMapLength: MAX_LIST_LENGTH,
    });
  } catch (error) {
    throw new WireError(`A message is no msgpack: ${errorMessage(error)}`, { cause: error });
  }
  return withText(value, 0);
}

/** The bytes of a message. */
export function encodeMessage(
  message: readonly unknown[],
  extensionCodec: ExtensionCodec,
): Uint8Array {
  return encode(message, { extensionCodec });
}

/** In place: what was decoded belongs to nobody else. */
function withText(value: unknown, depth: number): unknown {
  if (depth > MAX_DEPTH) throw new WireError(`A message is nested ${MAX_DEPTH} levels deep.`);
  if (value instanceof Uint8Array) return textOf(value);
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      value[index] = withText(value[index], depth + 1);
    }
    return value;
  }
  if (!isPlainRecord(value)) return value;
  for (const key of Object.keys(value)) value[key] = withText(value[key], depth + 1);
  return value;
}

function textOf(bytes: Uint8Array): string | Uint8Array {
  return isUtf8(bytes)
    ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()
    : bytes;
}

/** False for handles of Neovim, which are objects of a class. */
function isPlainRecord(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}
