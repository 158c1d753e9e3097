/** Images that go along with a message: known by their first bytes, never by their name. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { errnoCode, ZekeError } from '../errors.ts';

/** What models take. */
export type ImageType = 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';

export interface Image {
  readonly bytes: Buffer;
  readonly mediaType: ImageType;
}

/** Larger ones no vendor takes. */
export const MAX_IMAGE_BYTES = 10 * 1024 * 1024;

/** The kind of image that begins with these bytes; undefined for anything else. */
export function sniffImage(bytes: Uint8Array): ImageType | undefined {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (/^GIF8[79]a/.test(head)) return 'image/gif';
  return head.startsWith('RIFF') && head.slice(8) === 'WEBP' ? 'image/webp' : undefined;
}

/**
 * The image in a file; undefined where there is no such file. Throws a ZekeError for what is there
 * but cannot be sent: too large, no image, not to be read.
 */
export function readImageFile(path: string): Image | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const info = fstatSync(descriptor);
    if (!info.isFile()) throw new ZekeError('usage', `${path} is no file.`);
    if (info.size > MAX_IMAGE_BYTES) throw tooLarge(path, info.size);
    const bytes = Buffer.alloc(info.size);
    const size = readSync(descriptor, bytes, 0, bytes.length, 0);
    return checkImage(bytes.subarray(0, size), path);
  } catch (error) {
    const code = errnoCode(error);
    if (code === undefined) throw error;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return undefined;
    throw new ZekeError('permission', `${path} cannot be read (${code}).`, { cause: error });
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** The bytes as an image. `name` is what the error calls them. */
export function checkImage(bytes: Buffer, name: string): Image {
  if (bytes.length > MAX_IMAGE_BYTES) throw tooLarge(name, bytes.length);
  const mediaType = sniffImage(bytes);
  if (mediaType === undefined) {
    throw new ZekeError('usage', `${name} is no image that models take (PNG, JPEG, GIF or WebP).`);
  }
  return { bytes, mediaType };
}

function tooLarge(name: string, sizeBytes: number): ZekeError {
  const megabytes = (sizeBytes / 1024 / 1024).toFixed(1);
  const limit = MAX_IMAGE_BYTES / 1024 / 1024;
  return new ZekeError('usage', `${name} has ${megabytes} MB; an image may have ${limit}.`);
}
