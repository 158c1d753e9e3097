/** Models and conversations: commands, completion, and what is given to `vim.ui.select`. */
import { expect, it } from 'vitest';
import { describeNeovims, type NeovimKind } from '../helpers/neovim.ts';
import type { Neovim } from '../helpers/neovim-process.ts';
import { RECORD_MESSAGES, waitForMessage } from '../helpers/proposals.ts';
import { type AnswerAsk, type ScriptedZeke, startScriptedZeke } from '../helpers/scripted-zeke.ts';
import { Conversation } from './conversation.ts';

/** Records every list and chooses `wanted` of it, an item's text; nothing is chosen where it is missing. */
const RECORD_LISTS = `
  lists = {}
  vim.ui.select = function(items, opts, on_choice)
    local shown = {}
    for index, item in ipairs(items) do
      shown[index] = (opts.format_item(item))
    end
    table.insert(lists, { kind = opts.kind, shown = shown })
    for index, text in ipairs(shown) do
      if wanted and text:find(wanted, 1, true) then
        return on_choice(items[index], index)
      end
    end
    on_choice(nil)
  end`;

const MODELS = [
  {
    ref: 'test/one',
    label: 'One',
    contextTokens: 200_000,
    price: '$3/$15 per 1M',
    capabilities: ['tools', 'images'],
  },
  { ref: 'other/a-second-one', label: 'Second' },
];
const sessions = () => [
  { id: 's2', title: 'Older', updatedAt: 1000, turnCount: 1, isOpen: true },
  { id: 's1', title: 'A\u001b[2J title', updatedAt: Date.now(), turnCount: 12, isOpen: true },
  { id: 's3', title: '', updatedAt: 500, turnCount: 0, problem: 'a damaged journal' },
];
const answers: AnswerAsk = (ask) => {
  if (ask.service === 'models') {
    ask.report({ models: MODELS.slice(0, 1) });
    ask.answer({ models: MODELS });
  } else if (ask.service === 'sessions') ask.answer({ sessions: sessions() });
  else if (ask.service === 'search-sessions')
    ask.answer({ hits: [{ id: 's2', excerpt: 'Older' }] });
  else if (ask.service === 'export-session') ask.answer({ path: '/tmp/title.md' });
  else if (ask.service === 'delete-session') ask.answer({});
};

interface List {
  readonly kind: string;
  readonly shown: readonly string[];
}
interface Scene {
  readonly neovim: Neovim;
  readonly zeke: ScriptedZeke;
  /** Waits for the list of that number, from 1. */
  list(number: number): Promise<List>;
}

async function open(kind: NeovimKind, answer = answers): Promise<Scene> {
  const zeke = await startScriptedZeke(answer);
  const init = `${RECORD_MESSAGES}\n${RECORD_LISTS}`;
  const neovim = await kind.start({ home: zeke.home, init });
  await neovim.lua('require("zeke.rpc").join()');
  await neovim.waitFor('require("zeke.rpc").is_joined()');
  await new Conversation(neovim).replace();
  const list = (number: number) => neovim.waitFor<List>(`lists[${number}]`);
  return { neovim, zeke, list };
}

describeNeovims('models', (kind) => {
  it('are chosen from a list that says what they can do and cost', async () => {
    const { neovim, zeke, list } = await open(kind);
    await neovim.lua('wanted = "second"');
    await neovim.command('ZekeModels');
    expect(await list(1)).toEqual({
      kind: 'zeke_model',
      shown: [
        '  other/a-second-one',
        '● test/one            200k context  $3/$15 per 1M  tools, images',
      ],
    });
    await waitForMessage(neovim, 'The model is other/a-second-one now.');
    expect(zeke.ops).toEqual([{ type: 'switch-model', model: 'other/a-second-one' }]);
    await neovim.command('ZekeModel');
    await list(2);
    expect(zeke.asks.filter(({ service }) => service === 'models')).toHaveLength(1);
  });

  it('are switched by name, which is completed', async () => {
    const { neovim, zeke } = await open(kind);
    // The first <Tab> waits for the list a moment only, which may not do on a busy machine.
    await neovim.waitFor('#vim.fn.getcompletion("ZekeModel ", "cmdline") == 2');
    expect(await neovim.lua('return vim.fn.getcompletion("ZekeModel ", "cmdline")')).toEqual([
      'other/a-second-one',
      'test/one',
    ]);
    expect(await neovim.lua('return vim.fn.getcompletion("Zeke model t", "cmdline")')).toEqual([
      'test/one',
    ]);
    await neovim.command('ZekeModel test/one');
    await waitForMessage(neovim, 'The model is test/one now.');
    expect(zeke.ops).toEqual([{ type: 'switch-model', model: 'test/one' }]);
    await neovim.command('ZekeModel one');
    await waitForMessage(
      neovim,
      '“one” is no provider/model. Did you mean test/one, other/a-second-one?',
    );
    await neovim.command('ZekeModel secnd');
    await waitForMessage(neovim, '“secnd” is no provider/model. Did you mean other/a-second-one?');
    await neovim.command('ZekeModel nonsense');
    await waitForMessage(neovim, '“nonsense” is no provider/model. :ZekeModels lists them.');
    expect(zeke.ops).toHaveLength(1);
    await neovim.command('ZekeModel test/unlisted');
    await waitForMessage(neovim, 'The model is test/unlisted now.');
    await neovim.command('ZekeModel typo/one');
    await waitForMessage(neovim, 'No provider “typo” can be used here');
  });

  it('of a quick provider are shown while a slow one is waited for', async () => {
    const { neovim, list } = await open(kind, (ask) => ask.report({ models: MODELS.slice(0, 1) }));
    await neovim.command('ZekeModels');
    expect((await list(1)).shown).toHaveLength(1);
  });

  it('are chosen of those that words name', async () => {
    const { neovim, list } = await open(kind);
    await neovim.command('ZekeModels other SECOND');
    expect((await list(1)).shown).toEqual(['  other/a-second-one']);
    await neovim.command('ZekeProviderSet test');
    expect((await list(2)).shown).toHaveLength(1);
    await neovim.command('ZekeModels tset');
    await waitForMessage(neovim, 'No model is named “tset”.');
    expect(await neovim.lua('return vim.fn.getcompletion("ZekeModels o", "cmdline")')).toEqual([
      'other',
    ]);
  });

  it('are gone through one by one', async () => {
    const { neovim, zeke } = await open(kind);
    await neovim.command('ZekeModelNext');
    await waitForMessage(neovim, 'The model is other/a-second-one now.');
    await neovim.command('ZekeModelPrev');
    await neovim.waitFor(() => zeke.ops.length === 2);
    expect(zeke.ops).toEqual(
      Array.from({ length: 2 }, () => ({ type: 'switch-model', model: 'other/a-second-one' })),
    );
  });

  it('that are not there are no empty list', async () => {
    const { neovim } = await open(kind, (ask) => ask.answer({ models: [] }));
    await neovim.command('ZekeModels');
    await waitForMessage(neovim, 'There is no model to choose.');
    expect(await neovim.lua('return #lists')).toBe(0);
  });
});

describeNeovims('conversations', (kind) => {
  it('are opened from a list, the latest first', async () => {
    const { neovim, zeke, list } = await open(kind);
    await neovim.lua('wanted = "Older"');
    await neovim.command('ZekeSessions');
    expect(await list(1)).toEqual({
      kind: 'zeke_session',
      shown: [
        'A<1b>[2J title · just now · 12 turns · open here',
        'Older · 1970-01-01 · 1 turn · open elsewhere',
        '(nothing said yet) · 1970-01-01 · 0 turns · cannot be opened: a damaged journal',
      ],
    });
    await neovim.waitFor(() => zeke.ops.length === 1);
    expect(zeke.ops).toEqual([{ type: 'open-session', sessionId: 's2' }]);
    await neovim.lua('wanted = "damaged"');
    await neovim.command('ZekeSessions');
    await waitForMessage(neovim, 'cannot be opened: a damaged journal');
    expect(zeke.ops).toHaveLength(1);
  });

  it('are exported and deleted by a second list', async () => {
    const { neovim, zeke } = await open(kind);
    await neovim.lua(`local select, answers = vim.ui.select, { "Older", "Markdown", "Older", "Delete" }
      vim.ui.select = function(...)
        wanted = table.remove(answers, 1)
        select(...)
      end`);
    await neovim.command('ZekeSessions!');
    await waitForMessage(neovim, 'Written: /tmp/title.md');
    await neovim.command('ZekeSessions!');
    await waitForMessage(neovim, '“Older” is deleted.');
    const asked = zeke.asks.filter(({ service }) => service !== 'sessions');
    expect(asked).toMatchObject([
      { service: 'export-session', params: { id: 's2', format: 'markdown' } },
      { service: 'delete-session', params: { id: 's2' } },
    ]);
  });

  it('are searched, and their titles completed', async () => {
    const { neovim, zeke, list } = await open(kind);
    await neovim.command('ZekeSessions what was said');
    expect((await list(1)).shown).toEqual(['Older · 1970-01-01 · 1 turn · open elsewhere']);
    expect(zeke.asks.find(({ service }) => service === 'search-sessions')?.params).toEqual({
      query: 'what was said',
    });
    expect(await neovim.lua('return vim.fn.getcompletion("ZekeSessions O", "cmdline")')).toEqual([
      'Older',
    ]);
  });

  it('are renamed, and copied', async () => {
    const { neovim, zeke } = await open(kind);
    await neovim.command('ZekeRename  Another title ');
    await waitForMessage(neovim, 'The conversation is called “Another title” now.');
    await neovim.lua(`local select, answers = vim.ui.select, { "Older", "copy", "Older", "Rename", "damaged", "copy" }
      vim.ui.select = function(...)
        wanted = table.remove(answers, 1)
        select(...)
      end
      vim.ui.input = function(opts, done) done(opts.default .. " one") end`);
    await neovim.command('ZekeSessions!');
    await waitForMessage(neovim, 'A copy of “Older” is open.');
    await neovim.command('ZekeSessions!');
    await waitForMessage(neovim, 'called “Older one” now.');
    await neovim.command('ZekeSessions!');
    await waitForMessage(neovim, 'cannot be opened: a damaged journal');
    expect(zeke.ops).toEqual([
      { type: 'rename', title: 'Another title' },
      { type: 'open-session', sessionId: 's2' },
      { type: 'fork', turnCount: 1 },
      { type: 'open-session', sessionId: 's2' },
      { type: 'rename', title: 'Older one' },
    ]);
  });

  it('are begun anew by :ZekeNew', async () => {
    const { neovim, zeke } = await open(kind);
    await neovim.command('ZekeNew');
    await neovim.waitFor(() => zeke.ops.length === 1);
    expect(zeke.ops).toEqual([{ type: 'open-session' }]);
  });
});
