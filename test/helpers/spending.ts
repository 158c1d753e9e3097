/** What was written into the spending log of a home: one object for each request. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestHome } from './zeke.ts';

export function readSpending(home: TestHome): readonly unknown[] {
  const folder = join(home.dir, 'state', 'spending');
  return readdirSync(folder)
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').trim().split('\n'))
    .map((line): unknown => JSON.parse(line));
}
