/** `/cost`: tokens and money of the last turn, of the session and each model in it, and of all others. */
import { sanitizeLine } from '../../platform/terminal-text.ts';
import type { TokenUsage } from '../../session/events.ts';
import type { SpendingReport, SpendingSum } from '../../session/spending-log.ts';
import type { SessionState } from '../../session/state.ts';
import { addUsage } from '../../session/usage.ts';
import { formatCost, formatTokens } from '../frame/format.ts';
import { type Line, plainLine, span } from '../styled-text.ts';
import type { Theme } from '../theme/theme.ts';

const HEAD = ['', 'input', 'cached', 'output', 'reasoning', 'cost'];

/** With `spending`, also what all conversations of today and this month cost. */
export function costReport(
  state: SessionState,
  theme: Theme,
  spending?: SpendingReport,
): readonly Line[] {
  const beyond = spending === undefined ? [] : spendingLines(spending, theme);
  return [...sessionLines(state, theme), ...beyond];
}

function spendingLines(report: SpendingReport, theme: Theme): readonly Line[] {
  const { day, month, cancelled, cachedAnswers } = report;
  if (month.requests === 0) return [];
  const notes = [`Everywhere: today ${spent(day)}, this month ${spent(month)}.`];
  if (cancelled.requests > 0) {
    const estimate = spent(cancelled);
    notes.push(`Of this month, cancelled: ${estimate}, an estimate; providers may charge for it.`);
  }
  if (cachedAnswers > 0) {
    const answers = counted(cachedAnswers, 'answer');
    notes.push(`Beside that, ${answers} came from Zeke's own cache, for nothing.`);
  }
  return notes.map((note) => plainLine(note, theme.muted));
}

function spent({ costUsd, requests }: SpendingSum): string {
  return `${costUsd === null ? 'unknown' : formatCost(costUsd)} (${counted(requests, 'request')})`;
}

function counted(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}

function sessionLines(state: SessionState, theme: Theme): readonly Line[] {
  const { turns, running, usage } = state;
  const all = running === undefined ? turns : [...turns, running];
  const last = all.at(-1);
  if (last === undefined) return [plainLine('Nothing was asked yet, so nothing was paid.')];
  const models = [...new Set(all.map(({ model }) => model))];
  const perModel = models.map((model) => {
    const own = all.filter((turn) => turn.model === model).map((turn) => turn.usage);
    return cells(sanitizeLine(model), own.reduce(addUsage));
  });
  const rows = [
    HEAD,
    cells(running === undefined ? 'last turn' : 'this turn', last.usage),
    cells('session', usage),
    ...(models.length > 1 ? perModel : []),
  ];
  const widths = HEAD.map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const notes = ['Input includes what was cached, output what was reasoned. Costs are estimates.'];
  const unpriced = all.some((turn) => turn.usage.costUsd === null && turn.usage.inputTokens > 0);
  if (unpriced) notes.push('For some turns no price is known; they are not in the sum.');
  return [
    ...rows.map((row, index) => line(row, widths, index === 0 ? theme.heading : '')),
    ...notes.map((note) => plainLine(note, theme.muted)),
  ];
}

function cells(name: string, usage: TokenUsage): readonly string[] {
  return [
    name,
    formatTokens(usage.inputTokens),
    formatTokens(usage.cachedTokens),
    formatTokens(usage.outputTokens),
    formatTokens(usage.reasoningTokens),
    usage.costUsd === null ? 'unknown' : formatCost(usage.costUsd),
  ];
}

function line(row: readonly string[], widths: readonly number[], style: string): Line {
  const padded = row.map((cell, column) =>
    column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart((widths[column] ?? 0) + 2),
  );
  return [span(padded.join('').trimEnd(), style)];
}
