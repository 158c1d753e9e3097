/** Settings that people get wrong: each is named at once, and what is right beside it holds. */
import { expect, it } from 'vitest';
import { describeNeovims } from '../helpers/neovim.ts';
import { RECORD_MESSAGES, waitForMessage } from '../helpers/proposals.ts';

/** What is given to setup(), and what is said of it. */
const WRONG: readonly (readonly [opts: string, problem: string])[] = [
  ['"float"', 'what setup() is given must be a table, not "float"'],
  ['{ "float" }', '1 is no setting'],
  ['{ chat = "float" }', 'chat must be a table, not "float"'],
  ['{ chta = { layout = "tab" } }', 'chta is no setting (did you mean chat?)'],
  [
    '{ completion = { modle = "a/b" } }',
    'completion.modle is no setting (did you mean completion.model?)',
  ],
  [
    '{ chat = { width = -5 } }',
    'chat.width must be a number of columns, or a share of the screen below 1, not -5',
  ],
  ['{ chat = { height = 0 / 0 } }', 'chat.height must be a number of lines'],
  [
    '{ completion = { debounce_ms = 1.5 } }',
    'completion.debounce_ms must be a whole number of milliseconds',
  ],
  [
    '{ completion = { max_lines = 0 } }',
    'completion.max_lines must be a whole number from 1, not 0',
  ],
  [
    '{ completion = { filetypes = { "lua" } } }',
    'completion.filetypes must be a table of filetypes',
  ],
  [
    '{ completion = { model = "fast" } }',
    'completion.model must be a string such as "provider/model", not "fast"',
  ],
  ['{ binary = {} }', 'binary must be a program, or a list of a program and its arguments, not {}'],
  [
    '{ binary = { "zeke", 3 } }',
    'binary must be a program, or a list of a program and its arguments',
  ],
];

describeNeovims('settings', (kind) => {
  it('that are wrong are named by setup(), once, and their defaults hold', async () => {
    const neovim = await kind.start({ init: RECORD_MESSAGES });
    const defaults = await neovim.lua('return require("zeke.config").get()');
    for (const [opts, problem] of WRONG) {
      await neovim.lua(`said = {} require("zeke").setup(${opts})`);
      await waitForMessage(neovim, problem);
      expect(await neovim.lua('return require("zeke.config").get()')).toEqual(defaults);
      await neovim.lua(`require("zeke").setup(${opts})`);
      await neovim.command('Zeke accept');
      await waitForMessage(neovim, 'No change is proposed here.');
      expect(await neovim.lua('return #said')).toBe(2);
    }
  });

  it('that are right hold beside one that is wrong', async () => {
    const neovim = await kind.start({
      init: `${RECORD_MESSAGES}
        require("zeke").setup({ chat = { layout = "tab", width = "wide" }, notify = false })`,
    });
    await waitForMessage(neovim, 'chat.width must be a number');
    expect(
      await neovim.lua(`local config = require("zeke.config").get()
        return { config.chat.layout, config.chat.width, config.notify }`),
    ).toEqual(['tab', 0.4, false]);
  });

  it('are taken of vim.g.zeke, which may be set after setup(), and never end in an error', async () => {
    const neovim = await kind.start({
      init: `${RECORD_MESSAGES}
        require("zeke").setup({ chat = { width = 30 } })
        vim.g.zeke = function() return { chat = { layout = "split", width = 20 } } end`,
    });
    expect(
      await neovim.lua(`local chat = require("zeke.config").get().chat
        return { chat.layout, chat.width }`),
    ).toEqual(['split', 30]);
    for (const [value, problem] of [
      ['3', 'vim.g.zeke must be a table, not 3'],
      ['function() return 3 end', 'what vim.g.zeke returns must be a table, not 3'],
      ['function() error("boom") end', 'the function vim.g.zeke failed:'],
    ] as const) {
      await neovim.lua(`vim.g.zeke = ${value} require("zeke").setup()`);
      await waitForMessage(neovim, problem);
      expect(await neovim.lua('return require("zeke.config").get().chat.layout')).toBe('vsplit');
    }
  });
});
