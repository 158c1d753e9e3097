/** Whatever happens, and in whatever pieces: the buffer that grew is the buffer that is written at once. */
import { expect, it } from 'vitest';
import { describeNeovims } from '../helpers/neovim.ts';
import { ALONE, Conversation } from './conversation.ts';

/** Mulberry32: the same numbers for the same seed. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const PIECES = [
  'word ',
  'line\n',
  '\n',
  '\r\n',
  '```ts\n',
  '```\n',
  '\n\n',
  'äö😀',
  '\u001b[1m',
  '# x\n',
  ' ',
  'a\rb',
];
type Event = Readonly<Record<string, unknown>>;

/** What an engine may report, in an order that it may report it. */
function* events(random: (below: number) => number): Generator<Event> {
  const pick = () => PIECES[random(PIECES.length)] ?? '';
  const text = () => Array.from({ length: 1 + random(4) }, pick).join('');
  for (let number = 0; number < 3; number += 1) {
    const turnId = `t${number}`;
    yield { type: 'turn-start', turnId, model: 'test/one', message: { text: text() } };
    if (random(2) === 0)
      yield { type: 'context', turnId, blocks: [{ source: 'file', title: 'a.ts' }] };
    const open: string[] = [];
    for (let count = 0; count < 14; count += 1) {
      const id = `c${number}.${count}`;
      const call = open[random(open.length)] ?? '';
      const made: readonly Event[] = [
        { type: 'text-delta', turnId, text: text() },
        { type: 'text-delta', turnId, text: text() },
        { type: 'reasoning-delta', turnId, text: text() },
        { type: 'reasoning-end', turnId },
        {
          type: 'tool-call',
          turnId,
          id,
          name: 'run',
          input: random(2) === 0 ? {} : { command: text() },
        },
        { type: 'tool-output', turnId, id: call, text: text() },
        { type: 'tool-result', turnId, id: call, output: text(), isError: random(2) === 0 },
        {
          type: 'usage',
          turnId,
          inputTokens: 1200,
          outputTokens: 3,
          cachedTokens: 0,
          reasoningTokens: 0,
          costUsd: 0.01,
        },
        { type: 'file-change', turnId, path: 'src/a.ts', before: null, after: null },
        { type: 'error', turnId, kind: 'network', message: text(), retryable: true },
        { type: 'message-queue', turnId: 'queued', message: { text: 'later' } },
      ];
      const event = made[random(made.length)] ?? {};
      if (event.type === 'tool-call') open.push(id);
      yield event;
    }
    yield { type: 'turn-end', turnId, reason: random(2) === 0 ? 'stop' : 'cancelled' };
    const earlier = `t${random(number + 1)}`;
    const after = [
      { type: 'turn-retract', turnId: earlier },
      { type: 'undo', turnId: earlier, restored: [], kept: [] },
      { type: 'clear' },
    ];
    yield after[random(after.length)] ?? {};
  }
}

const FOLDS = `local buf = vim.fn.bufnr("^zeke://chat$")
  return vim.api.nvim_win_call(vim.fn.bufwinid(buf), function()
    local found = {}
    for line = 1, vim.fn.line("$") do
      local first, last = vim.fn.foldclosed(line), vim.fn.foldclosedend(line)
      if first == line then table.insert(found, { first, last }) end
    end
    return found
  end)`;

describeNeovims('a conversation of random events', (kind) => {
  it('is shown the same when it grows and when it is written at once', async () => {
    const neovim = await kind.start({ init: ALONE, width: 100, height: 40 });
    const conversation = new Conversation(neovim);
    await conversation.replace();
    await neovim.command('ZekeChat');
    for (let seed = 1; seed <= 25; seed += 1) {
      const random = randomFrom(seed);
      await conversation.replace();
      let batch: Event[] = [];
      for (const event of events(random)) {
        batch.push(event);
        if (random(3) > 0) {
          await conversation.tell(...batch);
          batch = [];
        }
      }
      await conversation.tell(...batch, { type: 'session-rename', title: 'x' });
      const grown = { lines: await conversation.lines(), folds: await neovim.lua(FOLDS) };
      await neovim.lua('require("zeke.chat.transcript").refresh()');
      const written = { lines: await conversation.lines(), folds: await neovim.lua(FOLDS) };
      expect(grown.lines, `seed ${seed}`).toEqual(written.lines);
      expect(grown.folds, `seed ${seed}`).toEqual(written.folds);
    }
    expect(await neovim.lua('return said')).not.toContainEqual(expect.stringMatching(/failed/));
  });
});
