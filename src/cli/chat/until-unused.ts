/** How long a conversation in the background is held that nobody looks at. */
import type { JoinedSession } from '../../session/share/joined.ts';

export interface UnusedOptions {
  /** Once the last front end has left, or the answer that ran by then has ended. */
  readonly idleMs: number;
  readonly signal: AbortSignal;
}

/** `turn`: nobody is here, and an answer runs that somebody has asked and pays for. */
type Use = 'used' | 'new' | 'idle' | 'turn';

/** Whoever started it gets this long to join. */
const START_GRACE_MS = 30_000;
/** One who comes back after this long no longer waits for that answer, and it may be going in circles. */
const TURN_PATIENCE_MS = 30 * 60_000;

/**
 * Resolves when the last front end has left and nothing runs that it asked for, when another process
 * hosts, or when this one is told to end.
 */
export function untilUnused(
  port: Pick<JoinedSession, 'role' | 'getState' | 'getClients' | 'subscribe' | 'subscribeClients'>,
  { idleMs, signal }: UnusedOptions,
): Promise<void> {
  const patienceMs = { new: START_GRACE_MS, idle: idleMs, turn: TURN_PATIENCE_MS };
  const { promise, resolve } = Promise.withResolvers<void>();
  let timer: NodeJS.Timeout | undefined;
  let use: Use | undefined;
  let wasUsed = false;
  const look = (): void => {
    if (port.role() === 'attached') resolve();
    const next = useOf(port, wasUsed);
    if (next === use) return;
    use = next;
    clearTimeout(timer);
    if (next === 'used') wasUsed = true;
    else timer = setTimeout(resolve, patienceMs[next]);
  };
  const stops = [port.subscribeClients(look), port.subscribe(look)];
  signal.addEventListener('abort', () => resolve(), { once: true });
  if (signal.aborted) resolve();
  look();
  return promise.finally(() => {
    clearTimeout(timer);
    for (const stop of stops) stop();
  });
}

function useOf(port: Pick<JoinedSession, 'getState' | 'getClients'>, wasUsed: boolean): Use {
  if (port.getClients().some(({ isSelf }) => !isSelf)) return 'used';
  const { running, approval } = port.getState();
  // What waits for a yes waits for somebody who is not here.
  if (running !== undefined && approval === undefined) return 'turn';
  return wasUsed ? 'idle' : 'new';
}
