/** Takes the lock, says so, and keeps it until it is killed; or counts up under it. */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { type FileLock, tryLock } from '../../../src/platform/storage/lock-file.ts';

const [mode, lockPath = '', counterPath = '', rounds = '0'] = process.argv.slice(2);
if (mode === 'hold') {
  await take(lockPath);
  process.stdout.write('held\n');
  setInterval(() => undefined, 1000);
} else {
  for (let round = 0; round < Number(rounds); round += 1) {
    const lock = await take(lockPath);
    // Not atomic on purpose: two that are inside at once lose a count.
    const count = Number(readFileSync(counterPath, 'utf8'));
    appendFileSync(`${counterPath}.log`, '.');
    writeFileSync(counterPath, String(count + 1));
    lock.release();
  }
}

async function take(path: string): Promise<FileLock> {
  for (;;) {
    const lock = tryLock(path);
    if (lock !== undefined) return lock;
    await pause(Math.random() * 4);
  }
}
