import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkImage, readImageFile, sniffImage } from '../../../src/platform/desktop/images.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'zeke-images-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const PNG = Buffer.from('\x89PNG\r\n\x1a\nrest', 'latin1');

describe('sniffImage', () => {
  test.each([
    ['\x89PNG\r\n\x1a\nrest', 'image/png'],
    ['\xff\xd8\xff\xe0rest', 'image/jpeg'],
    ['GIF87arest', 'image/gif'],
    ['GIF89arest', 'image/gif'],
    ['RIFF\x10\x00\x00\x00WEBPVP8 ', 'image/webp'],
    ['RIFF\x10\x00\x00\x00WAVEfmt ', undefined],
    ['<svg xmlns="http://www.w3.org/2000/svg">', undefined],
    ['\x89PN', undefined],
    ['', undefined],
  ])('%j', (bytes, type) => {
    expect(sniffImage(Buffer.from(bytes, 'latin1'))).toBe(type);
  });
});

describe('readImageFile', () => {
  const file = (name: string, content: string | Buffer): string => {
    writeFileSync(join(dir, name), content);
    return join(dir, name);
  };

  test('by its first bytes, whatever it is called', () => {
    expect(readImageFile(file('a.jpg', PNG))).toEqual({ bytes: PNG, mediaType: 'image/png' });
  });

  test('nothing where there is no file', () => {
    expect(readImageFile(join(dir, 'missing.png'))).toBeUndefined();
    expect(readImageFile(join(file('a.png', PNG), 'below.png'))).toBeUndefined();
    expect(readImageFile(`/${'x'.repeat(5000)}.png`)).toBeUndefined();
  });

  test('says why something is not sent', () => {
    expect(() => readImageFile(file('text.png', 'hello'))).toThrow('text.png is no image');
    expect(() => readImageFile(file('empty.png', ''))).toThrow('is no image');
    mkdirSync(join(dir, 'folder.png'));
    expect(() => readImageFile(join(dir, 'folder.png'))).toThrow('folder.png is no file');
    const large = file('large.png', PNG);
    truncateSync(large, 10 * 1024 * 1024 + 1);
    expect(() => readImageFile(large)).toThrow('large.png has 10.0 MB; an image may have 10.');
  });
});

test('checkImage holds bytes to the same limits', () => {
  expect(checkImage(PNG, 'x').mediaType).toBe('image/png');
  expect(() => checkImage(Buffer.alloc(11 * 1024 * 1024), 'It')).toThrow('It has 11.0 MB');
});
