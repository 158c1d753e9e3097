/** `/context`: what the next request tells the model, part by part, as a small table with bars. */
import { sanitizeLine } from '../../platform/terminal-text.ts';
import type { SessionState } from '../../session/state.ts';
import { formatTokens } from '../frame/format.ts';
import type { ContextUse } from '../services.ts';
import { type Line, plainLine, span } from '../styled-text.ts';
import type { Theme } from '../theme/theme.ts';

export interface ContextFacts {
  readonly state: SessionState;
  readonly use: ContextUse | undefined;
  /** Size of the model's context, where it is known. */
  readonly totalTokens: number | undefined;
}

const BAR_CELLS = 20;

export function contextReport(facts: ContextFacts, theme: Theme): readonly Line[] {
  const { state, use, totalTokens } = facts;
  const size =
    totalTokens === undefined ? 'of unknown size' : `${formatTokens(totalTokens)} tokens`;
  const title = `Context of ${sanitizeLine(state.model)} (${size})`;
  const parts = (use?.parts ?? []).filter(({ tokens }) => tokens > 0);
  const usedTokens = parts.reduce((sum, { tokens }) => sum + tokens, 0);
  const whole = Math.max(1, totalTokens ?? usedTokens);
  const width = Math.max(0, ...parts.map(({ name }) => sanitizeLine(name).length), 5) + 2;
  const row = (name: string, tokens: number): Line => [
    span(sanitizeLine(name).padEnd(width)),
    span(formatTokens(tokens).padStart(6)),
    span(percent(tokens / whole).padStart(6)),
    span(`  ${bar(tokens / whole)}`, theme.accent),
  ];
  const left =
    totalTokens === undefined ? [] : [row('free', Math.max(0, totalTokens - usedTokens))];
  return [
    [span(title, theme.heading)],
    ...parts.map(({ name, tokens }) => row(name, tokens)),
    ...left,
    ...notes(state).map((text) => plainLine(text, theme.muted)),
  ];
}

function notes(state: SessionState): readonly string[] {
  const { clearedTurnCount, compaction, turns, running } = state;
  const retracted = turns.slice(clearedTurnCount).filter(({ isRetracted }) => isRetracted).length;
  const last = running?.lastUsage ?? turns.at(-1)?.lastUsage;
  return [
    ...(clearedTurnCount > 0 ? [`${turnsText(clearedTurnCount)} forgotten by /clear.`] : []),
    ...(compaction === undefined
      ? []
      : [
          `${turnsText(compaction.turnCount)} told as a summary; /show summary prints it, /compact undo takes it back.`,
        ]),
    ...(retracted > 0 ? [`${turnsText(retracted)} set aside.`] : []),
    ...(last === undefined
      ? []
      : [`The last request really had ${formatTokens(last.inputTokens)} tokens.`]),
  ];
}

function turnsText(count: number): string {
  return count === 1 ? '1 turn is' : `${count} turns are`;
}

function percent(share: number): string {
  const value = share * 100;
  return value > 0 && value < 1 ? '<1%' : `${Math.round(value)}%`;
}

/** Something that is there is never drawn as nothing. */
function bar(share: number): string {
  const cells = share <= 0 ? 0 : Math.max(1, Math.round(Math.min(1, share) * BAR_CELLS));
  return '█'.repeat(cells) + '░'.repeat(BAR_CELLS - cells);
}
