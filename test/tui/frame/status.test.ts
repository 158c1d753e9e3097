import { describe, expect, test } from 'vitest';
import { EMPTY_STATE, type SessionState, type Turn } from '../../../src/session/state.ts';
import { statusLine } from '../../../src/tui/frame/status.ts';
import { lineText, lineWidth } from '../../../src/tui/styled-text.ts';
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
  test('who else is here, how keys are taken, and what the turn alone has cost', () => {
    const client = (name: string, isSelf: boolean) => ({ id: name, name, isHost: isSelf, isSelf });
    const clients = [
      client('terminal', true),
      client('ask', false),
      client('neo\x1b[2Jvim', false),
    ];
    const total = { ...STATE, usage: { ...USAGE, costUsd: 4 } };
    expect(status({ state: total, clients, mode: 'vi normal' }, 120)).toBe(
      'vi normal · a/b · 170k used · $4.00 (turn $1.50) · + ask, neovim',
    );
    expect(status({ state: total, clients, contextTokens: 200_000, branch: 'main' }, 40)).toBe(
      'a/b · 85% · $4.00 · main · + ask, neovim',
    );
    expect(status({ state: total, clients, contextTokens: 200_000, branch: 'main' }, 24)).toBe(
      'a/b · 85% · $4.00 · +2',
    );
    expect(
      lineWidth(
        statusLine(
          { state: total, clients, contextTokens: 1, branch: 'x', role: undefined },
          chooseTheme({}),
          9,
        ),
      ),
    ).toBeLessThanOrEqual(9);
  });
  test('a Zeke in the background that hosts is nobody who is here', () => {
    const client = (name: string, isSelf: boolean) => ({ id: name, name, isHost: !isSelf, isSelf });
    const others = [client('background', false), client('neovim', false)];
    const clients = [client('terminal', true), ...others];
    const role = 'attached';
    expect(status({ role, clients })).toMatch(/ · \+ neovim$/);
    expect(status({ role, clients: clients.slice(0, 2) })).not.toMatch(/background|attached/);
    expect(status({ role, clients: [] })).toMatch(/ · attached$/);
  });
  test('a shell command in between changes nothing, a summary makes room', () => {
    const command: Turn = {
      ...TURN,
      message: { kind: 'command', text: 'ls' },
      lastUsage: undefined,
    };
    expect(status({ state: { ...STATE, turns: [TURN, command] } })).toContain('170k used');
    const compact: Turn = { ...TURN, message: { kind: 'compact', text: '' } };
    expect(status({ state: { ...STATE, turns: [TURN, compact] } })).toBe('a/b · $1.50');
  });
  test('a hostile branch is a harmless one', () => {
    expect(status({ branch: 'x\x1b[2J\ny' })).toContain('x y');
  });
});
