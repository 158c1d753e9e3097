/** How the scripted engine of the chat harness speaks. */
import { readEnvironment } from '../../src/platform/env.ts';
import type { TurnEndReason } from '../../src/session/events.ts';
import type { TurnRun } from '../../src/session/port.ts';

export type Script = (turn: TurnRun) => Promise<TurnEndReason>;

export const delayMs = Number(readEnvironment().HARNESS_DELAY_MS ?? 2);

/** Says a text in small pieces, as a model does, and what it cost. */
export async function stream(turn: TurnRun, text: string): Promise<TurnEndReason> {
  for (const piece of text.match(/[\s\S]{1,4}/g) ?? []) {
    if (turn.signal.aborted) return 'cancelled';
    turn.emit({ type: 'text-delta', turnId: turn.turn.id, text: piece });
    if (delayMs > 0) await pause(delayMs);
  }
  const usage = { inputTokens: 1200, outputTokens: 300, cachedTokens: 0, reasoningTokens: 0 };
  turn.emit({ type: 'usage', turnId: turn.turn.id, ...usage, costUsd: 0.0123 });
  return 'stop';
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
