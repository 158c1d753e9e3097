/** Removes what a test has made, where a program that was ended may still be on its last write. */
import { rmSync } from 'node:fs';

const LIMIT_MS = 60_000;
const PAUSE_MS = 20;

/**
 * Removes a folder and all that is in it. Each try looks for everything anew: with `maxRetries`
 * some versions of Node repeat the last step alone, which helps nobody where a file has come meanwhile.
 */
export function removeFolder(path: string): void {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  const latest = performance.now() + LIMIT_MS;
  for (;;) {
    try {
      rmSync(path, { recursive: true, force: true });
      return;
    } catch (error) {
      const hasGrown = error instanceof Error && 'code' in error && error.code === 'ENOTEMPTY';
      if (!hasGrown || performance.now() > latest) throw error;
    }
    Atomics.wait(pause, 0, 0, PAUSE_MS);
  }
}
