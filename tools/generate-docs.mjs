// Writes the manual, docs/cli.md, docs/config.md and the JSON schema of the settings.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generatePages } from './docs-pages.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

for (const [path, text] of generatePages()) {
  mkdirSync(dirname(root + path), { recursive: true });
  writeFileSync(root + path, text);
  console.log(path);
}
