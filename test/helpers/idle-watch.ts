/** Tells, from inside a program, whether it rests: no timer waits and nothing is written. */
import { writeFileSync } from 'node:fs';

const TURN_MS = 40;
/** Turns of the watch's own timer in which nothing else may happen. */
const QUIET_TURNS = 25;

/** Writes the file once a second has passed in which no timer but its own was there and nothing was written. */
export function watchIdle(path: string): void {
  let turns = 0;
  let bytes = process.stdout.bytesWritten;
  const timer = setInterval(() => {
    const timers = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length - 1;
    const { bytesWritten } = process.stdout;
    // What was still being done at first may be drawn without any timer.
    const isQuiet = timers === 0 && bytesWritten === bytes;
    turns = isQuiet ? turns + 1 : 0;
    bytes = bytesWritten;
    if (turns < QUIET_TURNS) return;
    clearInterval(timer);
    writeFileSync(path, '');
  }, TURN_MS);
}
