import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { generatePages } from '../../tools/docs-pages.mjs';

const pages = generatePages() as Map<string, string>;

test.each([...pages])('%s is what the registry and the settings make it', (path, text) => {
  const file = new URL(`../../${path}`, import.meta.url);
  expect(existsSync(file), `${path} is missing; run: npm run docs`).toBe(true);
  expect(readFileSync(file, 'utf8'), `${path} is stale; run: npm run docs`).toBe(text);
});

test('no line of the manual is taken for a request by mistake', () => {
  const requests = new Set(['TH', 'SH', 'SS', 'PP', 'TP', 'B', 'br', 'nf', 'fi', '\\"']);
  for (const line of pages.get('man/zeke.1')?.split('\n') ?? []) {
    if (/^[.']/.test(line)) expect(requests).toContain(line.slice(1).split(' ')[0]);
  }
});
