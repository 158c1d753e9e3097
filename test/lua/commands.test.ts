/** The commands: what plugin/zeke.lua names is what lua/zeke/commands.lua does, and nothing loads early. */
import { expect, it } from 'vitest';
import { describeNeovims } from '../helpers/neovim.ts';

const LOADED = `return vim.tbl_filter(function(name)
  return vim.startswith(name, "zeke")
end, vim.tbl_keys(package.loaded))`;

describeNeovims('the plugin', (kind) => {
  it('loads nothing before it is used, and works without setup', async () => {
    const neovim = await kind.start();
    expect(await neovim.lua(LOADED)).toEqual([]);
    expect(await neovim.lua('return vim.fn.exists(":ZekeChat")')).toBe(2);
  });

  it('loads only its settings in setup()', async () => {
    const neovim = await kind.start({
      init: 'require("zeke").setup({ chat = { layout = "tab" } })',
    });
    const loaded = await neovim.lua<string[]>(LOADED);
    expect(loaded.sort()).toEqual(['zeke', 'zeke.config']);
    expect(await neovim.lua('return require("zeke.config").get().chat.layout')).toBe('tab');
  });

  it('has an alias for every subcommand, and a subcommand for every alias', async () => {
    const neovim = await kind.start();
    const aliases = await neovim.lua<Record<string, string>>(
      `local names = {}
       for name, command in pairs(vim.api.nvim_get_commands({})) do
         names[name] = command.definition
       end
       return names`,
    );
    const named = Object.entries(aliases)
      .filter(([name]) => /^Zeke./.test(name))
      .map(([, definition]) => definition.replace(':Zeke ', ''));
    const table = await neovim.lua<string[]>('return vim.tbl_keys(require("zeke.commands").table)');
    expect(named.sort()).toEqual(table.sort());
  });

  it('completes subcommands and what follows them', async () => {
    const neovim = await kind.start();
    const complete = (line: string) =>
      neovim.lua<string[]>('return vim.fn.getcompletion(..., "cmdline")', line);
    expect(await complete('Zeke acc')).toEqual(['accept', 'accept-all']);
    expect(await complete('Zeke complete o')).toEqual(['off', 'on']);
    expect(await complete('ZekeComplete n')).toEqual(['now']);
  });

  it('says what is no subcommand, and what is no setting', async () => {
    const neovim = await kind.start({
      init: `vim.g.zeke = { chat = { layout = "moon", widht = 3 } }
        said = {}
        vim.notify = function(message) table.insert(said, message) end`,
    });
    await neovim.command('Zeke nonsense');
    await neovim.waitFor('said[1] and said[1]:find("There is no :Zeke nonsense", 1, true)');
    expect(await neovim.lua('return require("zeke.config").get().chat.layout')).toBe('vsplit');
    expect(await neovim.lua('return require("zeke.config").problems()')).toEqual(
      expect.arrayContaining([
        expect.stringContaining('chat.layout must be "vsplit"'),
        'chat.widht is no setting',
      ]),
    );
  });

  it('has a map for every command, and binds no key', async () => {
    const neovim = await kind.start();
    const maps = await neovim.lua<string[]>(
      `return vim.tbl_map(function(map) return map.lhs end, vim.api.nvim_get_keymap("n"))`,
    );
    expect(maps).toContain('<Plug>(zeke-chat)');
    expect(maps.filter((lhs) => !lhs.startsWith('<Plug>') && /zeke/i.test(lhs))).toEqual([]);
  });
});
