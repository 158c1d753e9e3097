/** The commands: what plugin/zeke.lua names is what lua/zeke/commands.lua does, and nothing loads early. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeNeovims } from '../helpers/neovim.ts';
import { RECORD_MESSAGES, waitForMessage } from '../helpers/proposals.ts';

/** What a user of zeke.nvim types, and what it is here. */
const KNOWN = {
  ZekeAddFile: 'add',
  ZekeChatPanel: 'chat',
  ZekeCode: 'chat',
  ZekeCodeClose: 'close',
  ZekeCodeSave: 'rename',
  ZekeCurrentModel: 'status',
  ZekeDiffAccept: 'accept-all',
  ZekeExplainCode: 'explain',
  ZekeExplainDiagnostic: 'explain-diagnostic',
  ZekeFixCode: 'fix',
  ZekeGenerateTests: 'tests',
  ZekeModelPrev: 'model-previous',
  ZekeModels: 'models',
  ZekeProviderSet: 'models',
  ZekeTokens: 'cost',
  ZekeToggleChat: 'toggle',
};

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

  it('has an alias for every subcommand, and a subcommand for every other name', async () => {
    const neovim = await kind.start();
    const named = await neovim.lua<Record<string, string>>(
      `local names = {}
       for name, command in pairs(vim.api.nvim_get_commands({})) do
         names[name] = vim.startswith(name, "Zeke") and command.definition or nil
       end
       return names`,
    );
    const { Zeke, ...aliases } = named;
    expect(Zeke).toBeDefined();
    const meant = Object.values(aliases).map((definition) => definition.replace(':Zeke ', ''));
    const table = await neovim.lua<string[]>('return vim.tbl_keys(require("zeke.commands").table)');
    expect([...new Set(meant)].sort()).toEqual([...table].sort());
    const plain = table.map(
      (name) => `Zeke${name.replace(/(?:^|-)(.)/g, (_, c) => c.toUpperCase())}`,
    );
    expect(Object.keys(aliases)).toEqual(expect.arrayContaining(plain));
    for (const [name, meaning] of Object.entries(KNOWN))
      expect(named[name]).toBe(`:Zeke ${meaning}`);
  });

  it('completes subcommands and what follows them', async () => {
    const neovim = await kind.start();
    const complete = (line: string) =>
      neovim.lua<string[]>('return vim.fn.getcompletion(..., "cmdline")', line);
    expect(await complete('Zeke acc')).toEqual(['accept', 'accept-all']);
    expect(await complete('Zeke complete o')).toEqual(['off', 'on']);
    expect(await complete('ZekeComplete n')).toEqual(['now']);
    expect(await complete('Zeke complete on ')).toEqual([]);
    expect(await complete("silent '<,'>Zeke analyze s")).toEqual(['security']);
    expect(await complete('Zeke! rev')).toEqual(['review']);
    expect(await complete('Zeke stop ')).toEqual([]);
  });

  it('completes files and what else a message may name', async () => {
    const neovim = await kind.start();
    const { project } = neovim.home;
    mkdirSync(join(project, 'src'));
    for (const name of ['src/a b.ts', 'src/app.ts', '.env']) writeFileSync(join(project, name), '');
    const complete = (line: string) =>
      neovim.lua<string[]>('return vim.fn.getcompletion(..., "cmdline")', line);
    expect(await complete('ZekeChat what is @src/')).toEqual(['@src/a b.ts', '@src/app.ts']);
    expect(await complete('Zeke chat #sel')).toEqual(['#selection']);
    expect(await complete('ZekeAdd s')).toEqual(['src/']);
    expect(await complete('ZekeAdd .e')).toEqual([]);
    expect(await complete('ZekeChat plain')).toEqual([]);
  });

  it('lets other commands follow where no text is taken, and refuses what it does not take', async () => {
    const neovim = await kind.start({ init: RECORD_MESSAGES });
    await neovim.command('ZekeAccept | let g:first = 1');
    await neovim.command('Zeke accept | let g:second = 1');
    await neovim.command('Zeke complete off|let g:third = 1');
    expect(await neovim.lua('return { vim.g.first, vim.g.second, vim.g.third }')).toEqual([
      1, 1, 1,
    ]);
    await expect(neovim.command('ZekeAccept that')).rejects.toThrow('E488');
    await expect(neovim.command('ZekeStop!')).rejects.toThrow('E477');
    await neovim.command('Zeke accept that');
    await waitForMessage(neovim, ':Zeke accept takes no argument: that');
    await neovim.command('Zeke! stop');
    await waitForMessage(neovim, ':Zeke stop takes no !');
  });

  it('says what is no subcommand, and what is no setting', async () => {
    const neovim = await kind.start({
      init: `vim.g.zeke = { chat = { layout = "moon", widht = 3 } }
        ${RECORD_MESSAGES}`,
    });
    await neovim.command('Zeke nonsense');
    await waitForMessage(neovim, 'There is no :Zeke nonsense. See :help zeke-commands.');
    await neovim.command('Zeke rewiev');
    await waitForMessage(neovim, 'There is no :Zeke rewiev. Did you mean review?');
    expect(await neovim.lua('return require("zeke.config").get().chat.layout')).toBe('vsplit');
    expect(await neovim.lua('return require("zeke.config").problems()')).toEqual(
      expect.arrayContaining([
        expect.stringContaining('chat.layout must be "vsplit"'),
        'chat.widht is no setting (did you mean chat.width?)',
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

  it('has maps that go on typing, and one that takes the selection along', async () => {
    const neovim = await kind.start({
      init: `package.preload["zeke.commands"] = function()
          return { run = function(name, ctx) ran = { name, ctx.range or false, vim.fn.mode() } end }
        end
        vim.keymap.set({ "n", "x", "i" }, "<F2>", "<Plug>(zeke-chat)")`,
    });
    await neovim.setLines(['one', 'two', 'three']);
    await neovim.input('<F2>');
    expect(await neovim.waitFor('ran')).toEqual(['chat', false, 'n']);
    await neovim.lua('ran = nil');
    await neovim.input('jVj<F2>');
    expect(await neovim.waitFor('ran')).toEqual(['chat', { first: 2, last: 3 }, 'n']);
    await neovim.lua('ran = nil');
    await neovim.input('i<F2>');
    expect(await neovim.waitFor('ran')).toEqual(['chat', false, 'i']);
  });
});
