/** Tells, from inside a program, whether it rests: no timer waits and nothing is written. */
import { writeFileSync } from 'node:fs';

const TURN_MS = 40;
/** Turns of the watch's own timer in which nothing else may happen. */
const QUIET_TURNS = 25;

export interface IdleReport {
  readonly timers: number;
  readonly writtenBytes: number;
}

/** From the moment on at which no timer but its own is left, it looks for a second and reports to the file. */
export function watchIdle(path: string): void {
  let turns = -1;
  let startBytes = 0;
  let mostTimers = 0;
  const timer = setInterval(() => {
    const timers = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length - 1;
    if (turns < 0) {
      if (timers > 0) return;
      startBytes = process.stdout.bytesWritten;
    }
    turns += 1;
    mostTimers = Math.max(mostTimers, timers);
    if (turns < QUIET_TURNS) return;
    clearInterval(timer);
    const report: IdleReport = {
      timers: mostTimers,
      writtenBytes: process.stdout.bytesWritten - startBytes,
    };
    writeFileSync(path, JSON.stringify(report));
  }, TURN_MS);
}
