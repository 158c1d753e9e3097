/** Ghost text beside menus of completions: Neovim's own, and what those of plugins tell of themselves. */
import { expect, it } from 'vitest';
import { describeNeovims } from '../../helpers/neovim.ts';
import type { AnswerAsk } from '../../helpers/scripted-zeke.ts';
import { always, BACKENDS, offer, openScene } from './scene.ts';

const IS_OPEN = 'vim.fn.pumvisible() == 1';
const WORDS = ['wordone wordtwo', '', 'below'];
/** A menu that inserts nothing by itself, and is there for one word too. */
const AS_PLUGINS_DO = 'set completeopt=menuone,noselect';
const GHOST = 'wordone(a)\n  return a\nend';
/** What of that stands behind the word that is typed. */
const continueWord: AnswerAsk = (ask) => {
  const typed = /\w*$/.exec(String(ask.params.prefix))?.[0] ?? '';
  ask.answer(offer(...(GHOST.startsWith(typed) ? [GHOST.slice(typed.length)] : [])));
};

describeNeovims('ghost text and menus', (kind) => {
  for (const backend of BACKENDS) {
    it(`has its first line beside an open menu, and the others once it has gone (${backend})`, async () => {
      const { neovim } = await openScene(kind, continueWord, { backend });
      await neovim.setLines(WORDS);
      await neovim.command(AS_PLUGINS_DO);
      await neovim.input('ow');
      await neovim.waitForScreen((lines) => lines[3] === 'end' && lines[5] === 'below');
      await neovim.input('<C-n>');
      await neovim.waitFor(IS_OPEN);
      const isBeside = (lines: readonly string[]) =>
        lines[1] === 'wordone(a) … 2 more lines' && lines[2]?.trim() === 'wordone';
      await neovim.waitForScreen(isBeside);
      expect(
        neovim
          .screen()
          .slice(3, 5)
          .map((line) => line.trim()),
      ).toEqual(['wordtwo', '~']);
      await neovim.input('o');
      await neovim.waitFor('vim.api.nvim_get_current_line() == "wo"');
      await neovim.waitForScreen(isBeside);
      await neovim.input('<C-e>');
      await neovim.waitForScreen(
        (lines) => lines.slice(1, 6).join('|') === 'wordone(a)|  return a|end||below',
      );
    });

    it(`is asked for and accepted while a menu is open (${backend})`, async () => {
      const { neovim, zeke } = await openScene(kind, continueWord, { backend });
      await neovim.setLines(WORDS);
      await neovim.command(AS_PLUGINS_DO);
      await neovim.command('let b:zeke_complete = v:false');
      await neovim.input('ow<C-n>');
      await neovim.waitFor(IS_OPEN);
      await neovim.command('let b:zeke_complete = v:true');
      await neovim.input('o');
      await neovim.waitForScreen('wordone(a) … 2 more lines');
      expect(zeke.asks).toHaveLength(1);
      await neovim.input('<F3>');
      await neovim.waitFor('vim.api.nvim_get_current_line() == "wordone"');
      await neovim.input('<F2>');
      await neovim.waitFor('vim.api.nvim_buf_line_count(0) == 6');
      expect(await neovim.lines()).toEqual(['wordone wordtwo', ...GHOST.split('\n'), '', 'below']);
      expect(await neovim.lua(`return ${IS_OPEN}`)).toBe(false);
    });
  }

  it('goes on from the word that a menu has inserted', async () => {
    const { neovim } = await openScene(kind, continueWord);
    await neovim.setLines(WORDS);
    await neovim.input('ow');
    await neovim.waitForScreen('wordone(a)');
    await neovim.input('<C-n>');
    await neovim.waitForScreen('wordone(a) … 2 more lines');
    await neovim.input('<C-n>');
    await neovim.waitForScreen((lines) => lines[1] === 'wordtwo');
    await neovim.input('<C-p>');
    await neovim.waitForScreen('wordone(a) … 2 more lines');
    await neovim.input('<F2>');
    await neovim.waitFor('vim.api.nvim_get_current_line() == "end"');
    expect((await neovim.lines())[1]).toBe('wordone(a)');
  });

  it('waits for a menu, or has all of its lines, where that is wanted', async () => {
    const { neovim } = await openScene(kind, continueWord, {
      completion: 'enabled = true, with_menu = "hide"',
    });
    await neovim.setLines(WORDS);
    await neovim.command(AS_PLUGINS_DO);
    await neovim.input('ow');
    await neovim.waitForScreen('wordone(a)');
    await neovim.input('<C-n>');
    await neovim.waitFor(IS_OPEN);
    await neovim.waitForScreen((lines) => lines[1] === 'w');
    await neovim.input('<C-e>');
    await neovim.waitForScreen((lines) => lines[1] === 'wordone(a)' && lines[3] === 'end');
    await neovim.lua('require("zeke").setup({ completion = { with_menu = "all" } })');
    await neovim.input('<C-n>');
    await neovim.waitFor(IS_OPEN);
    await neovim.waitForScreen((lines) => lines[1] === 'wordone(a)' && lines[5] === 'below');
  });

  it('stays in its row beside a menu, so that nothing goes on beneath that', async () => {
    const { neovim } = await openScene(kind, always('日本日本日本日本日本日本\nmore'));
    await neovim.setLines(['wordone', '()', 'below']);
    await neovim.command('vertical botright new | wincmd p | vertical resize 20');
    await neovim.command(AS_PLUGINS_DO);
    await neovim.input('jaw<C-n>');
    await neovim.waitFor(IS_OPEN);
    await neovim.waitForScreen(
      ([, row, menu]) =>
        row?.startsWith('(w日本日本日本日本…)│') === true && /wordone/.test(menu ?? ''),
    );
    await neovim.input('<C-e>');
    await neovim.waitForScreen((lines) => lines.some((line) => line.includes('more)')));
  });

  if (kind.version !== '0.10.4') {
    it.each(BACKENDS)("stands beside the menu of 'autocomplete' (%s)", async (backend) => {
      const { neovim } = await openScene(kind, continueWord, { backend });
      await neovim.setLines(WORDS);
      await neovim.command('set autocomplete complete=. completeopt=menuone,noselect');
      await neovim.input('o');
      for (const typed of ['w', 'wo', 'wor']) {
        await neovim.input(typed.slice(-1));
        await neovim.waitFor(`vim.api.nvim_get_current_line() == "${typed}"`);
        await neovim.waitFor(IS_OPEN);
        await neovim.waitForScreen('wordone(a) … 2 more lines');
      }
      await neovim.input('<F2>');
      await neovim.waitFor('vim.api.nvim_buf_line_count(0) == 6');
    });

    it('gives way to what a menu has put behind the cursor', async () => {
      const { neovim } = await openScene(kind, continueWord);
      await neovim.setLines(WORDS);
      await neovim.command('set autocomplete complete=. completeopt=menuone,preinsert');
      await neovim.input('ow');
      await neovim.waitFor('vim.fn.preinserted() == 1');
      await neovim.waitForScreen((lines) => lines[1] === 'wordone');
      await neovim.input('<C-e>');
      await neovim.waitForScreen('wordone(a)');
    });
  }

  it('hears of the menus of plugins, and waits for none of them', async () => {
    const { neovim } = await openScene(kind, always('ghost\nmore'));
    // What nvim-cmp and blink.cmp tell other plugins of their menus.
    await neovim.lua(`menu, preview, listeners, has_waited = nil, nil, {}, false
      package.loaded["cmp"] = {
        visible = function() has_waited = true end,
        core = { view = { visible = function() return menu == "cmp" end } },
        get_config = function() return { experimental = { ghost_text = preview == "cmp" } } end,
        event = { on = function(_, name, callback) listeners[name] = callback end },
      }
      package.loaded["blink.cmp"] = {
        is_menu_visible = function() return menu == "blink" end,
        is_ghost_text_visible = function() return preview == "blink" end,
      }
      function set_menu(name, is_previewed)
        local plugin = name or menu
        menu, preview = name, is_previewed and name or nil
        if plugin == "cmp" then
          listeners[name and "menu_opened" or "menu_closed"]()
        else
          local pattern = name and "BlinkCmpMenuOpen" or "BlinkCmpMenuClose"
          vim.api.nvim_exec_autocmds("User", { pattern = pattern })
        end
      end`);
    for (const menu of ['cmp', 'blink']) {
      await neovim.input(`<Esc>:enew!<CR>i${menu} `);
      await neovim.waitForScreen((lines) => lines.slice(0, 2).join('|') === `${menu} ghost|more`);
      await neovim.lua('set_menu(...)', menu);
      await neovim.waitForScreen(`${menu} ghost … 1 more line`);
      await neovim.lua('set_menu(..., true)', menu);
      await neovim.waitForScreen((lines) => lines[0] === menu);
      await neovim.lua('set_menu()');
      await neovim.waitForScreen((lines) => lines.slice(0, 2).join('|') === `${menu} ghost|more`);
    }
    expect(await neovim.lua('return has_waited')).toBe(false);
  });
});
