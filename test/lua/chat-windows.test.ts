/** The conversation's windows: how they open, and what people do to windows and buffers. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeNeovims, type NeovimKind } from '../helpers/neovim.ts';
import type { Neovim } from '../helpers/neovim-process.ts';
import { ALONE, Conversation, turn } from './conversation.ts';

const NAMES = `return vim.tbl_map(function(win)
  return vim.api.nvim_buf_get_name(vim.api.nvim_win_get_buf(win))
end, vim.api.nvim_tabpage_list_wins(0))`;

async function start(kind: NeovimKind, settings = '') {
  const neovim = await kind.start({ init: `${settings}\n${ALONE}`, width: 100, height: 40 });
  const conversation = new Conversation(neovim);
  await conversation.replace([turn('t0', 'first question', 'first answer')]);
  return { neovim, conversation };
}

/** The names of the windows' buffers in this tab page, where they are Zeke's. */
async function ownWindows(neovim: Neovim): Promise<readonly string[]> {
  const names = await neovim.lua<string[]>(NAMES);
  return names.filter((name) => name.startsWith('zeke://'));
}

const BOTH = ['zeke://chat', 'zeke://prompt'];

describeNeovims('the windows of the conversation', (kind) => {
  for (const layout of ['vsplit', 'split', 'float', 'tab']) {
    it(`open and close as a ${layout}, with the prompt below`, async () => {
      const { neovim } = await start(kind, `vim.g.zeke = { chat = { layout = "${layout}" } }`);
      await neovim.command('ZekeToggle');
      await neovim.waitForScreen('first answer');
      expect((await ownWindows(neovim)).toSorted()).toEqual(BOTH);
      expect(await neovim.lua('return vim.api.nvim_buf_get_name(0)')).toBe('zeke://prompt');
      const answer = neovim.find('first answer');
      expect(neovim.cursor.row).toBeGreaterThan(answer?.row ?? 99);
      await neovim.command('ZekeToggle');
      expect(await ownWindows(neovim)).toEqual([]);
      expect(await neovim.lua('return #vim.api.nvim_list_tabpages()')).toBe(1);
      await neovim.command('ZekeToggle');
      expect((await ownWindows(neovim)).toSorted()).toEqual(BOTH);
    });
  }

  it('are made whole again after one of them was closed, or all others', async () => {
    const { neovim } = await start(kind);
    await neovim.command('ZekeChat');
    await neovim.command('only');
    expect(await ownWindows(neovim)).toEqual(['zeke://prompt']);
    await neovim.command('ZekeChat');
    expect((await ownWindows(neovim)).toSorted()).toEqual(BOTH);
    await neovim.command('quit');
    expect(await ownWindows(neovim)).toEqual(['zeke://chat']);
    await neovim.command('ZekeChat');
    expect((await ownWindows(neovim)).toSorted()).toEqual(BOTH);
    await neovim.command('tabnew');
    await neovim.command('ZekeChat');
    expect((await ownWindows(neovim)).toSorted()).toEqual(BOTH);
    await neovim.command('tabclose');
    expect((await ownWindows(neovim)).toSorted()).toEqual(BOTH);
  });

  it('come back after their buffers were wiped, with the draft', async () => {
    const { neovim, conversation } = await start(kind);
    for (const command of ['bdelete!', 'bwipeout!']) {
      await neovim.command('ZekeChat');
      await neovim.lua('require("zeke.chat.prompt").set_text("a draft\\nof two lines")');
      for (const name of BOTH) {
        await neovim.command(`execute "${command} " .. bufnr("^${name}$")`);
      }
      expect(await ownWindows(neovim)).toEqual([]);
      await conversation.replace([turn('t0', 'first question', `after ${command}`)]);
      await neovim.command('ZekeChat');
      await neovim.waitForScreen(`after ${command}`);
      await neovim.waitForScreen('of two lines');
    }
    expect(await neovim.lua('return said')).not.toContainEqual(expect.stringMatching(/failed/));
  });

  it('stay right when another session is opened, or the buffer changed, in the middle of an answer', async () => {
    const { neovim, conversation } = await start(kind);
    await neovim.command('ZekeChat');
    await conversation.begin('go');
    await conversation.answer('half of it');
    await neovim.lua(`local buf = vim.fn.bufnr("^zeke://chat$")
      vim.bo[buf].modifiable = true
      vim.api.nvim_buf_set_lines(buf, 0, 4, false, { "nonsense" })`);
    await neovim.waitFor('vim.fn.getbufline("zeke://chat", 1)[1] == "## You"');
    await conversation.answer(' and the rest');
    expect(await conversation.lines()).toContain('half of it and the rest');
    await conversation.replace([turn('u0', 'elsewhere', 'another session')], { sessionId: 's2' });
    await conversation.answer('for nobody');
    expect(await conversation.lines()).toEqual([
      ...['## You', '', 'elsewhere', '', '## Zeke', '', 'another session', '', ''],
    ]);
    await neovim.command('buffer zeke://chat');
    await neovim.command('edit');
    await neovim.waitForScreen('another session');
    expect(await conversation.lines()).toContain('another session');
  });

  it('show the same in several windows, each with its own place', async () => {
    const { neovim, conversation } = await start(kind);
    await neovim.command('ZekeChat');
    await neovim.command('wincmd k');
    await neovim.command('split');
    await neovim.lua('vim.api.nvim_win_set_cursor(0, { 1, 0 })');
    await conversation.begin('go');
    await conversation.answer('line\n'.repeat(50));
    await conversation.answer('the last line');
    expect(await neovim.lua('return vim.api.nvim_win_get_cursor(0)')).toEqual([1, 0]);
    await neovim.waitForScreen('the last line');
    await neovim.waitForScreen('first question');
  });

  it('take the prompt’s height from its text', async () => {
    const { neovim } = await start(kind);
    await neovim.command('ZekeChat');
    const height = () => neovim.lua<number>('return vim.api.nvim_win_get_height(0)');
    const before = await height();
    await neovim.input(`i${'line<CR>'.repeat(7)}end`);
    await neovim.waitForScreen('end');
    await neovim.waitFor(async () => (await height()) > before);
    await neovim.input('<Esc>ggdG');
    await neovim.waitFor(async () => (await height()) === before);
  });

  it('fit the screen when its size changes, as floats', async () => {
    const { neovim } = await start(kind, 'vim.g.zeke = { chat = { layout = "float" } }');
    await neovim.command('ZekeChat');
    await neovim.waitForScreen('first answer');
    await neovim.request('nvim_ui_try_resize', 60, 20);
    await neovim.waitForScreen(
      (rows) => rows.length === 20 && rows.join().includes('first answer'),
    );
    await neovim.waitForScreen((rows) => rows.filter((row) => row.includes('└')).length === 2);
  });

  for (const layout of ['vsplit', 'split', 'float', 'tab']) {
    it(`open on a screen that has no room for them, as a ${layout} or as floats`, async () => {
      for (const [width, height] of [
        [12, 5],
        [20, 6],
        [5, 3],
      ] as const) {
        const init = `vim.g.zeke = { chat = { layout = "${layout}" } }\n${ALONE}`;
        const neovim = await kind.start({ init, width, height });
        const conversation = new Conversation(neovim);
        await conversation.replace([turn('t0', 'first question', 'first answer')]);
        await neovim.command('ZekeChat');
        await conversation.begin('go');
        await conversation.answer('line\n'.repeat(20));
        await conversation.tell({
          type: 'approval-request',
          ...{ id: 'a', callId: 'c', tool: 'run', title: 'Run it', scope: 'ls' },
          detail: { type: 'command', text: 'ls\nls' },
        });
        await neovim.command('ZekeToggle');
        await neovim.command('ZekeToggle');
        expect((await ownWindows(neovim)).toSorted()).toEqual(BOTH);
        expect(await neovim.request('nvim_get_mode')).toMatchObject({ blocking: false });
        expect(await neovim.lua('return said')).not.toContainEqual(
          expect.stringMatching(/failed|E36/),
        );
      }
    });
  }

  for (const layout of ['vsplit', 'split', 'tab']) {
    it(`come back with a session file, as a ${layout}, and join nothing`, async () => {
      const settings = `vim.g.zeke = { chat = { layout = "${layout}" } }`;
      const { neovim } = await start(kind, settings);
      await neovim.command('edit kept.txt');
      await neovim.command('ZekeChat');
      await neovim.command('set sessionoptions-=curdir');
      const file = join(neovim.home.dir, 'Session.vim');
      await neovim.command(`mksession ${file}`);
      const init = `${settings}\n${ALONE}`;
      const other = await kind.start({ init, home: neovim.home, width: 100, height: 40 });
      await other.command(`source ${file}`);
      expect((await ownWindows(other)).toSorted()).toEqual(BOTH);
      await other.waitForScreen('not joined');
      const types = `return vim.tbl_map(function(win)
        return vim.bo[vim.api.nvim_win_get_buf(win)].filetype
      end, vim.api.nvim_tabpage_list_wins(0))`;
      expect(await other.lua(types)).toEqual(expect.arrayContaining(['zeke-chat', 'zeke-prompt']));
      expect(await other.lua('return said')).toEqual([]);
      await new Conversation(other).replace([turn('t0', 'first question', 'first answer')]);
      await other.waitForScreen('first answer');
      await other.command('ZekeChat');
      expect((await ownWindows(other)).toSorted()).toEqual(BOTH);
      expect(await other.lua('return #vim.fn.getbufinfo()')).toBe(3);
    });
  }

  it('say that nobody was joined', async () => {
    const { neovim } = await start(kind);
    await neovim.command('ZekeChat');
    await neovim.waitForScreen('not joined');
    await neovim.waitFor('said[1] and said[1]:find("could not be started", 1, true)');
  });

  it('leave one alone who selects, or is in the middle of a command', async () => {
    const { neovim, conversation } = await start(kind);
    await neovim.setLines(['some words here', 'and more']);
    await neovim.command('ZekeChat');
    await neovim.command('wincmd h');
    await neovim.input('gg0wv');
    await neovim.waitFor(() => neovim.mode === 'visual');
    await conversation.begin('go');
    await conversation.tell({ type: 'tool-call', id: 'c', name: 'run', input: { command: 'ls' } });
    await neovim.waitForScreen('▸ run ls · running');
    await neovim.input('ed');
    await neovim.waitFor('vim.api.nvim_get_current_line() == "some  here"');
    await neovim.input('"ad');
    await neovim.waitFor(() => neovim.mode === 'operator');
    await conversation.tell({ type: 'tool-call', id: 'd', name: 'run', input: { command: 'pwd' } });
    await conversation.tell({ type: 'tool-result', id: 'c', output: 'one\ntwo\nthree\nfour' });
    await neovim.input('d');
    await neovim.waitFor('vim.fn.getreg("a") == "some  here\\n"');
    await neovim.waitForScreen('▸ run ls · ok');
    await neovim.waitForScreen('▸ run pwd · running');
  });
});
