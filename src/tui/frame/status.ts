/** The status line: model, context, cost, branch, role. Pure. */
import { sanitizeLine } from '../../platform/terminal-text.ts';
import type { SessionState } from '../../session/state.ts';
import { formatTokens } from '../picker/picker-control.ts';
import { type Line, span, truncateLine } from '../styled-text.ts';
import type { Theme } from '../theme/theme.ts';

export interface StatusInput {
  readonly state: SessionState;
  readonly contextTokens: number | undefined;
  readonly branch: string | undefined;
  readonly role: 'host' | 'attached' | undefined;
}

/** Share of the context from which the line warns. */
const FULL_SHARE = 0.8;

export function statusLine(input: StatusInput, theme: Theme, columns: number): Line {
  const { state, branch, role } = input;
  const context = contextPart(input);
  const parts = [
    span(sanitizeLine(state.model) || 'opening the session', theme.muted),
    ...(context === undefined
      ? []
      : [span(context.text, context.isFull ? theme.warning : theme.muted)]),
    ...(state.usage.costUsd === null || state.usage.costUsd === 0
      ? []
      : [span(formatCost(state.usage.costUsd), theme.muted)]),
    ...(branch === undefined ? [] : [span(sanitizeLine(branch), theme.muted)]),
    ...(role === 'attached' ? [span('attached', theme.muted)] : []),
  ];
  const line = parts.flatMap((part, index) =>
    index === 0 ? [part] : [span(' · ', theme.muted), part],
  );
  return truncateLine(line, columns);
}

/** What the model holds now: the last request's input and answer. */
function contextPart(input: StatusInput): { text: string; isFull: boolean } | undefined {
  const { state, contextTokens } = input;
  const turns = state.turns.slice(state.clearedTurnCount);
  const usage = state.running?.lastUsage ?? turns.at(-1)?.lastUsage;
  if (usage === undefined) return undefined;
  const used = usage.inputTokens + usage.outputTokens;
  if (used === 0) return undefined;
  if (contextTokens === undefined) return { text: `${formatTokens(used)} used`, isFull: false };
  const left = Math.max(0, contextTokens - used);
  const share = used / contextTokens;
  const percent = Math.round(share * 100);
  const text = `${formatTokens(used)} used (${percent}%), ${formatTokens(left)} left`;
  return { text, isFull: share >= FULL_SHARE };
}

function formatCost(costUsd: number): string {
  return `$${costUsd.toFixed(costUsd < 1 ? 4 : 2)}`;
}
