/** Conversations in the terminals of a place, whose answers come without delay. */
import type { HarnessOptions, HarnessPlace } from './harness-place.ts';
import type { PtyProgram } from './pty.ts';

/** Its own conversation, unless `stateDir` says whose. */
export async function openChat(
  place: HarnessPlace,
  options: HarnessOptions = {},
): Promise<PtyProgram> {
  const stateDir = options.stateDir ?? place.newStateDir();
  const env = { XDG_RUNTIME_DIR: stateDir, HARNESS_DELAY_MS: '0', ...options.env };
  const program = await place.openReady({ ...options, stateDir, env });
  await program.waitForText('· main');
  return program;
}

/** A conversation that is kept, and can be joined by another terminal of the same folder. */
export function openKept(
  place: HarnessPlace,
  stateDir: string,
  options: HarnessOptions = {},
): Promise<PtyProgram> {
  return openChat(place, { ...options, stateDir, env: { HARNESS_KEPT: '1', ...options.env } });
}

/** Sends a message and waits for the end of its answer. */
export async function ask(program: PtyProgram, message: string, end: string): Promise<void> {
  const before = program.text().length;
  program.type(message);
  await program.waitFor(`"${message}" in the input`, (text) => text.includes(`> ${message}`));
  program.type('\r');
  await program.waitFor(end, (text) => text.slice(Math.max(0, before - 400)).includes(end));
  await program.waitFor('the end of the turn', (text) => text.includes('> Ask anything'));
}
