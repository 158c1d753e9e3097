/** Where ghost text comes and where it does not, and who says so. */
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeNeovims } from '../../helpers/neovim.ts';
import { Conversation } from '../conversation.ts';
import { always, offer, openScene } from './scene.ts';

/** Types a line in a buffer where ghost text comes, which shows that the one before got none. */
const ELSEWHERE = '<Esc>:enew!<CR>iok ';

describeNeovims('where ghost text comes', (kind) => {
  it('is no buffer of a plugin, no prompt, and none that cannot be changed', async () => {
    const { neovim, zeke } = await openScene(kind, always('ghost'));
    for (const setting of ['buftype=nofile', 'buftype=prompt', 'buftype=nowrite']) {
      await neovim.command(`enew! | setlocal ${setting}`);
      await neovim.input('inone <Esc>');
    }
    await neovim.input(ELSEWHERE);
    await neovim.waitForScreen('ok ghost');
    expect(
      zeke.asks.map(({ params }) => params.prefix).filter((text) => /none/.test(String(text))),
    ).toEqual([]);
  });

  it('is decided by :ZekeComplete, for a buffer and by filetype', async () => {
    const { neovim, zeke } = await openScene(kind, always('ghost'), {
      completion: 'enabled = false, filetypes = { ["*"] = true, markdown = false }',
    });
    await neovim.input('ia <Esc>');
    await neovim.command('ZekeComplete on');
    await neovim.input('ob ');
    await neovim.waitForScreen('b ghost');
    await neovim.command('ZekeComplete off');
    await neovim.waitForScreen((lines) => !lines.join('\n').includes('ghost'));
    expect(zeke.asks.every(({ params }) => String(params.prefix).endsWith('b '))).toBe(true);
    await neovim.lua('require("zeke.complete").enable(true, 0)');
    await neovim.input('c ');
    await neovim.waitForScreen('b c ghost');
    await neovim.command('ZekeComplete on');
    const asked = zeke.asks.length;
    await neovim.input('<Esc>:enew!<CR>:setlocal filetype=markdown<CR>imark <Esc>');
    await neovim.input(ELSEWHERE);
    await neovim.waitForScreen('ok ghost');
    const since = zeke.asks.slice(asked).map(({ params }) => String(params.prefix));
    expect(since.filter((prefix) => prefix.includes('mark'))).toEqual([]);
    await neovim.command('ZekeComplete');
    await neovim.waitFor('said[1] == "Ghost text is on."');
  });

  it('is every buffer once a conversation is joined, unless told, and none before', async () => {
    const { neovim, zeke } = await openScene(kind, always('ghost'), { completion: '' });
    await neovim.input('ia <Esc>');
    await neovim.lua('require("zeke.rpc").join()');
    await neovim.waitFor('require("zeke.rpc").is_joined()');
    await neovim.input('ob ');
    await neovim.waitForScreen('b ghost');
    expect(zeke.asks[0]?.params.prefix).toBe('a \nb ');
  });

  it('is asked for by hand wherever it is off, from normal mode too', async () => {
    const { neovim, zeke } = await openScene(kind, always('ghost'), {
      completion: 'enabled = false',
    });
    await neovim.input('ia <F8>');
    await neovim.waitForScreen('a ghost');
    await neovim.input('<Esc>:ZekeComplete now<CR>');
    await neovim.waitFor(() => zeke.asks.length === 2);
    await neovim.waitForScreen('a ghost');
    expect(zeke.asks.map(({ params }) => params.isManual)).toEqual([true, true]);
  });

  it('is asked for by hand only where text is written', async () => {
    const { neovim, zeke } = await openScene(kind, always('ghost'));
    const isRefused = `table.remove(said) == "No ghost text here: it comes where text of yours is written."`;
    await neovim.command('setlocal nomodifiable | ZekeComplete now');
    expect(await neovim.lua(`return ${isRefused}`)).toBe(true);
    await neovim.command('enew | setlocal buftype=prompt');
    await neovim.input('i<F8>');
    await neovim.waitFor(isRefused);
    await neovim.input('<Esc>:enew!<CR>V<Cmd>ZekeComplete now<CR>');
    await neovim.waitFor('table.remove(said) == "Ghost text comes in insert mode."');
    await neovim.waitFor(() => neovim.mode === 'visual');
    expect(zeke.asks).toEqual([]);
  });

  it('is none that a macro would lack, and none beside the text', async () => {
    const { neovim, zeke } = await openScene(kind, always('ghost'));
    await neovim.input('qqia <F8>');
    await neovim.waitFor('said[1] == "No ghost text here: none comes while a macro is recorded."');
    await neovim.input('<Esc>qob ');
    await neovim.waitForScreen('b ghost');
    await neovim.command('set virtualedit=all');
    await neovim.input('<Right>');
    await neovim.waitForScreen((lines) => lines[1] === 'b');
    await neovim.input('<F8>');
    await neovim.waitFor('said[2] and said[2]:find("virtualedit", 1, true)');
    await neovim.input('c ');
    await neovim.waitForScreen('b  c ghost');
    expect(zeke.asks[0]?.params.prefix).toMatch(/^a \nb/);
  });

  it('is off in a buffer that says so', async () => {
    const { neovim, zeke } = await openScene(kind, always('ghost'));
    await neovim.command('let b:zeke_complete = v:false');
    await neovim.input('inone <Esc>');
    await neovim.command('enew! | let b:zeke_complete = 0');
    await neovim.input('inone <Esc>');
    await neovim.command('ZekeComplete');
    await neovim.waitFor('said[1] == "Ghost text is on, but not in this buffer: b:zeke_complete."');
    await neovim.input(ELSEWHERE);
    await neovim.waitForScreen('ok ghost');
    expect(zeke.asks.map(({ params }) => params.prefix)).toEqual(['ok ']);
    await neovim.command('let b:zeke_complete = v:true | ZekeComplete off');
    await neovim.input('x ');
    await neovim.waitForScreen('ok x ghost');
  });

  it('says when it is asked why nothing comes, and nothing before that', async () => {
    const { neovim } = await openScene(
      kind,
      (ask) => ask.answer({ ...offer(), reason: 'off-for-paid', hint: 'It is paid.' }),
      { completion: '' },
    );
    await neovim.lua('require("zeke.rpc").join()');
    await neovim.waitFor('require("zeke.rpc").is_joined()');
    await neovim.input('ia');
    await neovim.waitFor('require("zeke.complete").status().reason');
    expect(await neovim.lua('return said')).toEqual([]);
    await neovim.input('<Esc>:ZekeComplete<CR>');
    await neovim.waitFor('said[1] == "It is paid."');
  });

  it('tells files by the name they were opened by and by the one a link leads to', async () => {
    const { neovim, zeke } = await openScene(kind, always('ghost'));
    const { dir, project } = zeke.home;
    writeFileSync(join(dir, 'plain.txt'), '');
    writeFileSync(join(dir, '.netrc'), '');
    symlinkSync(join(dir, 'plain.txt'), join(project, '.env'));
    symlinkSync(join(dir, '.netrc'), join(project, 'notes.txt'));
    for (const [index, name] of ['.env', 'notes.txt', 'new.lua'].entries()) {
      await neovim.command(`edit! ${name}`);
      await neovim.input('i<F8>');
      await zeke.asked(index + 1);
      await neovim.input('<Esc>');
    }
    const paths = zeke.asks.map(({ params }) => String(params.path));
    expect(paths.filter((path) => path.endsWith('/.env')).length).toBeGreaterThan(0);
    expect(paths.filter((path) => path.endsWith('/.netrc')).length).toBeGreaterThan(0);
    expect(paths.filter((path) => path.endsWith('notes.txt') || path === '.env')).toEqual([]);
    await neovim.waitFor(() => zeke.asks.some(({ params }) => params.path === 'new.lua'));
  });

  it('shows what it cost in the statusline, beside the conversation', async () => {
    const { neovim } = await openScene(kind, (ask) =>
      ask.answer({ ...offer('ghost'), costUsd: 0.0042 }),
    );
    await new Conversation(neovim).replace();
    await neovim.lua(
      'vim.o.laststatus = 2; vim.o.statusline = "%{%v:lua.require(\'zeke\').statusline()%}"',
    );
    await neovim.input('ia ');
    await neovim.waitForScreen('a ghost');
    await neovim.waitForScreen('$0.0042 ghost text');
    expect(await neovim.lua('return require("zeke.statusline").get().completion_cost')).toBe(
      0.0042,
    );
  });

  it('counts what was paid for an answer that is not wanted any more', async () => {
    const { neovim, zeke } = await openScene(kind, () => undefined);
    const cost = (wanted: number) =>
      neovim.waitFor(`math.abs(require("zeke.complete").status().cost_usd - ${wanted}) < 1e-9`);
    await neovim.input('ia');
    const first = await zeke.asked(1);
    await neovim.input('b');
    await zeke.cancelled(first);
    zeke.tell('spent', { service: 'complete', costUsd: 0.002 });
    await cost(0.002);
    // It crossed the word that nobody wants it.
    first.answer({ ...offer('late'), costUsd: 0.03 });
    await cost(0.032);
    first.answer({ ...offer('late'), costUsd: 0.03 });
    zeke.tell('spent', { service: 'edit', costUsd: 5 });
    const second = await zeke.asked(2);
    second.answer({ ...offer('ghost'), costUsd: 0.001 });
    await neovim.waitForScreen('abghost');
    await cost(0.033);
  });

  it('says why nothing comes: once by itself, each time by hand', async () => {
    const { neovim, zeke } = await openScene(kind, (ask, index) => {
      if (index === 0) ask.answer({ ...offer(), reason: 'off-for-paid', hint: 'It is paid.' });
      else if (index === 1) ask.answer({ ...offer(), reason: 'off-for-paid', hint: 'It is paid.' });
      else if (index === 2) ask.answer({ ...offer(), reason: 'secret-file' });
      else if (index === 3) ask.fail({ kind: 'provider', message: 'The host is down.' });
    });
    await neovim.input('ia');
    await zeke.asked(1);
    await neovim.waitFor('said[1]');
    await neovim.input('b');
    await zeke.asked(2);
    await neovim.waitFor('not require("zeke.complete").is_waiting()');
    await neovim.input('<F8>');
    await neovim.waitFor('said[2]');
    await neovim.input('<F8>');
    await neovim.waitFor('said[3]');
    expect(await neovim.lua('return said')).toEqual([
      'It is paid.',
      'This file holds secrets by its name: nothing of it is sent to a model.',
      'The host is down.',
    ]);
    // A host that is down is not asked for each key.
    await neovim.input('cdefg');
    await neovim.waitFor('vim.api.nvim_get_current_line() == "abcdefg"');
    await neovim.waitFor('not require("zeke.complete").is_waiting()');
    expect(zeke.asks).toHaveLength(4);
    expect(await neovim.lua('return require("zeke.complete").status()')).toMatchObject({
      is_on: true,
      is_busy: false,
      model: 'test/model',
    });
  });
});
