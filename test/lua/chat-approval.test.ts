/** What Zeke asks before it acts: where the question is shown, and which keys answer it. */
import { expect, it } from 'vitest';
import { describeNeovims, type NeovimKind } from '../helpers/neovim.ts';
import type { Neovim } from '../helpers/neovim-process.ts';
import { ALONE, Conversation } from './conversation.ts';

const DIFF = '--- a/src/a.ts\n+++ b/src/a.ts\n@@ -1 +1 @@\n-old\u001b[2J\n+new';
const REQUEST = {
  type: 'approval-request',
  id: 'q1',
  callId: 'c1',
  tool: 'edit_file',
  title: 'edit src/a.ts',
  detail: { type: 'diff', text: DIFF },
  scope: 'edits in this session',
};
/** Ops that wait to be sent: there is no Zeke to take them. */
const RECORD_OPS = `asked = {}
  local rpc = require("zeke.rpc")
  rpc.op = function(op) table.insert(asked, op) end`;
const isFloating = (neovim: Neovim) =>
  neovim.lua<boolean>('return vim.api.nvim_win_get_config(0).relative ~= ""');

async function start(kind: NeovimKind) {
  const neovim = await kind.start({ init: ALONE, width: 100, height: 40 });
  const conversation = new Conversation(neovim);
  await conversation.replace();
  await neovim.lua(RECORD_OPS);
  await neovim.command('ZekeChat');
  await conversation.begin('go');
  return { neovim, conversation };
}

describeNeovims('an approval', (kind) => {
  it('is shown as a diff to one who is in the conversation, and answered by a key', async () => {
    const { neovim, conversation } = await start(kind);
    await conversation.tell(REQUEST);
    await neovim.waitForScreen('+new');
    await neovim.waitForScreen('-old<1b>[2J');
    await neovim.waitForScreen('always: edits in this session');
    expect(await isFloating(neovim)).toBe(true);
    await neovim.command('ZekeChat');
    await neovim.input('a');
    await neovim.waitFor('#asked > 0');
    expect(await neovim.lua('return asked')).toEqual([
      { type: 'approve', requestId: 'q1', decision: 'always' },
    ]);
    expect(await isFloating(neovim)).toBe(false);
  });

  it('takes no key from one who types elsewhere, and waits for :ZekeChat', async () => {
    const { neovim, conversation } = await start(kind);
    await neovim.command('wincmd h');
    await neovim.input('isome ');
    await neovim.waitFor(() => neovim.mode === 'insert');
    await conversation.tell(REQUEST);
    await neovim.waitForScreen('+new');
    await neovim.waitForScreen('Zeke asks: edit src/a.ts');
    await neovim.input('any words<Esc>');
    await neovim.waitForScreen('some any words');
    expect(await neovim.lua('return asked')).toEqual([]);
    await neovim.command('ZekeChat');
    expect(await isFloating(neovim)).toBe(true);
    await neovim.input('n');
    await neovim.waitFor('#asked > 0');
    expect(await neovim.lua('return asked[1].decision')).toBe('deny');
  });

  it('closes when it was answered elsewhere, and when the turn ends', async () => {
    const { neovim, conversation } = await start(kind);
    const count = () => neovim.lua<number>('return #vim.api.nvim_list_wins()');
    const before = await count();
    await conversation.tell(REQUEST);
    expect(await count()).toBe(before + 1);
    await conversation.tell({ type: 'approval-answer', id: 'q1', decision: 'allow' });
    expect(await count()).toBe(before);
    await conversation.tell({ ...REQUEST, id: 'q2' });
    expect(await count()).toBe(before + 1);
    await conversation.end('cancelled');
    expect(await count()).toBe(before);
    expect(await conversation.lines()).toContain('Stopped.');
  });

  it('is put aside by q, brought back by :ZekeChat, and said where nothing is open', async () => {
    const { neovim, conversation } = await start(kind);
    await conversation.tell(REQUEST);
    await neovim.input('q');
    await neovim.waitFor('vim.api.nvim_win_get_config(0).relative == ""');
    await conversation.answer('more');
    expect(await isFloating(neovim)).toBe(false);
    await neovim.command('ZekeChat');
    expect(await isFloating(neovim)).toBe(true);
    await neovim.input('q');
    await neovim.command('ZekeToggle');
    await conversation.tell({ type: 'approval-answer', id: 'q1', decision: 'allow' });
    await conversation.tell({ ...REQUEST, id: 'q2', title: 'run npm test' });
    await neovim.waitFor('vim.tbl_contains(said, "Zeke asks: run npm test. :ZekeChat answers.")');
  });

  it('goes with the window that it lies over, and comes back with it', async () => {
    const { neovim, conversation } = await start(kind);
    const count = () => neovim.lua<number>('return #vim.api.nvim_list_wins()');
    await conversation.tell(REQUEST);
    expect(await count()).toBe(4);
    await neovim.command('ZekeToggle');
    expect(await count()).toBe(1);
    await neovim.command('ZekeToggle');
    expect(await count()).toBe(4);
    expect(await isFloating(neovim)).toBe(true);
    await neovim.command('execute bufwinnr("zeke://chat") .. "quit"');
    await neovim.waitFor('#vim.api.nvim_list_wins() == 2');
    await neovim.command('ZekeChat');
    expect(await count()).toBe(4);
    await neovim.command('quit');
    await conversation.tell({ type: 'session-rename', title: 'x' });
    expect(await count()).toBe(3);
  });
});
