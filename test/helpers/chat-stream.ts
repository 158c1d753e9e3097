/** How the scripted engine of the chat harness speaks. */
import { readEnvironment } from '../../src/platform/env.ts';
import type { TurnEndReason } from '../../src/session/events.ts';
import type { TurnRun } from '../../src/session/port.ts';

export type Script = (turn: TurnRun) => Promise<TurnEndReason>;

export const delayMs = Number(readEnvironment().HARNESS_DELAY_MS ?? 2);

/** Says a text in small pieces, as a model does, and what it cost. */
export async function stream(turn: TurnRun, text: string): Promise<TurnEndReason> {
  await say(turn, text);
  if (turn.signal.aborted) return 'cancelled';
  const usage = { inputTokens: 1200, outputTokens: 300, cachedTokens: 0, reasoningTokens: 0 };
  turn.emit({ type: 'usage', turnId: turn.turn.id, ...usage, costUsd: 0.0123 });
  return 'stop';
}

export async function say(turn: TurnRun, text: string): Promise<void> {
  for (const piece of text.match(/[\s\S]{1,4}/g) ?? []) {
    if (turn.signal.aborted) return;
    turn.emit({ type: 'text-delta', turnId: turn.turn.id, text: piece });
    if (delayMs > 0) await pause(delayMs);
  }
}

/** The next signal of a test that it has seen what it waited for. */
export function signalled(): Promise<void> {
  return new Promise((resolve) => process.once('SIGURG', () => resolve()));
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
