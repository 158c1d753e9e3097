/** What a person has who installed the plugin and never used it: commands and maps, and nothing else. */
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { describeNeovims, type NeovimKind } from '../helpers/neovim.ts';
import type { Neovim } from '../helpers/neovim-process.ts';
import { createTestHome, PROJECT_ROOT } from '../helpers/zeke.ts';

const LOADED = `return vim.tbl_filter(function(name)
  return name == "zeke" or vim.startswith(name, "zeke.")
end, vim.tbl_keys(package.loaded))`;

/** Starts one as a person does, with the plugin in a package that Neovim loads by itself. */
async function startInstalled(kind: NeovimKind, init = ''): Promise<Neovim> {
  const home = createTestHome();
  onTestFinished(() => home.remove());
  const start = join(home.dir, 'xdg/data/nvim/site/pack/plugins/start');
  mkdirSync(start, { recursive: true });
  symlinkSync(PROJECT_ROOT, join(start, 'zeke'));
  return kind.start({ home, init, isClean: false });
}

describeNeovims('an installed plugin', (kind) => {
  it('has its commands and loads no module', async () => {
    const neovim = await startInstalled(kind);
    expect(await neovim.lua('return vim.fn.exists(":ZekeChat")')).toBe(2);
    expect(await neovim.lua(LOADED)).toEqual([]);
    expect(await neovim.messages()).toBe('');
  });

  it('loads only its settings in setup(), maps no key and starts no process', async () => {
    const neovim = await startInstalled(kind, 'require("zeke").setup({})');
    expect((await neovim.lua<string[]>(LOADED)).sort()).toEqual(['zeke', 'zeke.config']);
    expect(
      await neovim.lua(`local keys = {}
        for _, mode in ipairs({ "n", "x", "s", "o", "i", "c", "t" }) do
          for _, map in ipairs(vim.api.nvim_get_keymap(mode)) do
            local is_ours = (map.desc or ""):find("Zeke") or (map.rhs or ""):find("zeke")
            if is_ours and not vim.startswith(map.lhs, "<Plug>") then
              keys[#keys + 1] = mode .. map.lhs
            end
          end
        end
        return keys`),
    ).toEqual([]);
    expect(await neovim.lua('return vim.api.nvim_get_proc_children(vim.fn.getpid())')).toEqual([]);
  });

  it('is read once, however often it is on the runtimepath', async () => {
    const neovim = await startInstalled(kind);
    await neovim.lua('vim.cmd.source(...)', join(PROJECT_ROOT, 'plugin/zeke.lua'));
    expect(await neovim.messages()).toBe('');
  });
});
