import { describe, expect, test } from 'vitest';
import { EMPTY_STATE, type SessionState, type Turn } from '../../../src/session/state.ts';
import { contextReport } from '../../../src/tui/commands/context-report.ts';
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

describe('contextReport', () => {
  test('without a known size the shares are of what is told', () => {
    const use = {
      parts: [
        { name: 'answers\x1b[2J', tokens: 30 },
        { name: 'tools', tokens: 90 },
      ],
    };
    const facts = { state: { ...EMPTY_STATE, model: 'a/b' }, use, totalTokens: undefined };
    expect(contextReport(facts, theme).map(lineText)).toEqual([
      'Context of a/b (of unknown size)',
      'answers      30   25%  █████░░░░░░░░░░░░░░░',
      'tools        90   75%  ███████████████░░░░░',
    ]);
  });

  test('says what is not told any more', () => {
    const state: SessionState = {
      ...EMPTY_STATE,
      turns: [turn('a/b'), turn('a/b'), turn('a/b', { isRetracted: true })],
      clearedTurnCount: 1,
      compaction: { summary: 's', turnCount: 2 },
    };
    const texts = contextReport({ state, use: undefined, totalTokens: 500 }, theme).map(lineText);
    expect(texts.slice(2)).toEqual([
      '1 turn is forgotten by /clear.',
      '2 turns are told as a summary; /show summary prints it, /compact undo takes it back.',
      '1 turn is set aside.',
      'The last request really had 1k tokens.',
    ]);
  });

  test('more than fits is no bar beyond the end', () => {
    const use = { parts: [{ name: 'answers', tokens: 900 }] };
    const texts = contextReport({ state: EMPTY_STATE, use, totalTokens: 300 }, theme).map(lineText);
    expect(texts[1]).toContain(`300%  ${'█'.repeat(20)}`);
    expect(texts[2]).toMatch(/free +0 +0% {2}░{20}/);
  });
});
