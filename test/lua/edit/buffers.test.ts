/** Buffers of every kind: what can be changed is changed exactly, the rest is refused with the reason. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeNeovims } from '../../helpers/neovim.ts';
import type { Neovim } from '../../helpers/neovim-process.ts';
import { countOpen, propose, startWithLines, waitForMessage } from '../../helpers/proposals.ts';
import { startScriptedZeke } from '../../helpers/scripted-zeke.ts';

/** Opens a file of these bytes; resolves to its path. */
async function openFile(neovim: Neovim, name: string, bytes: string | Buffer): Promise<string> {
  const path = join(neovim.home.project, name);
  writeFileSync(path, bytes);
  await neovim.command(`edit! ${path}`);
  return path;
}

describeNeovims('the buffer of a proposal', (kind) => {
  const start = () => startWithLines(kind, []);

  it('may be empty', async () => {
    const neovim = await start();
    expect(await propose(neovim, ['one', 'two'])).toBe(1);
    await neovim.waitForScreen('two');
    await neovim.command('ZekeAccept');
    expect(await neovim.lines()).toEqual(['one', 'two']);
    await neovim.command('silent undo');
    expect(await neovim.lines()).toEqual(['']);
  });

  it('may lose all its lines', async () => {
    const neovim = await start();
    await neovim.setLines(['one', 'two']);
    expect(await propose(neovim, [''])).toBe(1);
    await neovim.command('ZekeAccept');
    expect(await neovim.lines()).toEqual(['']);
  });

  it('may grow before its first line, where it is seen', async () => {
    const neovim = await start();
    await neovim.setLines(['one', 'two']);
    await propose(neovim, ['zero', 'one', 'two']);
    const rows = await neovim.waitForScreen('zero');
    expect(rows.slice(0, 3)).toEqual(['one', 'zero', 'one']);
    await neovim.command('1 | ZekeAccept');
    expect(await neovim.lines()).toEqual(['zero', 'one', 'two']);
  });

  it('is on the disk as it was until it is written', async () => {
    const neovim = await start();
    const path = await openFile(neovim, 'a.txt', 'one\ntwo\n');
    await propose(neovim, ['one', '2']);
    await neovim.command('ZekeAcceptAll');
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
    await neovim.command('write');
    expect(readFileSync(path, 'utf8')).toBe('one\n2\n');
  });

  it('may end without a newline', async () => {
    const neovim = await start();
    const path = await openFile(neovim, 'a.txt', 'one\ntwo');
    await neovim.command('setlocal nofixendofline');
    await propose(neovim, ['one', '2']);
    await neovim.command('ZekeAcceptAll');
    await neovim.command('write');
    expect(readFileSync(path, 'utf8')).toBe('one\n2');
  });

  it('keeps the line ends of its file', async () => {
    const neovim = await start();
    const path = await openFile(neovim, 'a.txt', 'one\r\ntwo\r\nthree\r\n');
    expect(await propose(neovim, ['one\r', '2\r', 'new\r', 'three\r', ''])).toBe(1);
    await neovim.command('ZekeAcceptAll');
    expect(await neovim.lines()).toEqual(['one', '2', 'new', 'three']);
    await neovim.command('write');
    expect(readFileSync(path, 'utf8')).toBe('one\r\n2\r\nnew\r\nthree\r\n');
  });

  it('keeps bytes that are no UTF-8 on lines that do not change', async () => {
    const neovim = await start();
    const [latin, more] = [Buffer.from([0x63, 0xe9, 0x0a]), Buffer.from('two\n')];
    const path = await openFile(neovim, 'a.txt', Buffer.concat([latin, more, latin]));
    await neovim.command('edit! ++enc=utf-8 ++bad=keep');
    expect(await propose(neovim, ['c\uFFFD', '2', 'c\uFFFD'])).toBe(1);
    await neovim.command('ZekeAcceptAll');
    await neovim.command('write!');
    expect(readFileSync(path)).toEqual(Buffer.concat([latin, Buffer.from('2\n'), latin]));
    expect(await propose(neovim, ['c\uFFFD!', '2', 'c\uFFFD'])).toBe(0);
    await waitForMessage(neovim, 'hold bytes that are no UTF-8, which the change would lose');
    expect(await propose(neovim, ['ce', '2', 'c\uFFFD'])).toBe(1);
  });

  it('shows control characters, tabs and wide characters of a proposal as what they are', async () => {
    const neovim = await start();
    await neovim.setLines(['one', 'two']);
    await neovim.command('setlocal tabstop=4');
    await propose(neovim, ['one', '\ttwo \x1b[31m 漢字\tend']);
    await neovim.waitForScreen('    two <1b>[31m 漢字');
    await neovim.command('ZekeAcceptAll');
    expect(await neovim.lines()).toEqual(['one', '\ttwo \x1b[31m 漢字\tend']);
  });

  it('takes nothing while it is not modifiable', async () => {
    const neovim = await start();
    await neovim.setLines(['one']);
    await neovim.command('setlocal nomodifiable');
    expect(await propose(neovim, ['two'])).toBe(0);
    await waitForMessage(neovim, "cannot be changed ('nomodifiable')");
    await neovim.command('setlocal modifiable');
    await propose(neovim, ['two']);
    await neovim.command('setlocal nomodifiable');
    await neovim.command('ZekeAcceptAll');
    await waitForMessage(neovim, "Not accepted: this buffer cannot be changed ('nomodifiable').");
    await neovim.command('setlocal modifiable');
    await neovim.command('ZekeAcceptAll');
    expect(await neovim.lines()).toEqual(['two']);
  });

  it('shows an answer that came when it could not be changed any more', async () => {
    const zeke = await startScriptedZeke(() => undefined);
    const neovim = await startWithLines(kind, ['one', 'two'], { home: zeke.home });
    await neovim.command('ZekeEdit count');
    const ask = await zeke.asked(1);
    await neovim.command('setlocal nomodifiable');
    ask.answer({ text: 'one\n2', explanation: '', model: 'test/one', costUsd: 0 });
    await neovim.waitForScreen('Zeke 1/1');
    await neovim.command('ZekeAcceptAll');
    await waitForMessage(neovim, "cannot be changed ('nomodifiable')");
    await neovim.command('setlocal modifiable | ZekeAcceptAll');
    expect(await neovim.lines()).toEqual(['one', '2']);
  });

  it('is refused before anything is asked, with the reason', async () => {
    const neovim = await start();
    const isIdle = 'return require("zeke.rpc").status().phase';
    await neovim.command('setlocal nomodifiable');
    await neovim.command('ZekeEdit shorten this');
    await waitForMessage(neovim, "cannot be changed ('nomodifiable'). Use :set modifiable");
    await neovim.command('help');
    await neovim.command('ZekeRefactor');
    await waitForMessage(neovim, 'help.txt is a help buffer and takes no edit.');
    await openFile(neovim, 'blob', Buffer.from([1, 0, 2, 10, 0]));
    await neovim.command('ZekeEdit shorten this');
    await waitForMessage(neovim, 'blob is a binary file, so nothing was sent.');
    await openFile(neovim, 'plain.txt', 'one\n');
    await neovim.command('ZekeFix');
    await waitForMessage(neovim, 'There is no diagnostic under the cursor to fix.');
    await neovim.command('1ZekeFix');
    await waitForMessage(neovim, 'There is no diagnostic in these lines to fix.');
    expect(await neovim.lua(isIdle)).toBe('idle');
  });

  it('may be too large, which is said at once', async () => {
    const neovim = await start();
    const line = `${'x'.repeat(199)}\n`;
    await openFile(neovim, 'large.log', line.repeat(1024 * 1024));
    await neovim.command('ZekeEdit shorten this');
    await waitForMessage(neovim, 'large.log has 200.0 MB, and Zeke edits texts of up to 2 MB.');
    expect(await propose(neovim, ['short'])).toBe(0);
  });

  it('may be closed with hunks that are open', async () => {
    const neovim = await start();
    await neovim.setLines(['one']);
    await propose(neovim, ['two']);
    const events = await neovim.recordEvents('User', 'ZekeProposalClosed');
    await neovim.command('new | bdelete! 1');
    await neovim.waitFor(() => events.length === 1);
    expect(events[0]?.data).toMatchObject({ reason: 'the buffer was closed', rejected: 1 });
    expect(await countOpen(neovim)).toBe(0);
    await neovim.command('ZekeAccept');
    await waitForMessage(neovim, 'No change is proposed here.');
  });

  it.each(['checktime', 'edit!'])('may be read from the disk again: %s', async (command) => {
    const neovim = await start();
    const path = await openFile(neovim, 'a.txt', 'one\ntwo\nthree\nfour\nfive\nsix\nseven\n');
    await neovim.command('set autoread');
    await propose(neovim, ['one', '2', 'three', 'four', 'five', '6', 'seven']);
    const changed = 'zero\nnew\none\ntwo\nthree\nfour\nfive\nsechs\nseven\n';
    writeFileSync(path, changed);
    await neovim.command(`silent ${command}`);
    await waitForMessage(neovim, '1 hunk(s) were dropped: a.txt was read again');
    expect(await countOpen(neovim)).toBe(1);
    await neovim.command('ZekeAcceptAll');
    expect(await neovim.lines()).toEqual(changed.replace('two', '2').trimEnd().split('\n'));
  });

  it.each([
    [
      'by another text',
      'local l = vim.api.nvim_buf_get_lines(0, 0, -1, false) l[4] = "4;" vim.api.nvim_buf_set_lines(0, 0, -1, false, l)',
    ],
    ['through a filter', 'vim.cmd("silent %!sed s/four/4\\\\;/")'],
  ])('may be formatted when it is written: %s', async (_, format) => {
    const neovim = await start();
    await openFile(neovim, 'a.txt', 'one\ntwo\nthree\nfour\nfive\nsix\nseven\n');
    await propose(neovim, ['one', '2', 'three', 'four!', 'five', 'six', '7']);
    await neovim.lua(
      `vim.api.nvim_create_autocmd("BufWritePre", { callback = function() ${format} end })`,
    );
    await neovim.command('silent write');
    await neovim.waitForScreen('its lines were changed since');
    await neovim.command('silent ZekeAcceptAll');
    await waitForMessage(neovim, 'The lines at 4 were changed since the hunk was proposed.');
    expect(await neovim.lines()).toEqual(['one', '2', 'three', '4;', 'five', 'six', '7']);
  });

  it('may change around a hunk by every means of an editor', async () => {
    const neovim = await start();
    await neovim.setLines(['one', 'two', 'three', 'four', 'five']);
    await propose(neovim, ['one', 'two', '3', 'four', 'five']);
    await neovim.input('ggOabove<Esc>Gobelow<Esc>');
    await neovim.waitFor('vim.api.nvim_buf_line_count(0) == 7');
    await neovim.command('2delete');
    await neovim.command('1copy 0');
    await neovim.command('silent %substitute/two/zwei/');
    await neovim.command('$move 0');
    await neovim.command('ZekeAcceptAll');
    expect(await neovim.lines()).toEqual(['below', 'above', 'above', 'zwei', '3', 'four', 'five']);
  });

  it('may get its old lines back while a hunk waits', async () => {
    const neovim = await start();
    await neovim.setLines(['one', 'two', 'three']);
    await propose(neovim, ['one', '2', 'three']);
    await neovim.input('2GAx<Esc>');
    await neovim.waitForScreen('its lines were changed since');
    await neovim.command('ZekeAccept');
    await waitForMessage(neovim, 'Not accepted: The lines at 2 were changed since');
    await neovim.input('u');
    await neovim.waitForScreen('Zeke 1/1 :ZekeAccept');
    await neovim.command('ZekeAccept');
    expect(await neovim.lines()).toEqual(['one', '2', 'three']);
  });

  it('may lose lines across a hunk, and get them back by undo', async () => {
    const neovim = await start();
    await neovim.setLines(['one', 'two', 'three', 'four']);
    await propose(neovim, ['one', '2', 'three', 'four']);
    await neovim.input('1G3dd');
    await neovim.waitForScreen('its lines were changed since');
    await neovim.input('u');
    await neovim.waitForScreen('Zeke 1/1 :ZekeAccept');
    await neovim.command('2 | ZekeAccept');
    expect(await neovim.lines()).toEqual(['one', '2', 'three', 'four']);
  });

  it('may be formatted by a plugin that joins its change to the last one', async () => {
    const neovim = await start();
    await neovim.setLines(['}', 'two', '}', 'four']);
    await propose(neovim, ['}', 'two', '3', 'four']);
    await neovim.input('ggOx<Esc>');
    await neovim.waitFor('vim.api.nvim_buf_line_count(0) == 5');
    const join = 'vim.cmd.undojoin() vim.api.nvim_buf_set_lines(0, 0, -1, false, ...)';
    await neovim.lua(join, ['}', '}', 'two', 'four']);
    await neovim.waitForScreen('its lines were changed since');
    await neovim.input('Goend<Esc>u');
    await neovim.waitFor('vim.api.nvim_buf_line_count(0) == 4');
    await neovim.command('ZekeAcceptAll');
    await waitForMessage(neovim, 'were changed since the hunk was proposed');
    expect(await neovim.lines()).toEqual(['}', '}', 'two', 'four']);
  });
});
