import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { removeFolder } from './remove-folder.ts';

/** Writes one more file as soon as this one goes: after the folder was read, and before it is removed. */
const LATE_WRITER = `
  const { existsSync, writeFileSync } = require('node:fs');
  process.stdout.write('ready');
  while (existsSync(process.argv[1]));
  try { writeFileSync('late', ''); } catch {}`;

test('a folder in which a program writes meanwhile is removed with what it wrote', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'zeke-remove-'));
  for (let index = 0; index < 3000; index += 1) writeFileSync(join(folder, String(index)), '');
  const [first = ''] = readdirSync(folder);
  const writer = spawn(process.execPath, ['-e', LATE_WRITER, first], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(writer, 'exit');
  await once(writer.stdout, 'data');
  removeFolder(folder);
  expect(existsSync(folder)).toBe(false);
  await ended;
});
