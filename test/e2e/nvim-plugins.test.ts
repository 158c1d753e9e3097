/**
 * Zeke beside the plugins that people have: those whose checkouts stand in the folder that
 * `ZEKE_TEST_PLUGINS` names, each under its own name (`blink.cmp`, `nvim-cmp` …). What is not there is
 * skipped, and what Zeke expects of them is tested without them elsewhere.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, type TestContext } from 'vitest';
import { describeNeovims, type NeovimKind } from '../helpers/neovim.ts';
import type { Neovim } from '../helpers/neovim-process.ts';
import { type AnswerAsk, type ScriptedZeke, startScriptedZeke } from '../helpers/scripted-zeke.ts';
import { PROJECT_ROOT } from '../helpers/zeke.ts';
import { Conversation } from '../lua/conversation.ts';

const FOLDER = process.env.ZEKE_TEST_PLUGINS ?? '';

interface Plugin {
  /** Folders that have to be there. */
  readonly needs: readonly string[];
  /** Lua that sets it up. */
  readonly setup: string;
  /** Lua that is true where it works with this Neovim. */
  readonly worksIf?: string;
  readonly program?: string;
  /** The mode in which its list takes keys, where it is not in it at once. */
  readonly mode?: string;
}

/** Each with the recipe of `:help zeke-completion-menus` that gives `<Tab>` to ghost text first. */
const MENUS: Readonly<Record<string, Plugin & { readonly accept: string }>> = {
  'blink.cmp': {
    needs: ['blink.cmp'],
    setup: `require("blink.cmp").setup({
        fuzzy = { implementation = "lua" },
        keymap = {
          ["<Tab>"] = {
            function() return require("zeke.complete").accept() end,
            "select_next", "snippet_forward", "fallback",
          },
        },
      })`,
    accept: '<C-y>',
  },
  'nvim-cmp': {
    needs: ['nvim-cmp', 'cmp-nvim-lsp'],
    setup: `require("cmp_nvim_lsp").setup()
      local cmp = require("cmp")
      cmp.setup({
        mapping = cmp.mapping.preset.insert({
          ["<C-y>"] = cmp.mapping.confirm({ select = true }),
          ["<Tab>"] = cmp.mapping(function(fallback)
            if require("zeke.complete").accept() then return end
            if cmp.visible() then cmp.select_next_item() else fallback() end
          end, { "i" }),
        }),
        sources = { { name = "nvim_lsp" } },
      })`,
    accept: '<C-y>',
  },
  'mini.completion': {
    needs: ['mini.nvim'],
    setup: `require("mini.completion").setup({})
      vim.keymap.set("i", "<Tab>", function()
        if require("zeke.complete").accept() then return "" end
        return vim.fn.pumvisible() == 1 and "<C-n>" or "<Tab>"
      end, { expr = true })`,
    accept: '<C-n><C-y>',
  },
};
const PICKERS: Readonly<Record<string, Plugin>> = {
  telescope: {
    needs: ['telescope.nvim', 'plenary.nvim', 'telescope-ui-select.nvim'],
    setup: 'require("telescope").load_extension("ui-select")',
    worksIf: 'vim.fn.has("nvim-0.11") == 1',
    mode: 'insert',
  },
  'snacks.picker': {
    needs: ['snacks.nvim'],
    setup: 'require("snacks").setup({ picker = { ui_select = true } })',
  },
  'fzf-lua': {
    needs: ['fzf-lua'],
    setup: 'require("fzf-lua").setup({}) require("fzf-lua").register_ui_select()',
    program: 'fzf',
  },
  'mini.pick': {
    needs: ['mini.nvim'],
    setup: 'require("mini.pick").setup({}) vim.ui.select = MiniPick.ui_select',
  },
};

const answerAll: AnswerAsk = (ask) => {
  if (ask.service === 'files') {
    const paths = ['src/main.lua', 'docs/main page.md'];
    ask.answer({ paths: paths.filter((path) => path.startsWith(String(ask.params.pattern))) });
  }
  if (ask.service === 'models') {
    ask.answer({ models: ['one/first', 'two/second'].map((ref) => ({ ref, label: ref })) });
  }
  if (ask.service === 'complete') {
    ask.answer({ items: ['ghost\ntext'], model: 'test/model', costUsd: 0, isCached: false });
  }
};

/** Why a plugin cannot be tested here. */
function whyNot({ needs, program }: Plugin): string | undefined {
  const missing = needs.filter((name) => !existsSync(join(FOLDER, name)));
  if (missing.length > 0) return `${FOLDER} has no ${missing.join(', ')}`;
  const isThere = program === undefined || spawnSync(program, ['--version']).status === 0;
  return isThere ? undefined : `${program} is not installed`;
}

/** Starts a Neovim with the plugin, or skips the test with the reason. */
async function startWith(
  kind: NeovimKind,
  plugin: Plugin,
  skip: TestContext['skip'],
): Promise<{ neovim: Neovim; zeke: ScriptedZeke }> {
  const problem = whyNot(plugin);
  if (problem !== undefined) return skip(problem);
  const zeke = await startScriptedZeke(answerAll);
  const paths = plugin.needs.map((name) => JSON.stringify(join(FOLDER, name))).join(', ');
  const neovim = await kind.start({
    home: zeke.home,
    width: 110,
    height: 30,
    init: `vim.g.zeke = { completion = { enabled = true, debounce_ms = 1 } }
      said = {}
      vim.notify = function(message) table.insert(said, message) end
      if ${plugin.worksIf ?? 'true'} then
        for _, path in ipairs({ ${paths} }) do vim.opt.runtimepath:append(path) end
        ${plugin.setup}
      else
        works_not = true
      end`,
  });
  if (await neovim.lua('return works_not')) return skip('it needs a newer Neovim');
  return { neovim, zeke };
}

/** One key after the other, as a person does: plugins wait for a pause. */
async function type(neovim: Neovim, text: string): Promise<void> {
  for (const key of text) {
    const before = await neovim.lua<number>('return vim.b.changedtick');
    await neovim.input(key);
    await neovim.waitFor(`vim.b.changedtick > ${before}`);
  }
}

/** True once the menu is that of the last key. */
function hasOneLeft(lines: readonly string[]): boolean {
  const text = lines.join();
  return text.includes('@src/main.lua') && !text.includes('main page');
}

const NAME = 'with the plugins that people have';
if (FOLDER === '') {
  it(NAME, ({ skip }) => skip('ZEKE_TEST_PLUGINS names no folder with checkouts of them'));
} else describeNeovims(NAME, testPlugins);

function testPlugins(kind: NeovimKind): void {
  it.for(Object.entries(MENUS))(
    'one menu completes in the prompt: %s',
    async ([, plugin], context) => {
      const { neovim } = await startWith(kind, plugin, context.skip);
      await neovim.command('ZekeChat');
      await neovim.waitFor('#vim.lsp.get_clients({ bufnr = 0, name = "zeke-prompt" }) == 1');
      await neovim.waitFor('require("zeke.rpc").is_joined()');
      await neovim.input('<Esc>i');
      await neovim.waitFor('vim.api.nvim_get_mode().mode == "i"');
      await type(neovim, 'Look at @s');
      await neovim.waitForScreen(hasOneLeft);
      const isEntry = (line: string) => line.includes('@src/main.lua');
      expect(neovim.screen().filter(isEntry)).toHaveLength(1);
      await neovim.input(plugin.accept);
      await neovim.waitFor('vim.api.nvim_get_current_line() == "Look at @src/main.lua"');
      await type(neovim, ' and #dif');
      await neovim.waitForScreen((lines) => lines.some((line) => /#diff\b/.test(line)));
      await neovim.input(plugin.accept);
      await neovim.waitFor('vim.api.nvim_get_current_line() == "Look at @src/main.lua and #diff"');
      expect(await neovim.messages()).toBe('');
    },
  );

  it.for(Object.entries(MENUS))(
    'ghost text waits for its menu: %s',
    async ([, plugin], context) => {
      const { neovim } = await startWith(kind, plugin, context.skip);
      await neovim.lua('require("zeke").setup({ completion = { with_menu = "hide" } })');
      await neovim.command('enew | setlocal filetype=zeke-prompt buftype=');
      await neovim.input('i');
      await neovim.waitFor('vim.api.nvim_get_mode().mode == "i"');
      await type(neovim, 'see ');
      await neovim.waitForScreen('see ghost');
      await type(neovim, '@s');
      await neovim.waitForScreen(hasOneLeft);
      await neovim.waitForScreen((lines) => !lines.join().includes('ghost'));
      // A menu that still waits for an answer opens once more.
      await neovim.waitFor(async () => {
        if (hasOneLeft(neovim.screen())) await neovim.input('<C-e>');
        return neovim.find('see @sghost') !== undefined;
      });
      expect(await neovim.messages()).toBe('');
    },
  );

  it.for(Object.entries(MENUS))(
    'ghost text stands beside its menu, and one key serves both: %s',
    async ([, plugin], context) => {
      const { neovim } = await startWith(kind, plugin, context.skip);
      await neovim.command('enew | setlocal filetype=zeke-prompt buftype=');
      await neovim.input('i');
      await neovim.waitFor('vim.api.nvim_get_mode().mode == "i"');
      await type(neovim, 'see @s');
      const isBeside = (lines: readonly string[]) =>
        hasOneLeft(lines) && lines[0] === 'see @sghost … 1 more line' && !lines.includes('text');
      await neovim.waitForScreen(isBeside);
      await neovim.input('<Tab>');
      await neovim.waitFor(
        'vim.deep_equal(vim.api.nvim_buf_get_lines(0, 0, -1, false), { "see @sghost", "text" })',
      );
      // Without ghost text the key is the menu's.
      await neovim.lua('vim.b.zeke_complete = false');
      await neovim.input('<Esc>');
      await neovim.waitFor('vim.api.nvim_get_mode().mode == "n"');
      await neovim.input('o');
      await type(neovim, '@s');
      await neovim.waitForScreen(hasOneLeft);
      await neovim.input(`<Tab>${plugin.accept.replace('<C-n>', '')}`);
      await neovim.waitFor('vim.api.nvim_get_current_line() == "@src/main.lua"');
      expect(await neovim.messages()).toBe('');
    },
  );

  it.for(Object.entries(PICKERS))('it picks a model: %s', async ([, plugin], context) => {
    const { neovim, zeke } = await startWith(kind, plugin, context.skip);
    await neovim.lua('require("zeke.rpc").join()');
    await neovim.waitFor('require("zeke.rpc").is_joined()');
    await new Conversation(neovim).replace();
    await neovim.command('ZekeModels');
    await neovim.waitForScreen('one/first');
    await neovim.waitForScreen('two/second');
    await neovim.waitForScreen(() => plugin.mode === undefined || neovim.mode === plugin.mode);
    await neovim.input('second');
    await neovim.waitForScreen((lines) => !lines.join().includes('one/first'));
    await neovim.input('<CR>');
    await neovim.waitFor(() => zeke.ops.length > 0);
    expect(zeke.ops).toEqual([{ type: 'switch-model', model: 'two/second' }]);
  });

  it('lualine shows the statusline when it changes', async ({ skip }) => {
    const lualine = {
      needs: ['lualine.nvim'],
      setup: 'require("lualine").setup({ sections = { lualine_x = { "zeke" } } })',
    };
    const { neovim } = await startWith(kind, lualine, skip);
    await neovim.lua(`require("zeke.statusline").text = function() return "a model" end
      vim.api.nvim_exec_autocmds("User", { pattern = "ZekeStatus" })`);
    await neovim.waitForScreen('a model');
    expect(await neovim.messages()).toBe('');
  });

  it('lazy.nvim loads it by a command and by a key', async ({ skip }) => {
    const problem = whyNot({ needs: ['lazy.nvim'], setup: '' });
    if (problem !== undefined) return skip(problem);
    const init = `vim.g.zeke = { completion = { enabled = false } }
      vim.opt.runtimepath:prepend(${JSON.stringify(join(FOLDER, 'lazy.nvim'))})
      require("lazy").setup({
        { dir = ${JSON.stringify(PROJECT_ROOT.replace(/\/$/, ''))}, name = "zeke", cmd = { "ZekeChat" },
          keys = { { "<F2>", "<Plug>(zeke-chat)" } } },
      }, { rocks = { enabled = false }, install = { missing = false } })`;
    for (const keys of [':ZekeChat<CR>', '<F2>']) {
      const { home } = await startScriptedZeke(answerAll);
      const neovim = await kind.start({ home, init, isClean: false });
      expect(await neovim.lua('return vim.g.loaded_zeke')).toBeNull();
      await neovim.input(keys);
      await neovim.waitFor('vim.bo.filetype == "zeke-prompt"');
      await neovim.waitFor('require("zeke.rpc").is_joined()');
    }
  });
}
