/** Highlight groups: there after whatever happens to colours, never over what the user wants, and legible. */
import { expect, it } from 'vitest';
import { contrast } from '../helpers/contrast.ts';
import { describeNeovims } from '../helpers/neovim.ts';

const LINKS = `local links = {}
  for name in pairs(require("zeke.highlights").links) do
    links[name] = vim.api.nvim_get_hl(0, { name = name }).link
  end
  return links`;
/** Each group's colours as they are drawn, over those of Normal. */
const COLOURS = `local normal = vim.api.nvim_get_hl(0, { name = "Normal" })
  local colours = {}
  for name in pairs(require("zeke.highlights").links) do
    local hl = vim.api.nvim_get_hl(0, { name = name, link = false })
    colours[name] = { fg = hl.fg or normal.fg, bg = hl.bg or normal.bg }
  end
  return colours`;
/** What a reader needs at least of large or unimportant text (WCAG). */
const LEAST = 3;

function rgb(colour: number) {
  return { r: colour >> 16, g: (colour >> 8) & 255, b: colour & 255 };
}

describeNeovims('highlight groups', (kind) => {
  it('survive :hi clear and :colorscheme, and give way to the user', async () => {
    const neovim = await kind.start({
      init: `vim.api.nvim_create_autocmd("ColorScheme", { callback = function()
        vim.api.nvim_set_hl(0, "ZekeUser", { link = "Error" })
      end })
      vim.cmd("highlight ZekeGhost guifg=#123456")`,
    });
    await neovim.lua('require("zeke.highlights").setup()');
    const links = await neovim.lua('return require("zeke.highlights").links');
    const { ZekeGhost: _, ...rest } = links as Record<string, string>;
    expect(await neovim.lua(LINKS)).toEqual(rest);
    for (const command of ['highlight clear', 'colorscheme habamax', 'set background=light']) {
      await neovim.command(command);
      expect(await neovim.lua(LINKS)).toMatchObject({ ZekeAdded: 'DiffAdd', ZekeMuted: 'Comment' });
    }
    expect(await neovim.lua(LINKS)).toHaveProperty('ZekeUser', 'Error');
  });

  it.each(['dark', 'light'])('can be read on %s', async (background) => {
    const neovim = await kind.start();
    await neovim.command(`set termguicolors background=${background}`);
    await neovim.lua('require("zeke.highlights").setup()');
    const colours = await neovim.lua<Record<string, { fg: number; bg: number }>>(COLOURS);
    const faint = Object.entries(colours)
      .map(([name, { fg, bg }]) => ({ name, ratio: contrast(rgb(fg), rgb(bg)) }))
      .filter(({ ratio }) => ratio < LEAST);
    expect(faint).toEqual([]);
  });
});
