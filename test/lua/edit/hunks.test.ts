/** Hunks in a buffer: how they look, and what deciding them does. No model, no Zeke. */
import { expect, it } from 'vitest';
import { describeNeovims } from '../../helpers/neovim.ts';
import type { Neovim } from '../../helpers/neovim-process.ts';
import { countOpen, propose, startWithLines, waitForMessage } from '../../helpers/proposals.ts';

const BASE = ['local a = 1', 'local b = 2', 'middle', 'print(a)', 'return b'];
const PROPOSED = ['local a = 1', 'local bee = 2', 'middle', 'print(a)', 'print(a + 1)', 'return b'];

/** Groups that a person defined are named as such; those of Zeke are links. */
const COLOURS = `
  for _, name in ipairs({ "ZekeAdded", "ZekeAddedWord", "ZekeRemoved", "ZekeRemovedWord" }) do
    vim.api.nvim_set_hl(0, name, { bg = "#203040" })
  end`;

const groupsOf = (neovim: Neovim, text: string) => neovim.highlightOf(text).groups;

describeNeovims('a proposal', (kind) => {
  it('is drawn as a diff with the changed words marked on both sides', async () => {
    const neovim = await startWithLines(kind, BASE, { init: COLOURS });
    expect(await propose(neovim, PROPOSED)).toBe(2);
    const rows = await neovim.waitForScreen('print(a + 1)');
    const from = rows.indexOf('local b = 2');
    expect(rows.slice(from, from + 8)).toEqual([
      'local b = 2',
      'local bee = 2',
      '  Zeke 1/2 :ZekeAccept · :ZekeReject · :ZekeEditHunk · :ZekeNextHunk',
      'middle',
      'print(a)',
      'print(a + 1)',
      '  Zeke 2/2',
      'return b',
    ]);
    expect(groupsOf(neovim, 'local b = 2')).toContain('ZekeRemoved');
    expect(groupsOf(neovim, 'b = 2')).toContain('ZekeRemovedWord');
    expect(groupsOf(neovim, 'local bee')).toEqual(['ZekeAdded']);
    expect(groupsOf(neovim, 'bee = 2')).toEqual(['ZekeAdded', 'ZekeAddedWord']);
    expect(groupsOf(neovim, 'print(a + 1)')).toEqual(['ZekeAdded']);
    expect(groupsOf(neovim, 'middle')).toEqual([]);
    expect(await neovim.lines()).toEqual(BASE);
  });

  it('has the colours of the colour scheme where nobody chose others', async () => {
    const neovim = await startWithLines(kind, BASE);
    await propose(neovim, PROPOSED);
    await neovim.waitForScreen('print(a + 1)');
    await neovim.command('colorscheme habamax');
    await neovim.waitForScreen('print(a + 1)');
    expect(groupsOf(neovim, 'local b = 2')).toContain('DiffDelete');
    expect(groupsOf(neovim, 'b = 2')).toContain('DiffText');
    expect(groupsOf(neovim, 'print(a + 1)')).toContain('DiffAdd');
  });

  it('names the keys that the user has bound', async () => {
    const neovim = await startWithLines(kind, BASE, {
      init: 'vim.keymap.set("n", "ga", "<Plug>(zeke-accept)")',
    });
    await propose(neovim, PROPOSED);
    await neovim.waitForScreen('ga accept · :ZekeReject');
    await neovim.input(':2<CR>ga');
    await neovim.waitFor('vim.api.nvim_buf_get_lines(0, 1, 2, false)[1] == "local bee = 2"');
  });

  it('shows the hint at the hunk of the cursor', async () => {
    const neovim = await startWithLines(kind, BASE);
    await propose(neovim, PROPOSED);
    await neovim.command('ZekeNextHunk');
    await neovim.command('ZekeNextHunk');
    await neovim.waitForScreen('Zeke 2/2 :ZekeAccept');
    await neovim.waitForScreen((rows) => rows.includes('  Zeke 1/2'));
    await neovim.command('ZekePreviousHunk');
    await neovim.waitForScreen('Zeke 1/2 :ZekeAccept');
  });

  it('is accepted and rejected hunk by hunk, and tells both', async () => {
    const neovim = await startWithLines(kind, BASE);
    const events = await neovim.recordEvents('User', 'Zeke*');
    await propose(neovim, PROPOSED);
    await neovim.command('2 | ZekeAccept');
    expect(await neovim.lines()).toEqual(['local a = 1', 'local bee = 2', ...BASE.slice(2)]);
    await neovim.command('ZekeNextHunk');
    await neovim.command('ZekeReject');
    expect(await neovim.lines()).toEqual(['local a = 1', 'local bee = 2', ...BASE.slice(2)]);
    expect(await countOpen(neovim)).toBe(0);
    await neovim.waitFor(() => events.length === 4);
    expect(events.map(({ match, data }) => [match, data])).toMatchObject([
      ['ZekeProposalOpened', { title: 'Test', hunks: 2 }],
      ['ZekeHunkAccepted', { startLine: 2, old: ['local b = 2'], new: ['local bee = 2'] }],
      ['ZekeHunkRejected', { startLine: 5, old: [], new: ['print(a + 1)'] }],
      ['ZekeProposalClosed', { accepted: 1, rejected: 1 }],
    ]);
    await neovim.waitForScreen((rows) => !rows.some((row) => row.includes('Zeke 1')));
  });

  it.each([
    ['words', 'let old = 1', 'let new = 1', ['old'], ['new']],
    ['words with accents', 'déjà vu e\u0301t', 'déjà lu e\u0301t', ['vu'], ['lu']],
    [
      'characters of a script without spaces',
      '漢字かな交じり文',
      '漢字カナ交じり文',
      ['かな'],
      ['カナ'],
    ],
    ['one emoji', 'a 👍🎉 b', 'a 👍🎈 b', ['🎉'], ['🎈']],
    ['an emoji that is joined of several', '👨‍👩‍👧 all', '👨‍👩‍👦 all', ['👨‍👩‍👧'], ['👨‍👩‍👦']],
  ])('marks what changed: %s', async (_, old, fresh, inOld, inNew) => {
    const neovim = await startWithLines(kind, []);
    const marked = await neovim.lua(
      `local texts = { ... }
       local spans = { require("zeke.edit.hunks").changed_words({ texts[1] }, { texts[2] }) }
       return vim.iter(ipairs(texts)):map(function(side, text)
         return vim.tbl_map(function(span) return text:sub(span[1] + 1, span[2]) end, spans[side][1] or {})
       end):totable()`,
      old,
      fresh,
    );
    expect(marked).toEqual([inOld, inNew]);
  });

  it('is shown whole where its window would cut it, also in a narrower one', async () => {
    const neovim = await startWithLines(kind, ['short', 'end']);
    const words = Array.from({ length: 30 }, (_, index) => `word${index}`).join(' ');
    await propose(neovim, [`${words} 漢字漢字`, 'end']);
    const shown = (rows: readonly string[], width: number) =>
      rows
        .map((row) => row.slice(0, width).trimEnd())
        .join('')
        .replaceAll(' ', '');
    const whole = `${words} 漢字漢字`.replaceAll(' ', '');
    await neovim.waitForScreen((rows) => shown(rows, 80).includes(whole));
    await neovim.command('vsplit | vertical resize 31');
    await neovim.waitForScreen((rows) => shown(rows, 31).includes(whole));
    await neovim.command('only | set number');
    await neovim.waitForScreen((rows) =>
      shown(
        rows.map((row) => row.slice(4)),
        76,
      ).includes(whole),
    );
  });

  it('is in a range where the line is that it is shown at', async () => {
    const neovim = await startWithLines(kind, BASE);
    await propose(neovim, [...BASE.slice(0, 3), 'added', ...BASE.slice(3)]);
    await neovim.command('4ZekeAccept');
    await waitForMessage(neovim, 'No hunk stands at the cursor.');
    await neovim.command('3ZekeAccept');
    expect((await neovim.lines())[3]).toBe('added');
  });

  it('is gone to with a count, and decided again by a dot', async () => {
    const lines = ['', 'b', '', 'd', '', 'f', ''];
    const init = ['next-hunk', 'previous-hunk', 'accept', 'reject']
      .map((name, index) => `vim.keymap.set("n", "<F${index + 2}>", "<Plug>(zeke-${name})")`)
      .join('\n');
    const neovim = await startWithLines(kind, lines, { init });
    await propose(neovim, ['A', 'b', 'C', 'd', 'E', 'f', 'G']);
    await neovim.input('gg2<F2>');
    await neovim.waitFor('vim.fn.line(".") == 5');
    await neovim.input('2<F3>');
    await neovim.waitFor('vim.fn.line(".") == 1');
    await neovim.input('<F4><F2>.<F2><F5><F2>.');
    await neovim.waitFor('#require("zeke.edit").list() == 0');
    expect(await neovim.lines()).toEqual(['A', 'b', 'C', 'd', '', 'f', '']);
    await neovim.input('u');
    await neovim.waitFor('#require("zeke.edit").list() == 1');
    expect(await neovim.lines()).toEqual(['A', 'b', '', 'd', '', 'f', '']);
  });

  it('is accepted as a whole, or in a range, and only there', async () => {
    const neovim = await startWithLines(kind, BASE);
    await propose(neovim, PROPOSED);
    await neovim.command('1,3ZekeReject');
    await neovim.command('ZekeAcceptAll');
    expect(await neovim.lines()).toEqual([...BASE.slice(0, 4), 'print(a + 1)', 'return b']);
    await neovim.command('ZekeAccept');
    await waitForMessage(neovim, 'No change is proposed here. :ZekeEdit');
    await propose(neovim, BASE);
    await neovim.command('1 | ZekeAccept');
    await waitForMessage(neovim, 'No hunk stands at the cursor. :ZekeNextHunk');
    await neovim.command('ZekeRejectAll');
    expect(await countOpen(neovim)).toBe(0);
  });

  it('is taken back by one undo for each accept, and offered again', async () => {
    const neovim = await startWithLines(kind, BASE);
    await propose(neovim, PROPOSED);
    await neovim.command('2 | ZekeAccept');
    await neovim.command('ZekeNextHunk');
    await neovim.command('ZekeAccept');
    expect(await neovim.lines()).toEqual(PROPOSED);
    expect(await countOpen(neovim)).toBe(0);
    await neovim.command('silent undo');
    expect(await neovim.lines()).toEqual(['local a = 1', 'local bee = 2', ...BASE.slice(2)]);
    await neovim.waitForScreen('Zeke 1/1');
    await neovim.command('silent undo');
    expect(await neovim.lines()).toEqual(BASE);
    await neovim.waitForScreen('Zeke 2/2');
    await neovim.command('silent redo');
    await neovim.waitForScreen((rows) => !rows.some((row) => row.includes('Zeke 2/2')));
    await neovim.command('ZekeAcceptAll');
    expect(await neovim.lines()).toEqual(PROPOSED);
    await neovim.command('silent undo');
    expect(await neovim.lines()).toEqual(['local a = 1', 'local bee = 2', ...BASE.slice(2)]);
  });

  it('is offered in every branch of the history that does not hold it', async () => {
    const neovim = await startWithLines(kind, BASE);
    await propose(neovim, PROPOSED);
    const open = (count: number) =>
      neovim.waitFor(`#require("zeke.edit.proposal").open_hunks(1) == ${count}`);
    await neovim.command('2 | ZekeAccept');
    const accepted = await neovim.lua<number>('return vim.fn.changenr()');
    await neovim.command('silent undo');
    await open(2);
    await neovim.command('4substitute/.*/other/');
    const other = await neovim.lua<number>('return vim.fn.changenr()');
    await neovim.command(`silent undo ${accepted}`);
    await open(1);
    await neovim.command(`silent undo ${other}`);
    await open(2);
    await neovim.command('silent ZekeAcceptAll');
    await open(0);
    await neovim.command(`silent undo ${accepted}`);
    await open(1);
    await neovim.command('silent earlier 100');
    await open(2);
    await neovim.command('silent ZekeAcceptAll');
    expect(await neovim.lines()).toEqual(['']);
    await neovim.command('silent undo 1 | silent ZekeAcceptAll');
    expect(await neovim.lines()).toEqual(PROPOSED);
  });

  it('accepts all in one step of undo', async () => {
    const neovim = await startWithLines(kind, BASE);
    await propose(neovim, PROPOSED);
    await neovim.command('ZekeAcceptAll');
    await neovim.command('silent undo');
    expect(await neovim.lines()).toEqual(BASE);
    await neovim.waitForScreen('Zeke 2/2');
  });

  it.each([
    ['written', ':w<CR>'],
    ['taken with Enter', '<CR>'],
  ])('is changed in a small window before it is accepted, and %s', async (_, keys) => {
    const neovim = await startWithLines(kind, BASE);
    await propose(neovim, PROPOSED);
    await neovim.command('2 | ZekeEditHunk');
    await neovim.waitForScreen(':w takes it');
    expect(await neovim.lines()).toEqual(['local bee = 2']);
    await neovim.input('A + 1<Esc>');
    await neovim.waitFor('vim.api.nvim_get_current_line() == "local bee = 2 + 1"');
    await neovim.input(keys);
    await neovim.waitFor('vim.api.nvim_win_get_config(0).relative == ""');
    expect(await neovim.lines()).toEqual(['local a = 1', 'local bee = 2 + 1', ...BASE.slice(2)]);
  });

  it('only takes lines away where the small window was emptied', async () => {
    const neovim = await startWithLines(kind, BASE);
    await propose(neovim, PROPOSED);
    await neovim.command('2 | ZekeEditHunk');
    await neovim.waitForScreen(':w takes it');
    await neovim.command('%delete | write');
    await neovim.waitFor('vim.api.nvim_win_get_config(0).relative == ""');
    expect(await neovim.lines()).toEqual([BASE[0], ...BASE.slice(2)]);
  });

  it('stays as it was when the small window is left', async () => {
    const neovim = await startWithLines(kind, BASE);
    await propose(neovim, PROPOSED);
    await neovim.command('2 | ZekeEditHunk');
    await neovim.waitForScreen(':w takes it');
    await neovim.input('ccother<Esc>q');
    await neovim.waitFor('vim.api.nvim_win_get_config(0).relative == ""');
    expect(await neovim.lines()).toEqual(BASE);
    await neovim.command('ZekeAccept');
    expect((await neovim.lines())[1]).toBe('local bee = 2');
  });

  it('is one of several, in one buffer and in two', async () => {
    const neovim = await startWithLines(kind, BASE);
    await propose(neovim, PROPOSED);
    await propose(neovim, ['local a = 100', ...BASE.slice(1)]);
    await neovim.waitForScreen('Zeke 3/3');
    await neovim.command('enew! | setlocal hidden');
    await neovim.setLines(['other']);
    await propose(neovim, ['other', 'more']);
    expect(await countOpen(neovim)).toBe(3);
    await neovim.command('ZekeAcceptAll');
    expect(await neovim.lines()).toEqual(['other', 'more']);
    await neovim.command('buffer! 1 | ZekeAcceptAll');
    expect(await neovim.lines()).toEqual(['local a = 100', ...PROPOSED.slice(1)]);
  });

  it('refuses the second of two that change the same line', async () => {
    const neovim = await startWithLines(kind, BASE);
    await propose(neovim, PROPOSED);
    await propose(neovim, ['local a = 1', 'local c = 2', ...BASE.slice(2)]);
    await neovim.command('2 | ZekeAccept');
    expect((await neovim.lines())[1]).toBe('local bee = 2');
    await neovim.waitForScreen('its lines were changed since');
    await neovim.command('2 | ZekeAccept');
    await waitForMessage(neovim, 'The lines at 2 were changed since the hunk was proposed.');
    expect((await neovim.lines())[1]).toBe('local bee = 2');
  });

  it('is placed where the text that it was made from is now', async () => {
    const neovim = await startWithLines(kind, ['new', ...BASE.slice(0, 4), 'return 0']);
    await neovim.lua(
      'require("zeke.edit").propose(0, { title = "Old", base = table.concat(..., "\\n"), text = select(2, ...) })',
      BASE,
      ['local a = 1', 'local bee = 2', ...BASE.slice(2, 4), 'return bee'].join('\n'),
    );
    await waitForMessage(neovim, 'Lines 5-5 of what was sent were changed meanwhile.');
    await neovim.command('ZekeAcceptAll');
    expect(await neovim.lines()).toEqual([
      ...['new', 'local a = 1', 'local bee = 2', 'middle', 'print(a)', 'return 0'],
    ]);
  });

  it('opens the folds that hide it', async () => {
    const neovim = await startWithLines(kind, BASE);
    await neovim.command('1,3fold');
    await neovim.waitForScreen('+--');
    await propose(neovim, PROPOSED);
    await neovim.waitForScreen('local bee = 2');
  });

  it('opens the fold that its hunk stands in', async () => {
    const neovim = await startWithLines(kind, BASE);
    await propose(neovim, PROPOSED);
    await neovim.command('1,3fold');
    await neovim.waitForScreen('+--');
    await neovim.command('5 | ZekeNextHunk');
    await neovim.waitForScreen('local bee = 2');
    expect(await neovim.lua('return vim.fn.foldclosed(2)')).toBe(-1);
  });
});
