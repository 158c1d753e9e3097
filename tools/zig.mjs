// The Zig that npm brought, run in native/: node tools/zig.mjs build test
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The program itself, because its wrapper starts a Node first; undefined on other machines. */
export function findZig() {
  const name = process.platform === 'win32' ? 'zig.exe' : 'zig';
  const folder = `node_modules/@zigc/${process.platform}-${process.arch}/bin`;
  const path = join(root, folder, name);
  return existsSync(path) ? path : undefined;
}

/**
 * Resolves to true when Zig ends well. What it says goes to where this program's output goes.
 * @param {string} zig
 * @param {readonly string[]} args
 * @returns {Promise<boolean>}
 */
export function runZig(zig, args) {
  return new Promise((resolve) => {
    const cwd = join(root, 'native');
    const child = spawn(zig, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', (error) => {
      console.error(`native: ${zig} did not start: ${error.message}`);
      resolve(false);
    });
    child.on('close', (code) => resolve(code === 0));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const zig = findZig();
  if (zig === undefined) console.log('zig: there is none for this machine');
  else if (!(await runZig(zig, process.argv.slice(2)))) process.exitCode = 1;
}
