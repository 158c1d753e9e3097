/** `:ZekeReview`: findings in the quickfix list and in the buffers, while they come and afterwards. */
import { createHash } from 'node:crypto';
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

/** What the line is called in a finding. */
function lineHash(line: string): string {
  return createHash('sha256').update(line).digest('hex').slice(0, 16);
}

/** A review as the conversation knows it, asked for in a terminal. */
function shared(opId: string, findings: readonly object[]) {
  const summary = `${findings.length} findings.`;
  const who = { opId, by: 'terminal', turnCount: 0, model: 'a/b', costUsd: 0 };
  return { ...who, findings, summary, notices: [] };
}

/** A conversation in which nothing was said. */
function state(fields: object) {
  const usage = { inputTokens: 0, outputTokens: 0, cachedTokens: 0, reasoningTokens: 0 };
  const lists = { turns: [], queue: [], notices: [] };
  const counts = { seq: 1, createdAt: 1, updatedAt: 1, earlierTurnCount: 0, clearedTurnCount: 0 };
  const names = { sessionId: 'session1', project: '/p', title: '', model: 'a/b' };
  return { ...names, ...counts, ...lists, usage, ...fields };
}

/** The list the user is at, the entry they went to, and what its window shows. */
function lists(neovim: Neovim): Promise<object> {
  return neovim.lua(`local list = vim.fn.getqflist({ nr = 0, title = 0, idx = 0, winid = 0, size = 0 })
    list.cursor = vim.api.nvim_win_get_cursor(list.winid)
    return list`);
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

  it('finds lines that came or went since the file was read, and says which were changed', async () => {
    const { neovim, zeke } = await open(kind);
    await neovim.command('ZekeReview');
    const ask = await zeke.asked(1);
    const two = finding('src/a.js', 2, { endLine: 3, lineHash: lineHash('two') });
    const four = finding('src/a.js', 4, { lineHash: lineHash('four') });
    const five = finding('src/a.js', 5, { lineHash: lineHash('five') });
    const other = finding('src/b.js', 1, { lineHash: lineHash('one') });
    // Written while the review runs: the file on the disk is not what was reviewed any more.
    await neovim.setLines(['new', 'newer', 'one', '  two', 'three', 'FOUR', 'five']);
    await neovim.command('write');
    writeFileSync(join(zeke.home.project, 'src', 'b.js'), `above\n${SOURCE}`);
    ask.answer(outcome([two, four, five, other]));
    await neovim.waitFor('#vim.fn.getqflist() == 4');
    expect(await diagnostics(neovim)).toMatchObject([
      { message: 'Finding 2', lnum: 3, end_lnum: 4 },
      { message: 'Finding 5', lnum: 6, end_lnum: 6 },
    ]);
    expect(await quickfix(neovim)).toMatchObject([
      { lnum: 4, text: 'bug: Finding 2' },
      { lnum: 4, text: 'bug: Finding 4 (its line is another one now)' },
      { lnum: 7, text: 'bug: Finding 5' },
      { lnum: 1, text: 'bug: Finding 1', name: 'b.js' },
    ]);
    await neovim.command('edit src/b.js');
    await neovim.waitFor('vim.fn.getqflist()[4].lnum == 2');
    expect(await diagnostics(neovim)).toMatchObject([{ message: 'Finding 1', lnum: 1 }]);
  });

  it('of somebody else stands behind the list that the user walks through', async () => {
    const { neovim, zeke } = await open(kind);
    await neovim.lua(`require("zeke.rpc").join()
      vim.fn.setqflist({}, " ", { title = "Mine", lines = { "src/a.js:1:one", "src/a.js:2:two", "src/a.js:4:four" } })
      vim.cmd("silent cc 2 | copen | normal! G")`);
    await neovim.waitFor('require("zeke.rpc").is_joined()');
    const before = await lists(neovim);
    zeke.tell('state', state({ review: shared('aaaaaaaa', [finding('src/a.js', 4)]) }));
    await neovim.waitFor('vim.fn.getqflist({ nr = "$" }).nr == 2');
    expect(await lists(neovim)).toEqual(before);
    expect(await neovim.lua('return said')).toEqual([]);
    await neovim.command('wincmd p');
    expect(await diagnostics(neovim)).toMatchObject([{ lnum: 3 }]);
    zeke.tell('events', [{ type: 'review', seq: 2, at: 1, ...shared('bbbbbbbb', []) }]);
    const place = 'Reviewed in a terminal: 0 findings.';
    await waitForMessage(neovim, place);
    const more = [finding('src/a.js', 2), finding('src/b.js', 1)];
    zeke.tell('events', [{ type: 'review', seq: 3, at: 1, ...shared('cccccccc', more) }]);
    await waitForMessage(neovim, ':2chistory and :copen show them.');
    expect(await lists(neovim)).toEqual(before);
    await neovim.command('silent 2chistory');
    expect(await quickfix(neovim)).toMatchObject([{ name: 'a.js', lnum: 2 }, { name: 'b.js' }]);
    // Nothing new comes of what is known, and a list that somebody is at is left alone.
    zeke.tell('state', state({ seq: 3, review: shared('cccccccc', more) }));
    zeke.tell('events', [{ type: 'review', seq: 4, at: 1, ...shared('dddddddd', []) }]);
    await neovim.waitFor('vim.fn.getqflist({ nr = "$" }).nr == 3');
    expect(await quickfix(neovim)).toHaveLength(2);
  });

  it('of somebody else waits while the command-line window is open', async () => {
    const { neovim, zeke } = await open(kind);
    await neovim.lua(`require("zeke.rpc").join()
      vim.fn.setqflist({}, " ", { title = "Mine", lines = { "src/a.js:1:one" } })`);
    await neovim.waitFor('require("zeke.rpc").is_joined()');
    zeke.tell('state', state({}));
    await neovim.waitFor('require("zeke.session").get() ~= nil');
    await neovim.input('q:');
    await neovim.waitFor('vim.fn.getcmdwintype() == ":"');
    const review = shared('aaaaaaaa', [finding('src/a.js', 4)]);
    zeke.tell('events', [{ type: 'review', seq: 2, at: 1, ...review }]);
    await neovim.waitFor('require("zeke.session").get().seq == 2');
    expect(await neovim.lua('return vim.fn.getqflist({ nr = "$" }).nr')).toBe(1);
    await neovim.input(':quit<CR>');
    await waitForMessage(neovim, ':2chistory and :copen show them.');
    expect(await diagnostics(neovim)).toMatchObject([{ lnum: 3 }]);
    expect(await neovim.lua('return vim.fn.getqflist({ title = 0 }).title')).toBe('Mine');
  });

  it('of another conversation does not take the place of what is shown', async () => {
    const { neovim, zeke } = await open(kind);
    await neovim.command('ZekeReview');
    const ask = await zeke.asked(1);
    zeke.tell('state', state({}));
    ask.answer(outcome([finding('src/a.js', 2)]));
    await waitForMessage(neovim, 'Review: 1 finding');
    const older = shared('aaaaaaaa', [finding('src/a.js', 5), finding('src/b.js', 5)]);
    zeke.tell('state', state({ sessionId: 'session2', review: older }));
    await neovim.waitFor('vim.fn.getqflist({ nr = "$" }).nr == 2');
    expect(await diagnostics(neovim)).toMatchObject([{ lnum: 1 }]);
    expect(await quickfix(neovim)).toHaveLength(1);
    // One that was missed in this conversation is news.
    const missed = shared('bbbbbbbb', [finding('src/a.js', 4)]);
    zeke.tell('state', state({ sessionId: 'session2', seq: 9, review: missed }));
    await waitForMessage(neovim, 'Reviewed in a terminal: 1 findings.');
    expect(await diagnostics(neovim)).toMatchObject([{ lnum: 3 }]);
  });

  it('of somebody else waits for the one that runs here, and its own is not taken twice', async () => {
    const { neovim, zeke } = await open(kind);
    await neovim.command('ZekeReview');
    const ask = await zeke.asked(1);
    zeke.tell('state', state({}));
    const other = shared('aaaaaaaa', [finding('src/b.js', 1)]);
    zeke.tell('events', [{ type: 'review', seq: 2, at: 1, ...other }]);
    const own = shared(String(ask.params.id), [finding('src/a.js', 3)]);
    zeke.tell('events', [{ type: 'review', seq: 3, at: 1, ...own }]);
    ask.answer(outcome([finding('src/a.js', 3)]));
    await waitForMessage(neovim, 'Review: 1 finding');
    expect(await quickfix(neovim)).toMatchObject([{ name: 'a.js', lnum: 3 }]);
    expect(await diagnostics(neovim)).toMatchObject([{ lnum: 2 }]);
    expect(await neovim.lua('return vim.fn.getqflist({ nr = "$" }).nr')).toBe(2);
    expect(await neovim.lua('return #vim.fn.getqflist({ nr = 2, items = 0 }).items')).toBe(1);
    expect(await neovim.lua('return #said')).toBe(1);
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

  it('asks which one, where a line has several patches', async () => {
    const { neovim, zeke } = await open(kind);
    await neovim.command('ZekeReview');
    const plain = finding('src/a.js', 2, { title: 'Without' });
    const first = finding('src/a.js', 2, { title: 'First', patch: PATCH });
    const second = finding('src/a.js', 2, { title: 'Second', patch: PATCH.replace('TWO', '2') });
    (await zeke.asked(1)).answer(outcome([plain, first, second]));
    await neovim.waitFor('#vim.diagnostic.get(0) == 3');
    await neovim.lua(`vim.ui.select = function(items, opts, on_choice)
        choices = vim.tbl_map(opts.format_item, items)
        on_choice(items[2], 2)
      end
      vim.api.nvim_win_set_cursor(0, { 2, 0 })`);
    await neovim.command('ZekeReview!');
    const asked = await zeke.asked(2);
    expect(asked.params).toMatchObject({ code: PATCH.replace('TWO', '2') });
    expect(await neovim.lua('return choices')).toEqual(['First', 'Second']);
    // It stands on a text that was changed since: nothing is proposed, and why is said.
    asked.fail({ kind: 'usage', message: 'The diff does not fit the text.' });
    await waitForMessage(neovim, 'The diff does not fit the text.');
    expect(await neovim.lines()).toEqual(SOURCE.split('\n').slice(0, -1));
  });

  it('that finds nothing, or cannot begin, leaves the lists of the user alone', async () => {
    const { neovim, zeke } = await open(kind);
    await neovim.lua('vim.fn.setqflist({}, " ", { title = "Mine", lines = { "src/a.js:1:one" } })');
    const title = () => neovim.lua('return vim.fn.getqflist({ title = 0, nr = "$" })');
    await neovim.command('ZekeReview nowhere');
    (await zeke.asked(1)).fail({ kind: 'usage', message: '"nowhere" is no commit.' });
    await waitForMessage(neovim, 'is no commit');
    await neovim.command('ZekeReview');
    (await zeke.asked(2)).answer(outcome([], { fileCount: 0 }));
    await waitForMessage(neovim, 'nothing has changed');
    expect(await title()).toEqual({ title: 'Mine', nr: 1 });
    await neovim.command('ZekeReview');
    (await zeke.asked(3)).answer(outcome([finding('src/a.js', 1)]));
    await waitForMessage(neovim, 'Review: 1 finding');
    expect(await title()).toEqual({ title: 'Zeke review', nr: 2 });
    // What an older review found is not the answer of the one that found nothing.
    await neovim.command('ZekeReview');
    (await zeke.asked(4)).answer(outcome([]));
    await waitForMessage(neovim, 'Review: 0 findings');
    expect(await quickfix(neovim)).toEqual([]);
  });

  it('takes no diagnostic back that the user has taken away', async () => {
    const { neovim, zeke } = await open(kind);
    await neovim.command('ZekeReview');
    (await zeke.asked(1)).answer(outcome([finding('src/a.js', 4), finding('src/b.js', 1)]));
    await neovim.waitFor('#vim.diagnostic.get(0) == 1');
    const namespace = 'vim.api.nvim_get_namespaces()["zeke.review"]';
    await neovim.lua(`vim.diagnostic.set(vim.api.nvim_create_namespace("other"), 0, {
        { lnum = 0, col = 0, message = "of somebody else" } })
      vim.diagnostic.reset(${namespace}, 0)`);
    await neovim.input('ggOabove<Esc>');
    await neovim.waitFor('vim.fn.line("$") == 6 and vim.fn.mode() == "n"');
    await neovim.command('doautocmd TextChanged');
    expect(await diagnostics(neovim)).toEqual([]);
    expect(await neovim.lua('return #vim.diagnostic.get(0)')).toBe(1);
    await neovim.command('silent edit! src/b.js');
    expect(await diagnostics(neovim)).toHaveLength(1);
  });

  it('finds a file whose name is not UTF-8', async () => {
    const { neovim, zeke } = await open(kind);
    const name = Buffer.concat([
      Buffer.from(`${zeke.home.project}/src/`),
      Buffer.from([0xe9, 0xe8]),
    ]);
    writeFileSync(name, SOURCE);
    await neovim.command('ZekeReview');
    (await zeke.asked(1)).answer(outcome([finding('src/\ufffd\ufffd', 3)]));
    await waitForMessage(neovim, 'Review: 1 finding');
    await neovim.command('silent cc 1');
    expect(await neovim.lua('return { vim.fn.getline("."), vim.fn.line(".") }')).toEqual([
      'three',
      3,
    ]);
    expect(await diagnostics(neovim)).toMatchObject([{ lnum: 2 }]);
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
