import { describe, expect, test } from 'vitest';
import { EMPTY_STATE, type SessionState, type Turn } from '../../../src/session/state.ts';
import { statusLine } from '../../../src/tui/frame/status.ts';
import { lineText } from '../../../src/tui/styled-text.ts';
import { chooseTheme } from '../../../src/tui/theme/theme.ts';

const USAGE = {
  inputTokens: 150_000,
  outputTokens: 20_000,
  cachedTokens: 0,
  reasoningTokens: 0,
  costUsd: 1.5,
};
const TURN: Turn = {
  id: 't',
  model: 'a/b',
  message: { text: 'hi' },
  context: [],
  parts: [],
  usage: USAGE,
  lastUsage: USAGE,
  step: 1,
  error: undefined,
  endReason: 'stop',
  startedAt: 0,
  changes: [],
  isUndone: false,
  isRetracted: false,
};
const STATE: SessionState = { ...EMPTY_STATE, model: 'a/b', turns: [TURN], usage: USAGE };

function status(input: Partial<Parameters<typeof statusLine>[0]>, columns = 80): string {
  const all = {
    state: STATE,
    contextTokens: undefined,
    branch: undefined,
    role: undefined,
    ...input,
  };
  return lineText(statusLine(all, chooseTheme({}), columns));
}

describe('statusLine', () => {
  test('everything that is known', () => {
    expect(status({ contextTokens: 200_000, branch: 'main', role: 'attached' })).toBe(
      'a/b · 170k used (85%), 30k left · $1.50 · main · attached',
    );
  });
  test('unknown context and price are left out or said as they are', () => {
    const state = { ...STATE, usage: { ...USAGE, costUsd: null } };
    expect(status({ state })).toBe('a/b · 170k used');
  });
  test('a free engine shows no zeros', () => {
    const free = { ...USAGE, inputTokens: 0, outputTokens: 0, costUsd: 0 };
    const state = { ...STATE, usage: free, turns: [{ ...TURN, lastUsage: free }] };
    expect(status({ state, role: 'host' })).toBe('a/b');
  });
  test('after /clear nothing is used', () => {
    expect(status({ state: { ...STATE, clearedTurnCount: 1 } })).toBe('a/b · $1.50');
  });
  test('a narrow screen keeps what matters most', () => {
    expect(status({ contextTokens: 200_000, branch: 'main' }, 20)).toBe('a/b · 85% · $1.50');
  });
  test('a hostile branch is a harmless one', () => {
    expect(status({ branch: 'x\x1b[2J\ny' })).toContain('x y');
  });
});
