/** Ghost text by `vim.lsp.inline_completion`, where Neovim has it: its own keys work on it too. */
import { expect, it } from 'vitest';
import { describeNeovims } from '../../helpers/neovim.ts';
import { always, offer, openScene } from './scene.ts';

/** True once Neovim itself shows it. */
const SHOWN_BY_NEOVIM = `#vim.api.nvim_buf_get_extmarks(0,
  vim.api.nvim_create_namespace("nvim.lsp.inline_completion"), 0, -1, {}) == 1`;
const SHOWN_BY_US = `#vim.api.nvim_buf_get_extmarks(0,
  vim.api.nvim_create_namespace("zeke_complete"), 0, -1, {})`;
/** Neovim may ask from now on. */
const ATTACHED = '#vim.lsp.get_clients({ name = "zeke", bufnr = 0 }) == 1';
/** Notes when Neovim was told what there is for its keys, whoever shows it. */
const NOTE_WHEN_TOLD = `vim.api.nvim_create_autocmd("LspRequest", { callback = function(args)
    local request = args.data.request
    if request.type == "complete" and request.method == "textDocument/inlineCompletion" then
      told = { args.buf, vim.b[args.buf].changedtick }
    end
  end })`;
const IS_TOLD = 'vim.deep_equal(told, { vim.api.nvim_get_current_buf(), vim.b.changedtick })';
const GET = 'vim.lsp.inline_completion.get()';

describeNeovims("ghost text by Neovim's inline completion", (kind) => {
  if (kind.version === '0.10.4') {
    it('is by extmarks where Neovim has none', async () => {
      const { neovim } = await openScene(kind, always('ghost'), { backend: 'lsp' });
      await neovim.input('ia ');
      await neovim.waitForScreen('a ghost');
      expect(await neovim.lua(`return ${SHOWN_BY_US}`)).toBe(1);
    });
    return;
  }

  it('is shown by Neovim once it asks, and by nobody else', async () => {
    const { neovim } = await openScene(kind, always('one two'), { backend: 'auto' });
    await neovim.input('ix ');
    await neovim.waitForScreen('x one two');
    await neovim.waitFor(ATTACHED);
    await neovim.input('o');
    await neovim.waitFor(SHOWN_BY_NEOVIM);
    await neovim.waitForScreen('x one two');
    expect(await neovim.lua(`return ${SHOWN_BY_US}`)).toBe(0);
    await neovim.lua(GET);
    await neovim.waitFor('vim.api.nvim_get_current_line() == "x one two"');
  });

  it('follows what the user turned to by keys of Neovim', async () => {
    const { neovim } = await openScene(
      kind,
      (ask) => ask.answer(offer('first thing', 'second thing')),
      { backend: 'auto' },
    );
    await neovim.input('i= ');
    await neovim.waitForScreen('= first thing');
    await neovim.waitFor(ATTACHED);
    await neovim.input('<Esc>a');
    await neovim.waitFor(SHOWN_BY_NEOVIM);
    await neovim.lua('vim.lsp.inline_completion.select()');
    await neovim.waitForScreen('= second thing (2/2)');
    await neovim.input('<F3>');
    await neovim.waitFor('vim.api.nvim_get_current_line() == "= second"');
    await neovim.waitForScreen('= second thing');
    await neovim.input('<F2>');
    await neovim.waitFor('vim.api.nvim_get_current_line() == "= second thing"');
  });

  it('is turned by keys of Neovim where we show it, and stands there once', async () => {
    const { neovim } = await openScene(
      kind,
      (ask) => ask.answer(offer('first\n\tthing', 'second\n\tthing')),
      { backend: 'auto' },
    );
    await neovim.setLines(['f()', 'below']);
    await neovim.lua(NOTE_WHEN_TOLD);
    await neovim.input('f)i ');
    await neovim.waitFor(ATTACHED);
    await neovim.input('<Esc>a');
    await neovim.waitFor(IS_TOLD);
    for (const shown of ['second|        thing) (2/2)', 'first|        thing) (1/2)']) {
      await neovim.lua('vim.lsp.inline_completion.select()');
      await neovim.waitForScreen((lines) => lines.slice(0, 3).join('|') === `f( ${shown}|below`);
    }
    await neovim.lua('vim.lsp.inline_completion.select()');
    await neovim.waitForScreen('f( second');
    await neovim.input('<F3>');
    await neovim.waitFor('vim.api.nvim_get_current_line() == "f( second)"');
    await neovim.waitForScreen((lines) => lines[1]?.startsWith('        thing)') === true);
    await neovim.lua(GET);
    await neovim.waitFor('vim.api.nvim_buf_line_count(0) == 3');
    expect(await neovim.lines()).toEqual(['f( second', '\tthing)', 'below']);
  });

  it('is inserted before what is typed right after', async () => {
    const { neovim } = await openScene(kind, always('ghost text'), { backend: 'auto' });
    await neovim.input('ia ');
    await neovim.waitForScreen('a ghost text');
    await neovim.waitFor(ATTACHED);
    await neovim.input('g');
    await neovim.waitFor(SHOWN_BY_NEOVIM);
    await neovim.input('h<F3>!<Esc>');
    await neovim.waitFor('vim.api.nvim_get_current_line() == "a ghost!"');
    await neovim.input('S<Esc>aa ');
    await neovim.waitFor(SHOWN_BY_NEOVIM);
    await neovim.input('<F2>!<Esc>');
    await neovim.waitFor('vim.api.nvim_get_current_line() == "a ghost text!"');
    await neovim.waitFor(`not ${GET}`);
  });

  it('is typed along over the end of a line', async () => {
    const { neovim, zeke } = await openScene(kind, always('one\ntwo\nthree'), { backend: 'auto' });
    await neovim.input('ix ');
    await neovim.waitForScreen('x one');
    await neovim.waitFor(ATTACHED);
    await neovim.input('o');
    await neovim.waitFor(SHOWN_BY_NEOVIM);
    const asked = zeke.asks.length;
    await neovim.input('ne<CR>t');
    await neovim.waitForScreen((lines) => lines.slice(0, 4).join('|') === 'x one|two|three|~');
    expect(zeke.asks).toHaveLength(asked);
  });

  it('is shown by us where Neovim would show something else than it inserts', async () => {
    const { neovim } = await openScene(kind, always('\tone,\n\ttwo'), { backend: 'auto' });
    await neovim.setLines(['(x)']);
    const isRight = (lines: readonly string[]) =>
      lines[0] === '(x      one,' && lines[1] === '        two)';
    await neovim.lua(NOTE_WHEN_TOLD);
    await neovim.input('fxa');
    await neovim.waitForScreen(isRight);
    await neovim.waitFor(ATTACHED);
    await neovim.input('<Tab>');
    await neovim.waitFor(IS_TOLD);
    await neovim.waitForScreen(isRight);
    expect(await neovim.lua(`return ${SHOWN_BY_US}`)).toBe(1);
    await neovim.lua(GET);
    await neovim.waitFor('vim.api.nvim_buf_line_count(0) == 2');
    expect(await neovim.lines()).toEqual(['(x\tone,', '\ttwo)']);
  });

  it('is gone once it is dismissed, also for keys of Neovim', async () => {
    const { neovim } = await openScene(kind, always('ghost'), { backend: 'auto' });
    await neovim.input('ia ');
    await neovim.waitForScreen('a ghost');
    await neovim.waitFor(ATTACHED);
    await neovim.input('g');
    await neovim.waitFor(SHOWN_BY_NEOVIM);
    await neovim.input('<F7>');
    await neovim.waitForScreen((lines) => lines[0] === 'a g');
    await neovim.waitFor(`not ${GET}`);
  });

  it('tells of what a key of Neovim inserts, of which nothing stands there twice', async () => {
    const { neovim } = await openScene(kind, always('one\ntwo'), { backend: 'auto' });
    const events = await neovim.recordEvents('User', 'ZekeCompletionAccepted');
    await neovim.lua(NOTE_WHEN_TOLD);
    for (const typed of ['', 'o', 'one']) {
      await neovim.input('<Esc>:enew!<CR>if()<Left> ');
      await neovim.waitForScreen('f( one');
      await neovim.waitFor(ATTACHED);
      await neovim.input('<Esc>a');
      await neovim.waitFor(IS_TOLD);
      await neovim.waitForScreen('f( one');
      // Neovim asks again 200 ms after a key: the one that accepts comes together with those before it.
      await neovim.input(`${typed}<Cmd>lua ${GET}<CR>!`);
      await neovim.waitFor('vim.api.nvim_buf_line_count(0) == 2');
      await neovim.waitFor('vim.api.nvim_get_current_line() == "two!)"');
      expect(await neovim.lines()).toEqual(['f( one', 'two!)']);
    }
    await neovim.waitFor(() => events.length === 3);
    expect(events.map(({ data }) => data)).toMatchObject(
      ['one\ntwo', 'ne\ntwo', '\ntwo'].map((text) => ({ text, left: '' })),
    );
  });

  it('is not inserted by a key of Neovim once something else was typed, but what is shown then', async () => {
    const { neovim } = await openScene(
      kind,
      (ask) => ask.answer(offer(String(ask.params.prefix).endsWith('x') ? 'right' : 'wrong')),
      { backend: 'auto' },
    );
    await neovim.input('ia ');
    await neovim.waitFor(ATTACHED);
    await neovim.input('<Esc>a');
    await neovim.waitFor(SHOWN_BY_NEOVIM);
    await neovim.input('x');
    await neovim.waitForScreen('a xright');
    // Neovim has the item before until it asks again.
    await neovim.lua(GET);
    await neovim.waitFor('vim.api.nvim_get_current_line() == "a xright"');
    await neovim.input('!');
    await neovim.waitFor('vim.api.nvim_get_current_line() == "a xright!"');
  });

  it('turns on no other server', async () => {
    const { neovim } = await openScene(kind, always('ghost'), { backend: 'auto' });
    await neovim.lua(`asked_other = 0
      vim.lsp.start({ name = "other", cmd = function()
        return {
          request = function(method, _, callback)
            if method == "initialize" then
              callback(nil, { capabilities = { inlineCompletionProvider = true } })
            else
              asked_other = asked_other + 1
              callback(nil, { items = { { insertText = "other" } } })
            end
            return true, 1
          end,
          notify = function() return true end,
          is_closing = function() return false end,
          terminate = function() end,
        }
      end })`);
    await neovim.input('ia ');
    await neovim.waitForScreen('a ghost');
    await neovim.waitFor(ATTACHED);
    await neovim.input('gh');
    await neovim.waitForScreen('a ghost');
    await neovim.input('<F2>');
    await neovim.waitFor('vim.api.nvim_get_current_line() == "a ghost"');
    expect(await neovim.lua('return asked_other')).toBe(0);
  });
});
