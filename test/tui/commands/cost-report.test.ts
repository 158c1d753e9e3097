import { describe, expect, test } from 'vitest';
import { EMPTY_STATE, type Turn } from '../../../src/session/state.ts';
import { costReport } from '../../../src/tui/commands/cost-report.ts';
import { lineText } from '../../../src/tui/styled-text.ts';
import { chooseTheme } from '../../../src/tui/theme/theme.ts';

const theme = chooseTheme({});
const usage = {
  inputTokens: 1000,
  outputTokens: 10,
  cachedTokens: 5,
  reasoningTokens: 1,
  costUsd: null,
};
const turn = (model: string, over: Partial<Turn> = {}) =>
  ({ model, usage, lastUsage: usage, isRetracted: false, ...over }) as Turn;

describe('costReport', () => {
  test('an unknown price is no zero', () => {
    const turns = [turn('a/b'), turn('c/d', { usage: { ...usage, costUsd: 0.5 } })];
    const state = { ...EMPTY_STATE, turns, usage: { ...usage, inputTokens: 2000, costUsd: 0.5 } };
    const texts = costReport(state, theme).map(lineText);
    expect(texts[1]).toMatch(/^last turn +1k +5 +10 +1 +\$0\.5000$/);
    expect(texts[3]).toMatch(/^a\/b +1k +5 +10 +1 +unknown$/);
    expect(texts.at(-1)).toContain('no price is known');
  });

  test('says what today and this month cost, in all conversations', () => {
    const sum = { costUsd: 0.5, inputTokens: 1, outputTokens: 1, requests: 2 };
    const unpriced = { ...sum, costUsd: null, requests: 1 };
    const beside = { cancelled: { ...sum, requests: 1 }, cachedAnswers: 3 };
    const spending = { day: unpriced, month: sum, byModel: [], days: [], ...beside };
    const texts = costReport(EMPTY_STATE, theme, spending).map(lineText);
    expect(texts.slice(-3)).toEqual([
      'Everywhere: today unknown (1 request), this month $0.5000 (2 requests).',
      'Of this month, cancelled: $0.5000 (1 request), an estimate; providers may charge for it.',
      "Beside that, 3 answers came from Zeke's own cache, for nothing.",
    ]);
  });
});
