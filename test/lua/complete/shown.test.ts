/** What is sent of a buffer, and how suggestions of all kinds look on the screen. */
import { expect, it } from 'vitest';
import { describeNeovims } from '../../helpers/neovim.ts';
import type { Neovim } from '../../helpers/neovim-process.ts';
import type { ScriptedAsk } from '../../helpers/scripted-zeke.ts';
import { always, BACKENDS, openScene } from './scene.ts';

/** What stood around the cursor, as it was sent. */
function textsOf({ params }: ScriptedAsk): { readonly prefix: string; readonly suffix: string } {
  return { prefix: String(params.prefix), suffix: String(params.suffix) };
}

/** Waits until Neovim asked what is there, where it shows ghost text itself. */
async function waitUntilTold(neovim: Neovim, backend: (typeof BACKENDS)[number]): Promise<void> {
  if (backend === 'extmarks' || !(await neovim.lua('return vim.lsp.inline_completion ~= nil')))
    return;
  await neovim.waitFor('#vim.lsp.get_clients({ name = "zeke", bufnr = 0 }) == 1');
  await neovim.lua(`vim.api.nvim_create_autocmd("LspRequest", { callback = function(args)
      is_told = is_told or args.data.request.type == "complete"
    end })`);
  await neovim.input('<Esc>a');
  await neovim.waitFor('is_told');
}

describeNeovims('ghost text of every kind', (kind) => {
  it('is shown with tabs, wide characters and what a terminal would obey', async () => {
    const { neovim } = await openScene(kind, always('a\tb\n\tc\u001b[31m\n日本'));
    await neovim.command('set tabstop=4');
    await neovim.input('ix');
    await neovim.waitForScreen('xa  b');
    const [, second, third] = await neovim.waitForScreen('    c<1b>[31m');
    expect(second).toBe('    c<1b>[31m');
    expect(third).toContain('日本');
    await neovim.input('<F2>');
    await neovim.waitFor('vim.api.nvim_buf_line_count(0) == 3');
    expect(await neovim.lines()).toEqual(['xa\tb', '\tc\u001b[31m', '日本']);
  });

  it.each(BACKENDS)('shows so many lines, and inserts all (%s)', async (backend) => {
    const { neovim } = await openScene(kind, always('1\n2\n3\n4\n5'), {
      backend,
      completion: 'enabled = true, max_lines = 3',
    });
    await neovim.input('i#');
    await neovim.waitForScreen('3 … 2 more lines');
    await waitUntilTold(neovim, backend);
    await neovim.waitForScreen('3 … 2 more lines');
    expect(neovim.find('4')).toBeUndefined();
    await neovim.input('<F2>');
    await neovim.waitFor('vim.api.nvim_buf_line_count(0) == 5');
  });

  it.each(BACKENDS)('says how many lines the window has no room for (%s)', async (backend) => {
    const { neovim } = await openScene(kind, always('one\ntwo\nthree'), { backend });
    await neovim.command('10split');
    await neovim.setLines(Array.from({ length: 30 }, (_, index) => `line ${index + 1}`));
    await neovim.input('GA ');
    await neovim.waitForScreen('line 30 one … 2 more lines');
    await neovim.input('<Esc>gg29jzbA ');
    await neovim.waitForScreen('line 30  one … 2 more lines');
    await waitUntilTold(neovim, backend);
    await neovim.waitForScreen('line 30  one … 2 more lines');
    await neovim.input('<Esc>kA ');
    await neovim.waitForScreen(
      (lines) => lines[8] === 'line 29 one' && lines[9] === 'two … 1 more line',
    );
    await neovim.input('<F2>');
    await neovim.waitFor('vim.api.nvim_buf_line_count(0) == 32');
  });

  it('is accepted by words as those of w, in any script', async () => {
    const words = [
      'get_name',
      '(',
      ' self',
      '.',
      'camelCase',
      ',',
      ' 日本',
      'は',
      '、',
      'é',
      '👍',
      ')',
      '\n  end',
    ];
    const { neovim } = await openScene(kind, always(words.join('')));
    await neovim.input('i');
    await neovim.input(' ');
    await neovim.waitForScreen('camelCase');
    let text = ' ';
    for (const word of words) {
      await neovim.input('<F3>');
      text += word;
      await neovim.waitFor(
        `table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\\n") == ${JSON.stringify(text)}`,
      );
    }
  });

  it('stands between what is there: the rest of the line stays behind it', async () => {
    const { neovim, zeke } = await openScene(kind, always('a, b'));
    await neovim.setLines(['before', 'call()', 'after']);
    await neovim.input('2G$i');
    await neovim.waitForScreen('call(a, b)');
    expect(zeke.asks.at(-1)?.params).toMatchObject({
      prefix: 'before\ncall(',
      suffix: ')\nafter',
    });
    await neovim.input('<F3>');
    await neovim.waitFor('vim.api.nvim_get_current_line() == "call(a)"');
    await neovim.waitForScreen('call(a, b)');
    await neovim.input('<F2>');
    await neovim.waitFor('vim.api.nvim_get_current_line() == "call(a, b)"');
  });

  it('never needs the whole of a buffer, nor text that is no UTF-8', async () => {
    const { neovim, zeke } = await openScene(kind, always('ghost'));
    await neovim.lua(`local lines = {}
      for index = 1, 50000 do lines[index] = ("line %d "):format(index):rep(4) end
      lines[25000] = "bad \\255 byte"
      vim.api.nvim_buf_set_lines(0, 0, -1, false, lines)`);
    await neovim.command('25001');
    await neovim.input('A ');
    const { prefix, suffix } = textsOf(await zeke.asked(1));
    expect(prefix.length).toBeLessThanOrEqual(8192);
    expect(prefix.length).toBeGreaterThan(8000);
    expect(prefix).toMatch(/^line \d+ line/);
    expect(prefix).toContain('bad \uFFFD byte\nline 25001');
    expect(suffix.length).toBeLessThanOrEqual(4096);
    expect(suffix).toMatch(/^\nline 25002 .*line \d+ $/s);
  });

  it('cuts a long line', async () => {
    const { neovim, zeke } = await openScene(kind, always('ghost'));
    await neovim.lua('vim.api.nvim_buf_set_lines(0, 0, -1, false, { ("é"):rep(9000) })');
    await neovim.command('set nowrap');
    await neovim.command('normal! 5000|');
    await neovim.input('i');
    const { prefix, suffix } = textsOf(await zeke.asked(1));
    expect(Buffer.byteLength(prefix)).toBeLessThan(8300);
    expect(Buffer.byteLength(suffix)).toBeLessThan(4200);
    expect(prefix.slice(2)).toMatch(/^é+$/);
  });

  it('comes at the end only of a line that is as long as a file', async () => {
    const { neovim, zeke } = await openScene(kind, always('ghost'), { backend: 'auto' });
    await neovim.lua('vim.api.nvim_buf_set_lines(0, 0, -1, false, { ("é"):rep(500010) })');
    await neovim.command('normal! 250000|');
    await neovim.input('i<F8>');
    await neovim.waitFor('said[1] and said[1]:find("at the end only", 1, true)');
    expect(zeke.asks).toHaveLength(0);
    await neovim.input('<Esc>A.');
    await neovim.waitForScreen('é.ghost');
    // The key may come together with those that began insert mode, or as one of its own.
    for (const asked of zeke.asks) expect(textsOf(asked).suffix).not.toContain('é');
    const inline = `vim.iter(vim.api.nvim_get_namespaces()):any(function(_, namespace)
      local marks = vim.api.nvim_buf_get_extmarks(0, namespace, 0, -1, { details = true })
      return vim.iter(marks):any(function(mark) return mark[4].virt_text_pos == "inline" end)
    end)`;
    expect(await neovim.lua(`return ${inline}`)).toBe(false);
    await neovim.input('<F2>');
    await neovim.waitFor('vim.api.nvim_get_current_line():sub(-6) == ".ghost"');
  });

  it('cuts no word of a long line in two, which might be half a secret', async () => {
    const { neovim, zeke } = await openScene(kind, always('ghost'));
    const line = '"aaaaaaaaa",'.repeat(1000);
    await neovim.setLines([line]);
    await neovim.input('900f,i');
    const { prefix, suffix } = textsOf(await zeke.asked(1));
    expect(prefix).toMatch(/^[",]+a{9}"(?:,"a{9}")*$/);
    expect(suffix).toMatch(/^,(?:"a{9}",)*"?$/);
    expect(prefix.length).toBeGreaterThan(8000);
  });

  it('lets a key do what it does otherwise where there is none', async () => {
    const { neovim } = await openScene(kind, always('ghost'));
    await neovim.lua(`vim.keymap.set("i", "<Tab>", function()
        return require("zeke.complete").accept() and "" or "<Tab>"
      end, { expr = true })
      vim.bo.expandtab = true`);
    await neovim.input('ia ');
    await neovim.waitForScreen('a ghost');
    await neovim.input('<Tab>');
    await neovim.waitFor('vim.api.nvim_get_current_line() == "a ghost"');
    await neovim.input('<F7><Tab>');
    await neovim.waitFor('vim.api.nvim_get_current_line():find("a ghost +$") ~= nil');
  });
});
