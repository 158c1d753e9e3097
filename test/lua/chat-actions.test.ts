/** What the keys of the conversation do, on answers that a model wrote. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { describeNeovims, type NeovimKind } from '../helpers/neovim.ts';
import type { Neovim } from '../helpers/neovim-process.ts';
import { createTestHome } from '../helpers/zeke.ts';
import { ALONE, Conversation, turn } from './conversation.ts';

const RECORD_OPS = `asked = {}
  require("zeke.rpc").op = function(op) table.insert(asked, op) end`;
const ANSWER = [
  'Change `src/a.ts`:',
  '',
  '```ts',
  'const a = 1;',
  '```',
  '',
  'See src/a.ts:2 and ../outside.txt',
  '',
  '```ts title="../evil.ts"',
  'x',
  '```',
].join('\n');

async function start(kind: NeovimKind) {
  const home = createTestHome();
  onTestFinished(() => home.remove());
  mkdirSync(join(home.project, 'src'));
  writeFileSync(join(home.project, 'src/a.ts'), 'one\ntwo\n');
  writeFileSync(join(home.dir, 'outside.txt'), 'outside\n');
  const neovim = await kind.start({ home, init: ALONE, width: 120, height: 40 });
  const conversation = new Conversation(neovim);
  const thinking = { type: 'reasoning', step: 1, text: 'hm\nwell', isClosed: true };
  await conversation.replace([
    turn('t0', 'first question', 'first answer'),
    turn('t1', 'second question', '', {
      parts: [thinking, { type: 'text', step: 1, text: ANSWER }],
      message: { text: 'second question', attachments: [{ label: 'b.ts:1-2', text: 'b' }] },
    }),
    turn('t2', 'third question', 'third answer'),
  ]);
  await neovim.lua(RECORD_OPS);
  await neovim.command('ZekeChat');
  await neovim.waitForScreen('third answer');
  await neovim.command('wincmd k');
  return { neovim, conversation };
}

/** Puts the cursor on the text, in the current buffer. */
const goTo = (neovim: Neovim, text: string) =>
  neovim.lua('vim.api.nvim_win_set_cursor(0, { 1, 0 }) vim.fn.search("\\\\V" .. ..., "c")', text);
const lineAtCursor = (neovim: Neovim) =>
  neovim.lua<string>('return vim.api.nvim_get_current_line()');

describeNeovims('the keys of the conversation', (kind) => {
  it('jump from turn to turn', async () => {
    const { neovim } = await start(kind);
    await goTo(neovim, 'first question');
    await neovim.input(']]');
    const cursor = () => neovim.lua<number[]>('return vim.api.nvim_win_get_cursor(0)');
    await neovim.waitFor(async () => (await lineAtCursor(neovim)) === '## You');
    const second = await cursor();
    await neovim.input(']]');
    await neovim.waitFor(async () => (await cursor())[0] !== second[0]);
    await neovim.input('[[');
    await neovim.waitFor(async () => (await cursor())[0] === second[0]);
  });

  it('yank the code block at the cursor', async () => {
    const { neovim } = await start(kind);
    await goTo(neovim, 'const a');
    await neovim.input('gy');
    await neovim.waitFor('vim.fn.getreg("\\"") == "const a = 1;\\n"');
    await goTo(neovim, 'first answer');
    await neovim.input('gy');
    await neovim.waitFor('said[#said] and said[#said]:find("no code block")');
  });

  it('open the file under the cursor in a window of its own, inside the project only', async () => {
    const { neovim } = await start(kind);
    await goTo(neovim, 'src/a.ts:2');
    await neovim.input('gf');
    await neovim.waitFor('vim.api.nvim_buf_get_name(0):find("src/a.ts", 1, true)');
    expect(await neovim.lua('return vim.api.nvim_win_get_cursor(0)')).toEqual([2, 0]);
    expect(await neovim.lua('return vim.bo.filetype')).not.toBe('zeke-chat');
    await neovim.command('wincmd l | wincmd k');
    await goTo(neovim, '../outside.txt');
    await neovim.input('gf');
    await neovim.waitFor('said[#said] and said[#said]:find("outside of this project")');
    await goTo(neovim, 'x');
    await neovim.lua('vim.fn.search("^x$")');
    await neovim.input('ga');
    await neovim.waitFor('said[#said] and said[#said]:find("evil.ts is outside")');
  });

  it('fold and unfold all reasoning', async () => {
    const { neovim } = await start(kind);
    await neovim.waitForScreen('▸ reasoning · 2 lines');
    await neovim.input('gR');
    await neovim.waitForScreen('> well');
    await neovim.input('gR');
    await neovim.waitForScreen('▸ reasoning · 2 lines');
  });

  it('open an earlier message, and go on from there in a fork', async () => {
    const { neovim } = await start(kind);
    await neovim.lua('require("zeke.chat.prompt").set_text("a draft")');
    await goTo(neovim, 'second question');
    await neovim.input('gm');
    await neovim.waitForScreen('changing message 2');
    await neovim.input('A, changed<Esc><C-s>');
    await neovim.waitFor('#asked == 2');
    expect(await neovim.lua('return asked')).toMatchObject([
      { type: 'fork', turnCount: 1 },
      {
        type: 'send',
        message: {
          text: 'second question, changed',
          attachments: [{ label: 'b.ts:1-2', text: 'b' }],
        },
      },
    ]);
    await neovim.waitForScreen('a draft');
  });

  it('ask the last message again where it was not changed', async () => {
    const { neovim } = await start(kind);
    await goTo(neovim, 'third question');
    await neovim.input('gm');
    await neovim.waitForScreen('changing message 3');
    await neovim.input('<CR>');
    await neovim.waitFor('#asked == 1');
    expect(await neovim.lua('return asked')).toEqual([{ type: 'retry' }]);
  });

  it('stop, ask again and say what they do', async () => {
    const { neovim } = await start(kind);
    // Where nobody holds a conversation there would be nothing to stop.
    await neovim.lua('require("zeke.place").has_host = function() return true end');
    await neovim.input('gr<C-c>');
    await neovim.waitFor('#asked == 2');
    expect(await neovim.lua('return asked')).toEqual([{ type: 'retry' }, { type: 'cancel' }]);
    await neovim.input('g?');
    await neovim.waitForScreen('yank the code block');
    const plugs = await neovim.lua<string[]>(
      `return vim.tbl_map(function(map) return map.lhs end,
         vim.api.nvim_buf_get_keymap(vim.fn.bufnr("^zeke://chat$"), "n"))`,
    );
    expect(plugs).toContain('<Plug>(zeke-chat-yank-block)');
  });

  it('send with the selection attached, and give the words back where that fails', async () => {
    const { neovim } = await start(kind);
    await neovim.command('wincmd h');
    await neovim.command('edit src/a.ts');
    await neovim.command('2ZekeChat');
    await neovim.waitForScreen('+ src/a.ts:2-2');
    await neovim.input('iwhat is this?<C-s>');
    await neovim.waitFor('#asked == 1');
    expect(await neovim.lua('return asked[1].message')).toMatchObject({
      text: 'what is this?',
      attachments: [{ label: 'src/a.ts:2-2', text: 'two' }],
      editor: { path: 'src/a.ts', openFiles: ['src/a.ts'] },
    });
    await neovim.lua(`require("zeke.rpc").op = function(_, on_done)
      on_done({ kind = "x", message = "It failed." })
    end`);
    await neovim.input('xlost words<C-s>');
    await neovim.waitForScreen('lost words');
    await neovim.waitFor('said[#said] and said[#said]:find("It failed")');
  });

  it('yank a block out of a list without the indentation that it has there', async () => {
    const { neovim, conversation } = await start(kind);
    const code = '      ```py\n      if x:\n        y()\n\n      ```';
    await conversation.replace([turn('t0', 'go', `1. first\n    - then:\n${code}\n    - done`)]);
    await goTo(neovim, 'y()');
    await neovim.input('gy');
    await neovim.waitFor('vim.fn.getreg(vim.v.register) == "if x:\\n  y()\\n\\n"');
  });

  it('apply a block to the file that ends as it says, let one choose of several, or begin a new one', async () => {
    const { neovim, conversation } = await start(kind);
    await neovim.lua(`applied = {}
      require("zeke.edit").apply = function(buf) table.insert(applied, vim.api.nvim_buf_get_name(buf)) end
      vim.ui.select = function(items, _, done) offered = items done(items[2]) end`);
    await neovim.command('badd src/a.ts | call bufload("src/a.ts")');
    const blocks = ['a.ts', 'b.ts', 'fresh/c.ts', '.env'].map(
      (name) => `In \`${name}\`:\n\n\`\`\`ts\nof ${name}\n\`\`\``,
    );
    await conversation.replace([turn('t0', 'go', blocks.join('\n\n'))]);
    const apply = async (name: string) => {
      await goTo(neovim, `of ${name}`);
      await neovim.input('ga');
    };
    const endsWith = (index: number, path: string) =>
      neovim.waitFor(`applied[${index}] and vim.endswith(applied[${index}], "${path}")`);
    await apply('a.ts');
    await endsWith(1, '/src/a.ts');
    await neovim.lua(`for _, name in ipairs({ "x/b.ts", "y/b.ts" }) do
        vim.fn.bufload(vim.fn.bufadd(name))
      end
      vim.api.nvim_set_current_win(vim.fn.bufwinid("zeke://chat"))`);
    await apply('b.ts');
    await endsWith(2, '/y/b.ts');
    expect(await neovim.lua('return offered')).toEqual(['x/b.ts', 'y/b.ts']);
    await neovim.lua('vim.wo.winfixbuf = true');
    await neovim.lua('vim.api.nvim_set_current_win(vim.fn.bufwinid("zeke://chat"))');
    await apply('fresh/c.ts');
    await endsWith(3, '/fresh/c.ts');
    expect(await neovim.lua('return vim.fn.bufwinid("y/b.ts") ~= -1')).toBe(true);
    await neovim.lua('vim.api.nvim_set_current_win(vim.fn.bufwinid("zeke://chat"))');
    await apply('.env');
    await neovim.waitFor('table.concat(said):find(".env is not changed", 1, true)');
    expect(await neovim.lua('return #applied')).toBe(3);
  });
});
