import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ZEKE_VERSION } from '../../src/platform/version.ts';

test('the version is the one of the package', () => {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  expect(ZEKE_VERSION).toBe(JSON.parse(text).version);
});
