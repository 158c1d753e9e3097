import { expect, test } from 'vitest';
import { imagePathsIn, pastedImagePath } from '../../../src/tui/input/draft-images.ts';

test.each([
  ['/tmp/a.png', '/tmp/a.png'],
  [' /tmp/a.PNG\n', '/tmp/a.PNG'],
  ["'/tmp/my shot.png'", '/tmp/my shot.png'],
  ['"/tmp/my shot.jpeg"', '/tmp/my shot.jpeg'],
  ['/tmp/my\\ shot\\(1\\).png', '/tmp/my shot(1).png'],
  ['file:///tmp/a%20b.webp', 'file:///tmp/a%20b.webp'],
  ['~/a.gif', '~/a.gif'],
  ['C:\\Users\\me\\a.png', 'C:\\Users\\me\\a.png'],
])('%j was dragged in', (pasted, path) => {
  expect(pastedImagePath(pasted)).toBe(path);
});

test.each([
  '/tmp/a.txt',
  'a.png',
  'see /tmp/a.png',
  '/tmp/a.png\n/tmp/b.png',
  '',
  '/'.repeat(9999),
])('%j was not', (pasted) => {
  expect(pastedImagePath(pasted)).toBeUndefined();
});

test('images that a message names', () => {
  const text = 'compare @a.png, /tmp/b.jpg and (see) @"my c.webp" ./d.gif. not e.png @f.ts @a.png';
  expect(imagePathsIn(text)).toEqual(['a.png', 'my c.webp', '/tmp/b.jpg', './d.gif']);
  expect(imagePathsIn('x'.repeat(1_000_000))).toEqual([]);
});
