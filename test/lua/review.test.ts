/** `:ZekeReview`: findings in the quickfix list and in the buffers, while they come and afterwards. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeNeovims, type NeovimKind } from '../helpers/neovim.ts';
import type { Neovim } from '../helpers/neovim-process.ts';
import { RECORD_MESSAGES, waitForMessage } from '../helpers/proposals.ts';
import { type ScriptedZeke, startScriptedZeke } from '../helpers/scripted-zeke.ts';

const SOURCE = ['one', 'two', 'three', 'four', 'five', ''].join('\n');
const PATCH = '--- a/src/a.js\n+++ b/src/a.js\n@@ -2,1 +2,1 @@\n-two\n+TWO\n';

function finding(path: string, line: number, more: object = {}) {
  return {
    path,
    startLine: line,
    endLine: line,
    severity: 'minor',
    category: 'bug',
    title: `Finding ${line}`,
    body: '',
    ...more,
  };
}
function outcome(findings: readonly object[], more: object = {}) {
  const summary = `${findings.length} findings in 2 files.`;
  return { findings, costUsd: 0, fileCount: 2, summary, notices: [], ...more };
}

interface Scene {
  readonly neovim: Neovim;
  readonly zeke: ScriptedZeke;
}

/** A project with two files, the first of them open. Questions stay open: the test answers. */
async function open(kind: NeovimKind): Promise<Scene> {
  const zeke = await startScriptedZeke(() => undefined);
  const { project } = zeke.home;
  mkdirSync(join(project, 'src'));
  for (const name of ['a.js', 'b.js']) writeFileSync(join(project, 'src', name), SOURCE);
  const neovim = await kind.start({ home: zeke.home, init: RECORD_MESSAGES, args: ['src/a.js'] });
  return { neovim, zeke };
}

interface Entry {
  readonly lnum: number;
  readonly type: string;
  readonly text: string;
  readonly name: string;
}

function quickfix(neovim: Neovim): Promise<readonly Entry[]> {
  return neovim.lua(`return vim.tbl_map(function(item)
      local name = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(item.bufnr), ":t")
      return { lnum = item.lnum, type = item.type, text = item.text, name = name }
    end, vim.fn.getqflist())`);
}

interface Diagnostic {
  readonly lnum: number;
  readonly end_lnum: number;
  readonly message: string;
  readonly severity: number;
  readonly code?: string;
  readonly source: string;
}

function diagnostics(neovim: Neovim): Promise<readonly Diagnostic[]> {
  return neovim.lua(`local namespace = vim.api.nvim_get_namespaces()["zeke.review"]
    return vim.tbl_map(function(one)
      return { lnum = one.lnum, end_lnum = one.end_lnum, message = one.message,
        severity = one.severity, code = one.code, source = one.source }
    end, namespace and vim.diagnostic.get(0, { namespace = namespace }) or {})`);
}

const windows = (neovim: Neovim) =>
  neovim.lua<string[]>(
    'return vim.tbl_map(function(w) return vim.bo[vim.api.nvim_win_get_buf(w)].buftype end, vim.api.nvim_list_wins())',
  );

describeNeovims('a review', (kind) => {
  it('streams findings into the quickfix list, in order, and opens it when it is done', async () => {
    const { neovim, zeke } = await open(kind);
    await neovim.command('ZekeReview main');
    const ask = await zeke.asked(1);
    expect(ask).toMatchObject({ service: 'review', params: { base: 'main' } });
    const severe = finding('src/b.js', 2, { severity: 'critical', category: 'security' });
    ask.report({ findings: [severe], fileCount: 1, path: 'src/b.js' });
    await neovim.waitFor('#vim.fn.getqflist() == 1');
    await neovim.waitForScreen('1 found');
    const early = finding('src/a.js', 4, { severity: 'major' });
    ask.report({ findings: [early], fileCount: 2, path: 'src/a.js' });
    await neovim.waitFor('#vim.fn.getqflist() == 2');
    expect(await windows(neovim)).toEqual(['']);
    const last = finding('src/a.js', 5, { severity: 'info', title: 'Odd\u001b[2J\nname' });
    ask.answer(outcome([early, last, severe]));
    await neovim.waitFor('#vim.api.nvim_list_wins() == 2');
    expect(await quickfix(neovim)).toEqual([
      { name: 'a.js', lnum: 4, type: 'W', text: 'bug: Finding 4' },
      { name: 'a.js', lnum: 5, type: 'N', text: 'bug: Odd<1b>[2J name' },
      { name: 'b.js', lnum: 2, type: 'E', text: 'security: Finding 2' },
    ]);
    expect(await neovim.lua('return vim.fn.getqflist({ title = 0 }).title')).toBe('Zeke review');
    expect(await windows(neovim)).toContain('quickfix');
    expect(await neovim.lua('return vim.bo.buftype')).toBe('');
    await waitForMessage(neovim, 'Review: 3 findings in 2 files.');
  });

  it('keeps the entry that the user went to, and opens nothing once they went elsewhere', async () => {
    const { neovim, zeke } = await open(kind);
    await neovim.command('ZekeReview');
    const ask = await zeke.asked(1);
    const shown = finding('src/b.js', 3);
    ask.report({ findings: [shown], fileCount: 1, path: 'src/b.js' });
    await neovim.waitFor('#vim.fn.getqflist() == 1');
    await neovim.command('cc 1');
    ask.answer(outcome([finding('src/a.js', 1), shown]));
    await waitForMessage(neovim, ':copen shows them.');
    expect(await windows(neovim)).toEqual(['']);
    expect(await neovim.lua('return vim.fn.getqflist({ idx = 0 }).idx')).toBe(2);
  });

  it('marks lines that move with edits, go with their lines and come back with undo', async () => {
    const { neovim, zeke } = await open(kind);
    await neovim.command('ZekeReview');
    const two = finding('src/a.js', 2, {
      endLine: 3,
      severity: 'critical',
      rule: 'sql',
      body: 'Why.',
    });
    (await zeke.asked(1)).answer(outcome([two, finding('src/a.js', 5)]));
    await neovim.waitFor('#vim.diagnostic.get(0) == 2');
    expect((await diagnostics(neovim))[0]).toEqual({
      lnum: 1,
      end_lnum: 2,
      message: 'Finding 2\nWhy.',
      severity: 1,
      code: 'sql',
      source: 'zeke',
    });
    await neovim.input('ggOabove<Esc>');
    await neovim.waitFor('vim.diagnostic.get(0)[1].lnum == 2');
    expect((await diagnostics(neovim)).map(({ lnum }) => lnum)).toEqual([2, 5]);
    await neovim.input(':3,4d<CR>');
    await neovim.waitFor('#vim.diagnostic.get(0) == 1');
    await neovim.input('u');
    await neovim.waitFor('#vim.diagnostic.get(0) == 2');
    expect((await diagnostics(neovim)).map(({ lnum }) => lnum)).toEqual([2, 5]);
  });

  it('marks the lines of the file in a buffer that is not written, and leaves marks where they went', async () => {
    const { neovim, zeke } = await open(kind);
    await neovim.setLines(['new', 'one', 'two', 'THREE', 'five', 'six']);
    await neovim.command('ZekeReview');
    const ask = await zeke.asked(1);
    const two = finding('src/a.js', 2);
    const three = finding('src/a.js', 3);
    ask.report({ findings: [two, three], fileCount: 1, path: 'src/a.js' });
    await neovim.waitFor('#vim.diagnostic.get(0) == 2');
    expect((await diagnostics(neovim)).map(({ lnum }) => lnum)).toEqual([2, 3]);
    await neovim.input('ggOabove<Esc>:write<CR>');
    await neovim.waitFor('vim.diagnostic.get(0)[1].lnum == 3 and not vim.bo.modified');
    ask.answer(outcome([two, three, finding('src/a.js', 1), finding('src/a.js', 5)]));
    await neovim.waitFor('#vim.diagnostic.get(0) == 4');
    const lines = (await diagnostics(neovim)).map(({ lnum, message }) => `${message} ${lnum}`);
    expect(lines).toEqual(expect.arrayContaining(['Finding 2 3', 'Finding 3 4']));
  });

  it('marks files when they are loaded, and the next review begins anew', async () => {
    const { neovim, zeke } = await open(kind);
    await neovim.command('ZekeReview');
    (await zeke.asked(1)).answer(outcome([finding('src/b.js', 2), finding('src/b.js', 99)]));
    await waitForMessage(neovim, 'Review:');
    expect(await diagnostics(neovim)).toEqual([]);
    await neovim.command('edit src/b.js');
    expect((await diagnostics(neovim)).map(({ lnum }) => lnum)).toEqual([1, 4]);
    await neovim.command('edit!');
    expect(await diagnostics(neovim)).toHaveLength(2);
    await neovim.command('ZekeReview');
    expect(await diagnostics(neovim)).toEqual([]);
    (await zeke.asked(2)).answer(outcome([], { fileCount: 0 }));
    await waitForMessage(neovim, 'nothing has changed');
  });

  it('offers the suggested patch as a code action, and proposes it', async () => {
    const { neovim, zeke } = await open(kind);
    await neovim.command('ZekeReview');
    const mendable = finding('src/a.js', 2, { patch: PATCH });
    (await zeke.asked(1)).answer(outcome([mendable, finding('src/a.js', 4)]));
    await neovim.waitFor('#vim.lsp.get_clients({ bufnr = 0, name = "zeke" }) == 1');
    await neovim.lua(`chosen = {}
      vim.ui.select = function(items, opts, on_choice)
        for _, item in ipairs(items) do table.insert(chosen, (opts.format_item(item))) end
        on_choice(items[1], 1)
      end`);
    await neovim.lua('vim.api.nvim_win_set_cursor(0, { 2, 0 }) vim.lsp.buf.code_action()');
    const ask = await zeke.asked(2);
    expect(await neovim.lua('return chosen')).toEqual([
      expect.stringContaining('Zeke: propose a patch for “Finding 2”'),
    ]);
    expect(ask).toMatchObject({ service: 'apply', params: { code: PATCH, path: 'src/a.js' } });
    ask.answer({ text: SOURCE.replace('two', 'TWO') });
    await neovim.waitFor('#require("zeke.edit").list(0) == 1');
    expect((await neovim.lines())[1]).toBe('two');
  });

  it('proposes the patch of the entry under the cursor of the list', async () => {
    const { neovim, zeke } = await open(kind);
    await neovim.command('ZekeReview');
    const findings = [finding('src/a.js', 1), finding('src/b.js', 2, { patch: PATCH })];
    (await zeke.asked(1)).answer(outcome(findings));
    await neovim.waitFor('#vim.api.nvim_list_wins() == 2');
    await neovim.command('ZekeReview!');
    await waitForMessage(neovim, 'has no patch');
    await neovim.lua('vim.cmd.copen() vim.api.nvim_win_set_cursor(0, { 2, 0 })');
    await neovim.command('ZekeReview!');
    expect((await zeke.asked(2)).params).toMatchObject({ code: PATCH, path: 'src/b.js' });
    expect(await neovim.lua('return vim.fn.expand("%:t")')).toBe('b.js');
  });

  it('is stopped by :ZekeStop, and keeps what it found', async () => {
    const { neovim, zeke } = await open(kind);
    await neovim.command('ZekeReview');
    const ask = await zeke.asked(1);
    ask.report({ findings: [finding('src/a.js', 1)], fileCount: 1, path: 'src/a.js' });
    await neovim.waitFor('#vim.fn.getqflist() == 1');
    await neovim.command('ZekeStop');
    await zeke.cancelled(ask);
    await waitForMessage(neovim, 'Review stopped. 1 finding so far.');
    expect(zeke.ops).toEqual([]);
    expect(await neovim.lua('return require("zeke.review").is_running()')).toBe(false);
  });

  it('says what went wrong, and what could not be asked', async () => {
    const { neovim, zeke } = await open(kind);
    await neovim.command('ZekeReview');
    const hint = 'Name a branch.';
    (await zeke.asked(1)).fail({ kind: 'usage', message: '"x" is no commit.', hint });
    await waitForMessage(neovim, '"x" is no commit. Name a branch.');
    await neovim.command('ZekeReview');
    const notices = ['The host does not answer.', 'More.'];
    (await zeke.asked(2)).answer(outcome([], { notices }));
    await waitForMessage(neovim, 'The host does not answer. (and 1 more remarks)');
  });
});
