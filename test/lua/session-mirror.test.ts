/** The state in Lua is the state in TypeScript, whatever happens: both are moved on by the same events. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { toEditorEvent, toEditorState } from '../../src/nvim/editor-state.ts';
import type { SessionEvent } from '../../src/session/events.ts';
import { EMPTY_STATE, reduce } from '../../src/session/state.ts';
import { parseEvent } from '../../src/session/validate.ts';
import { describeNeovims } from '../helpers/neovim.ts';

type Body = SessionEvent extends infer E
  ? E extends SessionEvent
    ? Omit<E, 'seq' | 'at'>
    : never
  : never;

const USAGE = { inputTokens: 10, outputTokens: 5, cachedTokens: 1, reasoningTokens: 2 };
const HASH = 'a'.repeat(64);
const FINDING = {
  path: 'a.ts',
  startLine: 1,
  endLine: 2,
  severity: 'major',
  category: 'bug',
  title: 'Odd',
  body: '',
  lineHash: '0123456789abcdef',
} as const;

/** Every kind of event, in an order that a conversation may have. */
const EVERYTHING: readonly Body[] = [
  { type: 'session-start', version: 1, sessionId: 'abc123', project: '/p', model: 'a/b' },
  { type: 'message-queue', turnId: 't0', message: { text: 'taken back' } },
  { type: 'message-unqueue', turnId: 't0', opId: 'op1' },
  {
    type: 'message-queue',
    turnId: 't1',
    message: {
      text: '  Erste Zeile mit Ümläuten, die länger ist als sechzig Zeichen es sind\nzweite',
    },
  },
  {
    type: 'turn-start',
    turnId: 't1',
    model: 'a/b',
    message: {
      text: '  Erste Zeile mit Ümläuten, die länger ist als sechzig Zeichen es sind\nzweite',
      attachments: [{ label: 'a', text: 'b' }],
    },
  },
  {
    type: 'context',
    turnId: 't1',
    blocks: [{ source: 's', title: 'x.ts:1-3', text: 'code', reason: 'r' }],
  },
  { type: 'step-start', turnId: 't1', step: 1 },
  { type: 'reasoning-delta', turnId: 't1', text: 'hm' },
  { type: 'reasoning-delta', turnId: 't1', text: ' hm' },
  { type: 'reasoning-end', turnId: 't1' },
  { type: 'text-delta', turnId: 't1', text: 'Hel' },
  { type: 'text-delta', turnId: 't1', text: 'lo 😀' },
  { type: 'text-delta', turnId: 'other', text: 'of no turn' },
  {
    type: 'tool-call',
    turnId: 't1',
    id: 'c1',
    name: 'run_command',
    input: { command: 'ls', deep: { list: [1, 'two'] } },
  },
  {
    type: 'approval-request',
    turnId: 't1',
    id: 'a1',
    callId: 'c1',
    tool: 'run_command',
    title: 'run ls',
    detail: { type: 'command', text: 'ls' },
    scope: 'ls',
  },
  { type: 'approval-answer', turnId: 't1', id: 'a1', decision: 'allow', by: 'neovim' },
  { type: 'tool-output', turnId: 't1', id: 'c1', text: 'x'.repeat(1990) },
  { type: 'tool-output', turnId: 't1', id: 'c1', text: 'ä'.repeat(30) },
  { type: 'tool-result', turnId: 't1', id: 'c1', output: 'done', isError: true },
  { type: 'file-change', turnId: 't1', path: 'a.ts', before: null, after: HASH },
  { type: 'usage', turnId: 't1', ...USAGE, costUsd: null },
  { type: 'step-start', turnId: 't1', step: 2 },
  { type: 'text-delta', turnId: 't1', text: 'more' },
  { type: 'usage', turnId: 't1', ...USAGE, costUsd: 0.25 },
  { type: 'notice', level: 'warning', text: 'careful' },
  {
    type: 'review',
    opId: 'op4',
    by: 'terminal',
    findings: [FINDING],
    summary: '1 finding.',
    notices: [],
    model: 'a/b',
    costUsd: null,
  },
  { type: 'error', turnId: 't1', kind: 'server', message: 'broken', retryable: true },
  { type: 'turn-end', turnId: 't1', reason: 'error' },
  { type: 'turn-retract', turnId: 't1' },
  { type: 'undo', turnId: 't1', restored: ['a.ts'], kept: [], opId: 'op2' },
  { type: 'model-switch', model: 'c/d' },
  { type: 'clear' },
  { type: 'turn-start', turnId: 't2', model: 'c/d', message: { kind: 'compact', text: '' } },
  { type: 'compact', turnId: 't2', summary: 'short', turnCount: 1 },
  { type: 'turn-end', turnId: 't2', reason: 'stop' },
  { type: 'compact-undo' },
  { type: 'session-rename', title: 'mine' },
  { type: 'session-rename', title: '' },
  { type: 'turn-start', turnId: 't3', model: 'c/d', message: { text: 'next' } },
  { type: 'reasoning-delta', turnId: 't3', text: 'open' },
  {
    type: 'approval-request',
    turnId: 't3',
    id: 'a2',
    callId: 'c9',
    tool: 'edit_file',
    title: 'edit',
    detail: { type: 'diff', text: '+x' },
    scope: 's',
  },
];

function numbered(bodies: readonly Body[]): readonly SessionEvent[] {
  return bodies.map((body, index) => ({ ...body, seq: index + 1, at: 1000 + index }));
}
function fixture(name: string): readonly SessionEvent[] {
  const text = readFileSync(new URL(`../fixtures/journals/${name}`, import.meta.url), 'utf8');
  // Lines of later versions are in it too, which no state takes.
  return text.split('\n').flatMap((line) => parseEvent(line === '' ? {} : JSON.parse(line)) ?? []);
}

/** Lua has no difference between an empty list and an empty map, and keeps no nil. */
function alike(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(alike);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(
    ([, field]) => field !== null && field !== undefined,
  );
  return entries.length === 0
    ? []
    : Object.fromEntries(entries.map(([key, field]) => [key, alike(field)]));
}

const MIRROR = `local events = vim.json.decode(..., { luanil = { object = true, array = true } })
  local session = require("zeke.session")
  local state = session.empty()
  for _, event in ipairs(events) do
    session.reduce(state, event)
  end
  return vim.json.encode(state)`;

describeNeovims('the mirrored conversation', (kind) => {
  it.each([
    ['every kind of event', numbered(EVERYTHING)],
    ['a journal of format 1', fixture('format-1.jsonl')],
  ])('is the conversation: %s', async (_, events) => {
    const neovim = await kind.start();
    for (let count = 1; count <= events.length; count += 1) {
      const some = events.slice(0, count);
      const told = JSON.stringify(some.map(toEditorEvent));
      const mirrored = JSON.parse(await neovim.lua<string>(MIRROR, told));
      const state = toEditorState(some.reduce(reduce, EMPTY_STATE));
      expect(alike(mirrored), JSON.stringify(some.at(-1))).toEqual(
        alike(JSON.parse(JSON.stringify(state))),
      );
    }
  });

  it('takes no event twice, and tells listeners in order', async () => {
    const neovim = await kind.start();
    const seen = await neovim.lua(
      `local session = require("zeke.session")
       session.replace(session.empty())
       local seen = {}
       session.on(function(events)
         for _, event in ipairs(events) do
           seen[#seen + 1] = event.seq
         end
       end)
       session.on(function() error("a listener that fails") end)
       vim.notify = function() end
       local function notice(seq)
         return { type = "notice", level = "info", text = "x", seq = seq, at = seq }
       end
       session.apply({ notice(1), notice(2) })
       session.apply({ notice(2), notice(3) })
       return seen`,
    );
    expect(seen).toEqual([1, 2, 3]);
  });

  it('is told as autocmds with data', async () => {
    const neovim = await kind.start();
    const events = await neovim.recordEvents('User', 'Zeke*');
    await neovim.lua(
      `local session = require("zeke.session")
       session.replace(session.empty())
       session.apply({ { type = "model-switch", model = "a/b", seq = 1, at = 1 } })`,
    );
    await neovim.waitFor(() => events.length > 0);
    expect(events).toEqual([
      {
        event: 'User',
        match: 'ZekeModelSwitch',
        data: { type: 'model-switch', model: 'a/b', seq: 1, at: 1 },
      },
    ]);
  });
});
