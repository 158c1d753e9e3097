/** The language server inside Neovim, through what Neovim itself does with servers. */
import { expect, it } from 'vitest';
import { describeNeovims, type NeovimKind } from '../helpers/neovim.ts';
import { type AnswerAsk, startScriptedZeke } from '../helpers/scripted-zeke.ts';

const INIT = `vim.g.zeke = { completion = { enabled = false } }
  said = {}
  vim.notify = function(message) table.insert(said, message) end`;

const answerNames: AnswerAsk = (ask) => {
  if (ask.service === 'files') {
    const paths = ['src/main.lua', 'docs/manual.md'];
    ask.answer({ paths: paths.filter((path) => path.includes(String(ask.params.pattern))) });
  }
  if (ask.service === 'symbols') {
    const place = { path: 'src/main.lua', startLine: 3, endLine: 9 };
    ask.answer({ symbols: [{ name: 'main_loop', kind: 'function', ...place }] });
  }
};

async function openPrompt(kind: NeovimKind, answer: AnswerAsk = answerNames) {
  const zeke = await startScriptedZeke(answer);
  const neovim = await kind.start({ home: zeke.home, init: INIT });
  await neovim.command('enew | setlocal buftype=nofile filetype=zeke-prompt');
  return { neovim, zeke };
}

describeNeovims('the language server', (kind) => {
  it('completes files while a name is typed in the prompt', async () => {
    const { neovim, zeke } = await openPrompt(kind);
    await neovim.input('iLook at @');
    await neovim.waitForScreen('@docs/manual.md');
    await neovim.input('main');
    await neovim.waitForScreen(
      (lines) => lines.join().includes('@src/main.lua') && !lines.join().includes('manual'),
    );
    expect(zeke.asks.at(-1)).toMatchObject({ service: 'files', params: { pattern: 'main' } });
    await neovim.input('<C-n><C-y> please');
    await neovim.waitFor('vim.api.nvim_get_current_line() == "Look at @src/main.lua please"');
  });

  it('completes in the prompt of the chat', async () => {
    const zeke = await startScriptedZeke(answerNames);
    const neovim = await kind.start({ home: zeke.home, init: INIT });
    await neovim.command('ZekeChat');
    await neovim.waitFor('vim.bo.filetype == "zeke-prompt"');
    await neovim.input('<Esc>iLook at @ma');
    await neovim.waitForScreen('@src/main.lua');
    await neovim.input('<C-n><C-y>');
    await neovim.waitFor('vim.api.nvim_get_current_line() == "Look at @src/main.lua"');
  });

  it('completes what a # stands for, and symbols by their names', async () => {
    const { neovim } = await openPrompt(kind);
    await neovim.input('i#');
    await neovim.waitForScreen('#selection');
    await neovim.waitForScreen('#quickfix');
    await neovim.input('symbol:mai');
    await neovim.waitForScreen('#symbol:main_loop');
    await neovim.waitForScreen('src/main.lua:3');
  });

  it('leaves no name to the menu of words that Neovim opens by itself', async ({ skip }) => {
    const { neovim } = await openPrompt(kind);
    if ((await neovim.lua('return vim.fn.exists("+autocomplete")')) === 0)
      return skip('has no menu that opens by itself');
    await neovim.lua('vim.o.autocomplete = true');
    await neovim.input('imaintenance @');
    await neovim.waitForScreen('@docs/manual.md');
    await neovim.input('mai');
    await neovim.waitForScreen((lines) => !lines.join().includes('manual'));
    await neovim.waitForScreen('@src/main.lua');
    await neovim.input('<C-n><C-y> and ma');
    await neovim.waitFor('vim.bo.autocomplete');
    await neovim.input('i');
    await neovim.waitFor('vim.fn.pumvisible() == 1', 'the menu of words elsewhere');
    await neovim.input('<Esc>:%delete<CR>iquick @mai');
    await neovim.waitFor(`vim.api.nvim_get_current_line() == "quick @mai"
      and (vim.fn.complete_info({ "items" }).items[1] or {}).word == "@src/main.lua"`);
    await neovim.input('<Esc>');
    await neovim.waitFor('vim.o.autocomplete and vim.bo.autocomplete');
  });

  it('ends a question that is not wanted any more', async () => {
    const { neovim, zeke } = await openPrompt(kind, () => undefined);
    await neovim.lua(`vim.api.nvim_buf_set_lines(0, 0, -1, false, { "@ma" })
            local params = { textDocument = { uri = vim.uri_from_bufnr(0) }, position = { line = 0, character = 3 } }
      answered = false
      cancel = select(2, vim.lsp.buf_request(0, "textDocument/completion", params, function() answered = true end))`);
    const ask = await zeke.asked(1);
    await neovim.lua('cancel()');
    await zeke.cancelled(ask);
  });

  it('offers the code actions that are registered, where they are wanted', async () => {
    const { neovim } = await openPrompt(kind);
    await neovim.command('enew');
    await neovim.lua(`local lsp = require("zeke.lsp")
      lsp.register_actions(function(buf, params)
        local title = ("Mend line %d"):format(params.range.start.line + 1)
        return { { title = title, kind = "quickfix", command = { title = title, command = "test.mend", arguments = { buf } } } }
      end)
      vim.lsp.commands["test.mend"] = function(command) mended = command.arguments[1] end
      lsp.attach(0, { actions = true })`);
    await neovim.setLines(['one', 'two']);
    await neovim.waitFor('#vim.lsp.get_clients({ name = "zeke", bufnr = 0 }) == 1');
    await neovim.lua('vim.lsp.buf.code_action({ apply = true })');
    await neovim.waitFor('mended == vim.api.nvim_get_current_buf()');
    expect(await neovim.lua('return #vim.lsp.get_clients({ name = "zeke" })')).toBe(1);
  });

  it('sets nothing up for completion in files', async () => {
    const { neovim } = await openPrompt(kind);
    await neovim.command('enew');
    await neovim.lua('require("zeke.lsp").attach(0, { inline = true, actions = true })');
    await neovim.waitFor('#vim.lsp.get_clients({ name = "zeke", bufnr = 0 }) == 1');
    expect(await neovim.lua('return vim.bo.omnifunc')).toBe('');
  });

  it('answers nothing for a buffer that nobody named', async () => {
    const { neovim, zeke } = await openPrompt(kind);
    await neovim.lua(`vim.cmd.enew()
      vim.lsp.buf_attach_client(0, vim.lsp.get_clients({ name = "zeke-prompt" })[1].id)
      vim.api.nvim_buf_set_lines(0, 0, -1, false, { "@ma" })
      local params = { textDocument = { uri = vim.uri_from_bufnr(0) }, position = { line = 0, character = 3 } }
      vim.lsp.buf_request(0, "textDocument/completion", params, function(_, result) items = result.items end)`);
    await neovim.waitFor('items');
    expect(await neovim.lua('return items')).toEqual([]);
    expect(zeke.asks).toEqual([]);
  });
});
