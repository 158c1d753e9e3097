/** The statusline: what is known already, and nothing that has to be waited for. */
import { expect, it } from 'vitest';
import { describeNeovims, type NeovimKind } from '../helpers/neovim.ts';
import type { Neovim } from '../helpers/neovim-process.ts';
import { RECORD_MESSAGES } from '../helpers/proposals.ts';
import { type AnswerAsk, startScriptedZeke } from '../helpers/scripted-zeke.ts';
import { ALONE, Conversation } from './conversation.ts';

const TEXT = 'return require("zeke").statusline()';
const SHOWN = `vim.o.laststatus = 2
  vim.o.statusline = "[%{%v:lua.require'zeke'.statusline()%}]"`;
const CLIENTS = [
  { id: 'test', name: 'neovim', isHost: false },
  { id: 'x', name: 'terminal', isHost: true },
];

async function openJoined(kind: NeovimKind, answer: AnswerAsk, more = '') {
  const zeke = await startScriptedZeke(answer);
  const init = `${RECORD_MESSAGES}\n${SHOWN}\n${more}`;
  const neovim = await kind.start({ home: zeke.home, init });
  await neovim.lua('require("zeke.rpc").join()');
  await neovim.waitFor('require("zeke.rpc").is_joined()');
  await tellClients(neovim);
  return { zeke, neovim, conversation: new Conversation(neovim) };
}

async function tellClients(neovim: Neovim): Promise<void> {
  await neovim.lua('require("zeke.rpc").receive("clients", ...)', JSON.stringify(CLIENTS));
}

const size: AnswerAsk = (ask) => {
  if (ask.service === 'context-use') ask.answer({ tokens: 12_345, contextTokens: 200_000 });
};

describeNeovims('the statusline', (kind) => {
  it('is empty, and loads nothing but itself, while no conversation is known', async () => {
    const neovim = await kind.start({ init: ALONE });
    expect(await neovim.lua(TEXT)).toBe('');
    const loaded = `return vim.tbl_filter(function(name)
      return vim.startswith(name, "zeke")
    end, vim.tbl_keys(package.loaded))`;
    expect((await neovim.lua<string[]>(loaded)).sort()).toEqual(['zeke', 'zeke.statusline']);
  });

  it('shows model, context, cost, what is done and who is there, as it changes', async () => {
    const { zeke, neovim, conversation } = await openJoined(kind, size);
    await conversation.replace([], { model: 'test/odd%name' });
    await neovim.waitForScreen('[odd%name · 12k/200k · ⇄ 2]');
    expect(await neovim.lua(TEXT)).toBe('odd%%name · 12k/200k · ⇄ 2');
    await conversation.begin('Hello');
    await neovim.waitForScreen('[odd%name · 12k/200k · answering… · ⇄ 2]');
    await conversation.tell({
      type: 'usage',
      inputTokens: 1,
      outputTokens: 1,
      cachedTokens: 0,
      reasoningTokens: 0,
      costUsd: 0.0123,
    });
    await neovim.waitForScreen('$0.0123 · answering…');
    await conversation.tell({
      type: 'approval-request',
      id: 'a',
      callId: 'c',
      tool: 'run_command',
      title: 'Run',
      detail: { type: 'command', text: 'ls' },
      scope: 'ls',
    });
    await neovim.waitForScreen('⚠ approval');
    await neovim.command('ZekeComplete off');
    expect(await neovim.lua('return require("zeke.statusline").get()')).toMatchObject({
      model: 'test/odd%name',
      context: { used: 12_345, size: 200_000 },
      cost: 0.0123,
      busy: 'answer',
      clients: 2,
      approval: true,
      completion: false,
    });
    const asked = zeke.asks.length;
    await conversation.end();
    await zeke.asked(asked + 1);
    await neovim.waitForScreen('[odd%name · 12k/200k · $0.0123 · ⇄ 2]');
  });

  it('never waits for an answer, and has a plain form', async () => {
    const plain = 'vim.g.zeke = { statusline = { icons = false } }';
    const { neovim, conversation } = await openJoined(kind, () => undefined, plain);
    await conversation.replace();
    await conversation.begin('Hello');
    await neovim.waitForScreen('[one | answering... | 2 attached]');
  });

  it('says that a review runs', async () => {
    const { neovim, conversation } = await openJoined(kind, size);
    await conversation.replace();
    await neovim.waitForScreen('12k/200k');
    await neovim.command('ZekeReview');
    await neovim.waitForScreen('reviewing…');
    await neovim.command('ZekeStop');
    await neovim.waitForScreen('[one · 12k/200k · ⇄ 2]');
  });

  it('has the names of zeke.nvim', async () => {
    const { neovim, conversation } = await openJoined(kind, size);
    await conversation.replace([], { model: 'test/odd%name' });
    await neovim.waitForScreen('12k/200k');
    await conversation.begin('Hello');
    await neovim.waitForScreen('answering…');
    expect(
      await neovim.lua(`return vim.tbl_map(function(part)
        return part()
      end, require("zeke.statusline").get_lualine_components())`),
    ).toEqual(['odd%%name', '12k/200k', 'answering…']);
    await neovim.lua(`package.loaded.lualine = {
      get_config = function() return { sections = { lualine_x = { "filetype" } } } end,
      setup = function(config) given = config.sections.lualine_x end,
    }
    require("zeke.statusline").setup_lualine()`);
    expect(await neovim.lua('return given')).toEqual(['zeke', 'filetype']);
  });

  it('is a component of lualine that is drawn anew when it changes', async () => {
    // What a component of lualine needs of lualine: a class to extend, and somebody to call.
    const lualine = `
      package.preload["lualine.component"] = function()
        local Component = { super = { init = function() end } }
        function Component:extend() return setmetatable({ super = self.super }, { __index = self }) end
        return Component
      end
      package.preload["lualine"] = function()
        return { refresh = function() refreshed = (refreshed or 0) + 1 end }
      end`;
    const { neovim, conversation } = await openJoined(kind, size, lualine);
    await conversation.replace();
    await neovim.waitForScreen('12k/200k');
    await neovim.lua('component = require("lualine.components.zeke") component:init({})');
    expect(await neovim.lua('return component:update_status()')).toBe('one · 12k/200k · ⇄ 2');
    await conversation.begin('Hello');
    await neovim.waitFor('refreshed');
  });
});
