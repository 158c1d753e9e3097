/** What of a conversation the model is still told. */
import type { SessionState, Turn } from '../../session/state.ts';

export interface ToldConversation {
  /** Stands for the turns before the first one here. */
  readonly summary: string | undefined;
  /** Finished turns, oldest first. */
  readonly turns: readonly Turn[];
}

/** The summary and the finished turns that were neither cleared, set aside nor summarised. */
export function toldConversation(state: SessionState): ToldConversation {
  const { clearedTurnCount, compaction } = state;
  const start = Math.max(clearedTurnCount, compaction?.turnCount ?? 0);
  return { summary: compaction?.summary, turns: state.turns.slice(start).filter(isTold) };
}

/**
 * A turn that failed before the first word is left out: the user sends it again if they want. What
 * was written for a summary counts as that alone, and only while the summary does.
 */
function isTold(turn: Turn): boolean {
  if (turn.isRetracted || turn.message.kind === 'compact') return false;
  return turn.parts.length > 0 || turn.endReason !== 'error';
}
