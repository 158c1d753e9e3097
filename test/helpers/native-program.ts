/** Programs in native/test that try out parts of the library. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findZig } from '../../tools/zig.mjs';

const NATIVE = fileURLToPath(new URL('../../native', import.meta.url));
const PREFIX = fileURLToPath(new URL('../../node_modules/.cache/zeke/native', import.meta.url));

/**
 * Builds `native/test/<name>.zig` with the files of the library in `folder` and returns its path;
 * undefined where there is no Zig for this machine. Quick when nothing changed.
 */
export function buildNativeProgram(name: string, folder: string): string | undefined {
  const zig = findZig();
  if (zig === undefined) return undefined;
  const choice = [`-Dprogram=${name}`, `-Donly=${folder}`];
  execFileSync(zig, ['build', 'programs', ...choice, '--prefix', PREFIX], {
    cwd: NATIVE,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return join(PREFIX, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
}
